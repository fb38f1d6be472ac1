"""Real data sets that come with the library: numbers, units, licence and pitfalls."""

from mle._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
