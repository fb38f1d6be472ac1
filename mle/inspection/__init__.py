"""Looking into a fitted model from outside: which columns it needs, and how its answer moves with one of them."""

from mle._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
