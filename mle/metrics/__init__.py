"""Numbers that say how good predictions are: of classes, of rankings, of probabilities, of quantities."""

from mle._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
