"""Fitted estimators in files: saved as data, loaded without running anything."""

from mle._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
