"""Scores made into probabilities that mean what they say: Platt's sigmoid, isotonic regression, cross-fitting."""

from mle._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
