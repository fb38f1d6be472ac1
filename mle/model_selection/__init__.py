"""Splitting data so that a score is honest, and scoring by cross-validation."""

from mle._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
