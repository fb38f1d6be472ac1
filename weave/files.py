"""Files: the sum of one, and writing one whole."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def write_whole(file: Path, content: bytes) -> None:
    """Write a file so that a reader sees all of it or nothing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
    os.replace(name, file)
