"""Lazy names for packages: `from mle.linear_model import LinearRegression` loads one module, not all of them.

A package's `__init__.pyi` says where each public name lives. Type checkers read it, and so does `attach`,
so the two cannot disagree.
"""

import ast
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def read_stub(path: Path) -> dict[str, str]:
    """Map each name that a stub re-exports to the module that defines it.

    Parameters
    ----------
    path : Path
        A `.pyi` file with lines such as `from .ordinary import LinearRegression as LinearRegression`
        (a name in a module) or `from . import ordinary as ordinary` (a module itself).

    Returns
    -------
    dict
        Public name -> name of the module inside the package; empty for a module itself.

    Examples
    --------
    >>> from pathlib import Path
    >>> import mle.optimize
    >>> read_stub(Path(mle.optimize.__file__).with_suffix(".pyi"))["gradient_descent"]
    'descent'
    """
    homes = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            homes.update(
                {
                    alias.asname or alias.name: node.module or ""
                    for alias in node.names
                }
            )
    return homes


def attach(
    package: str, file: str
) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """Make `__getattr__`, `__dir__` and `__all__` of a package from the stub beside its `__init__.py` (PEP 562).

    Parameters
    ----------
    package : str
        `__name__` of the package.
    file : str
        `__file__` of the package.

    Returns
    -------
    tuple
        `(__getattr__, __dir__, __all__)`. A name is imported when it is first asked for, then kept. The modules that
        the stub mentions can be reached as attributes too; they are not in `__all__`.

    Examples
    --------
    >>> import mle.optimize
    >>> getattr_, dir_, all_ = attach("mle.optimize", mle.optimize.__file__)
    >>> "gradient_descent" in all_
    True
    >>> getattr_("gradient_descent").__module__
    'mle.optimize.descent'
    """
    homes = read_stub(Path(file).with_suffix(".pyi"))
    modules = set(homes.values()) - {""} | {
        name for name, home in homes.items() if not home
    }

    def load(name: str) -> Any:
        if name in modules:
            return importlib.import_module(f"{package}.{name}")
        if name not in homes:
            raise AttributeError(
                f"module {package!r} has no attribute {name!r}"
            )
        value = getattr(
            importlib.import_module(f"{package}.{homes[name]}"), name
        )
        setattr(sys.modules[package], name, value)
        return value

    def names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *homes, *modules})

    return load, names, sorted(homes)
