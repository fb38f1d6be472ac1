from . import base as base
from . import calibration as calibration
from . import compose as compose
from . import datasets as datasets
from . import exceptions as exceptions
from . import exercises as exercises
from . import impute as impute
from . import inspection as inspection
from . import linalg as linalg
from . import linear_model as linear_model
from . import metrics as metrics
from . import model_selection as model_selection
from . import optimize as optimize
from . import persist as persist
from . import pipeline as pipeline
from . import plot as plot
from . import preprocessing as preprocessing
from . import testing as testing
from . import validation as validation

__version__: str
