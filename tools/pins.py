"""Write weave/pins.json anew for another Pyodide: which files the page runs on, and the sum of each.

    python tools/pins.py pyodide-0.27.7.tgz

The archive is Pyodide's own npm package (`npm pack pyodide@0.27.7`); its lock has the sums of all wheels. Kept are
NumPy, matplotlib and what they import when they draw SVG.
"""

import hashlib
import json
import sys
import tarfile
from pathlib import Path
from typing import Any

PINS = Path(__file__).resolve().parents[1] / "weave" / "pins.json"
CORE = ("pyodide.asm.js", "pyodide.asm.wasm", "pyodide.mjs", "python_stdlib.zip")
WANTED = ("numpy", "matplotlib")
LEFT_OUT = {"fonttools", "matplotlib-pyodide", "pytz"}  # for other formats, a canvas of its own, and time zones


def trimmed(packages: dict[str, Any]) -> dict[str, Any]:
    """Return the packages that are wanted and those they depend on."""
    kept: dict[str, Any] = {}
    waiting = list(WANTED)
    while waiting:
        name = waiting.pop()
        if name not in kept:
            depends = [other for other in packages[name]["depends"] if other not in LEFT_OUT]
            kept[name] = {**packages[name], "depends": depends}
            waiting += depends
    return kept


def pins(archive: Path) -> dict[str, Any]:
    """Return the sums of the core files, and the lock."""
    with tarfile.open(archive) as package:
        content = {Path(member.name).name: package.extractfile(member) for member in package if member.isfile()}
        read = {name: file.read() for name in (*CORE, "pyodide-lock.json") if (file := content[name])}
    lock = json.loads(read["pyodide-lock.json"])
    core = {name: hashlib.sha256(read[name]).hexdigest() for name in CORE}
    return {"core": core, "lock": {"info": lock["info"], "packages": trimmed(lock["packages"])}}


if __name__ == "__main__":
    PINS.write_text(json.dumps(pins(Path(sys.argv[1])), indent=1, sort_keys=True) + "\n", encoding="utf-8")
