"""What parity tests found, kept in build/parity.json for the book's page of comparisons."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[2] / "build" / "parity.json"
PACKAGES = {"scikit-learn": "scikit-learn", "SciPy": "scipy", "statsmodels": "statsmodels", "NumPy": "numpy"}
PLACE = ("module", "name", "against", "what", "data")  # two rows equal in these compare the same

found: list[dict[str, Any]] = []  # by the test that runs; its report takes them along


def record(*, name: str, module: str, against: str, what: str, data: str, gap: float, tolerance: float) -> None:
    """Assert that a gap is within its tolerance, and keep it: one row for each thing compared."""
    found.append(
        {
            "name": name,
            "module": module,
            "against": against,
            "version": version(PACKAGES[against]),
            "what": what,
            "data": data,
            "gap": gap,
            "tolerance": tolerance,
        }
    )
    assert gap <= tolerance, f"{name} against {against}, {what}: {gap:.1e} is more than {tolerance:.1e}"


def keep(rows: list[dict[str, Any]], *, anew: bool) -> None:
    """Write rows into the file; those of earlier runs stay unless the file is made anew."""
    old = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() and not anew else []
    kept = {tuple(row[key] for key in PLACE): row for row in [*old, *rows]}
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps([kept[key] for key in sorted(kept)], indent=1) + "\n", encoding="utf-8")
