"""Results of runs, kept as long as nothing that made them has changed.

The key of a result is what the chapter executes (its code, doctests and values, but not the words between them), the
locks, the runner and Python's version; beside it stand the sha256 sums of
exactly those files of the project that the run looked at (modules of `mle`, data). An edit of a module reruns the
chapters that loaded it and no others. One file holds one result and appears whole or not at all, so that two builds
may share the folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
from pathlib import Path
from typing import Any

from weave.files import sha256, write_whole
from weave.read import Chapter

KEEP = 3  # results a chapter may have: enough to go back and forth between two branches
LOCKS = ("requirements/*.txt", "package-lock.json")
RUNNER = tuple(
    f"{name}.py"
    for name in ["read", "options", "parameter", "run", "figures", "worker", "watch", "files", "errors", "cache"]
)


class Cache:
    """The folder of results; `root` is the project's folder, `fonts` that of the fonts of its figures."""

    def __init__(self, root: Path, fonts: Path | None = None) -> None:
        self.root, self.fonts, self.folder = root, fonts, root / ".cache" / "weave"
        self.common = environment(root, fonts)

    def key(self, chapter: Chapter) -> str:
        return hashlib.sha256(f"{self.common}\0{chapter.path}\0{chapter.program}".encode()).hexdigest()[:20]

    def place(self, path: str) -> Path:
        return self.folder / path.replace("/", "--")

    def get(self, chapter: Chapter) -> dict[str, Any] | None:
        """The stored result of a chapter, if everything that made it is as it was."""
        for file in sorted(self.place(chapter.path).glob(f"{self.key(chapter)}-*.json")):
            try:
                result = json.loads(file.read_text(encoding="utf-8"))
                if all(same(self.root / name, digest) for name, digest in result["dependencies"].items()):
                    os.utime(file)
                    return result
            except (OSError, ValueError, TypeError, KeyError, AttributeError):
                continue  # another build has evicted it, or the disk was full: run again
        return None

    def put(self, chapter: Chapter, result: dict[str, Any]) -> None:
        used = hashlib.sha256(json.dumps(result["dependencies"], sort_keys=True).encode()).hexdigest()[:12]
        write_whole(self.place(chapter.path) / f"{self.key(chapter)}-{used}.json", json.dumps(result).encode())

    def evict(self, paths: list[str]) -> None:
        """Forget chapters that are gone, and all but the last results of those that are not."""
        places = {self.place(path) for path in paths}
        for folder in self.folder.glob("*"):
            if folder not in places:
                shutil.rmtree(folder, ignore_errors=True)
                continue
            for file in sorted(folder.glob("*.json"), key=age, reverse=True)[KEEP:]:
                file.unlink(missing_ok=True)


def environment(root: Path, fonts: Path | None = None) -> str:
    """What every result depends on: the locks, the runner, Python, and the fonts (whose folder is named after what is in it)."""
    digest = hashlib.sha256(
        f"{platform.python_implementation()} {platform.python_version()} {fonts and fonts.name}".encode()
    )
    files = [f for pattern in LOCKS for f in sorted(root.glob(pattern))]
    for file in [*files, *(Path(__file__).parent / name for name in RUNNER)]:
        if file.is_file():
            digest.update(file.name.encode() + b"\0" + sha256(file).encode())
    return digest.hexdigest()


def same(file: Path, digest: str) -> bool:
    return file.is_file() and sha256(file) == digest


def age(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return 0.0
