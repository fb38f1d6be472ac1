"""The exercises of the book, for those who work in an editor: `python -m mle.exercises --help`."""

from mle._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
