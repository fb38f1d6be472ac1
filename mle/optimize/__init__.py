"""Minimising a function: gradient descent and the line search."""

from mle._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
