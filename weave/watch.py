"""What a run looks at: every file of the project that it opens, noted with its sum at that moment."""

from __future__ import annotations

import contextlib
import os
import sys
from importlib.machinery import FileFinder, SourceFileLoader
from pathlib import Path
from typing import Any

from weave.files import sha256

NOT_WATCHED = (".cache", ".venv", "node_modules", "site", "build", "weave", ".git")


def watch(root: Path) -> dict[str, str]:
    """From now on, note path and sha256 of every file below `root` that is opened to be read, as it is at that moment."""
    used: dict[str, str] = {}
    busy = False

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal busy
        if event != "open" or busy or not isinstance(arguments[0], str | bytes) or (arguments[2] or 0) & os.O_WRONLY:
            return
        path = watched(root, os.fsdecode(arguments[0]))
        if path and path not in used:
            busy = True
            with contextlib.suppress(OSError):
                used[path] = sha256(root / path)
            busy = False

    sys.addaudithook(hook)
    return used


def watched(root: Path, file: str) -> str | None:
    """The path below `root` of a file that belongs to the project, else None."""
    path = os.path.relpath(file, root).replace(os.sep, "/")
    first = path.split("/")[0]
    return None if first in ("..", *NOT_WATCHED) or "__pycache__" in path else path


class Source(SourceFileLoader):
    """Compiles a module from its source, always: a kept `.pyc` is trusted by size and second, which two edits may share."""

    def get_code(self, fullname: str) -> Any:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


def from_source(root: Path, folder: str) -> FileFinder:
    """Finds the modules of the project in `folder` (a hook of `sys.path_hooks`)."""
    if watched(root, folder or os.getcwd()) is None:
        raise ImportError
    return FileFinder(folder, (Source, [".py"]))


def dependencies(root: Path, used: dict[str, str]) -> dict[str, str]:
    """Path and sha256 of every module and file of the project that the run used, the runner's own and passing ones aside."""
    return {path: used[path] for path in sorted(used) if (root / path).is_file()}
