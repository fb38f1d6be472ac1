"""Bundle the script of the site: weave/front/*.js -> book.js on every page, the others on demand."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from weave.node import MissingPartError, version
from weave.runtime import VERSION

SOURCES = "weave/front"
CACHE = ".cache/front"
PACKAGES = ("esbuild", "prism-code-editor")
# book.js is a classic script, so that it works from a folder on disk, where browsers refuse modules.
FORMATS = {"book": "iife", "run": "esm", "worker": "esm", "editor": "esm"}
BROWSERS = "es2022"
OPTIONS = ("--bundle", "--minify", "--charset=utf8", "--legal-comments=none", "--loader:.css=text", "--log-level=error")


def build(root: Path) -> dict[str, bytes]:
    """The bundles by name: "book.js", "run.js", "worker.js", "editor.js". The same sources and packages give the same bytes.

    Raises
    ------
    MissingPartError
        A package is not installed.
    ValueError
        A source is not what esbuild can read.

    >>> build(Path("nowhere"))
    Traceback (most recent call last):
    ...
    weave.node.MissingPartError: esbuild is missing (no nowhere/node_modules/esbuild): run `make site`, which installs it
    """
    home = root / CACHE / key(root)
    if not home.exists():
        home.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(dir=home.parent, prefix="part-"))
        try:
            for name in FORMATS:
                bundle(root, name, work)
            publish(work, home)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return {f"{name}.js": (home / f"{name}.js").read_bytes() for name in FORMATS}


def key(root: Path) -> str:
    """What the bytes depend on: the packages, the sources and this file."""
    parts = {"pyodide": VERSION, **{name: version(root, name) for name in PACKAGES}}
    for path in [Path(__file__), *sorted((root / SOURCES).glob("*.js"))]:
        parts[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def bundle(root: Path, name: str, out: Path) -> None:
    """Write one bundle into `out`."""
    options = [*OPTIONS, f"--format={FORMATS[name]}", f"--target={BROWSERS}", f'--define:PYODIDE="{VERSION}"']
    command = [str(program(root)), f"{SOURCES}/{name}.js", *options, f"--outfile={(out / name).resolve()}.js"]
    done = subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise ValueError(f"{SOURCES}/{name}.js: esbuild says\n{done.stderr.strip()}")


def program(root: Path) -> Path:
    """Path of esbuild's program for this machine, which npm chose from a package for each kind of machine."""
    folder = root.resolve() / "node_modules/@esbuild"
    found = [*folder.glob("*/bin/esbuild"), *folder.glob("*/esbuild.exe")]
    if not found:
        raise MissingPartError("esbuild's program for this machine", "none below node_modules/@esbuild")
    return found[0]


def publish(work: Path, home: Path) -> None:
    """Give the finished folder its name, unless another build was faster."""
    try:
        os.replace(work, home)
    except OSError:
        if not home.exists():
            raise
