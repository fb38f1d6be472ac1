from . import base as base
from . import datasets as datasets
from . import exceptions as exceptions
from . import exercises as exercises
from . import linalg as linalg
from . import linear_model as linear_model
from . import metrics as metrics
from . import model_selection as model_selection
from . import optimize as optimize
from . import plot as plot
from . import preprocessing as preprocessing
from . import testing as testing
from . import validation as validation

__version__: str
