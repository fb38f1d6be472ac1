from . import grade as grade
from .grade import Verdict as Verdict
