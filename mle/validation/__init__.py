"""Guards at the door: what comes in is checked once; a refusal names the argument, what came, what was expected."""

from mle._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
