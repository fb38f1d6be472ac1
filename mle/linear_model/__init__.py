"""Linear models: least squares with and without penalties, logistic and Poisson regression, stochastic descent."""

from mle._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
