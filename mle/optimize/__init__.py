"""Minimising a function: descent with and without momentum, Newton, L-BFGS, coordinate and proximal steps."""

from mle._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
