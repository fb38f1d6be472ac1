"""Machine learning written by hand in NumPy, next to the book that explains every line of it.

>>> import mle
>>> mle.__version__
'0.1.0'
"""

from mle._lazy import attach

__version__ = "0.1.0"
__getattr__, __dir__, __all__ = attach(__name__, __file__)
