"""Several transformers side by side, each for columns of its own."""

from mle._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
