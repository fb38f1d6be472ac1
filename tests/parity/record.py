"""What parity tests found, kept in build/parity.json for the book's page of comparisons."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

FILE = Path(__file__).parents[2] / "build" / "parity.json"
PACKAGES = {"scikit-learn": "scikit-learn", "SciPy": "scipy", "statsmodels": "statsmodels", "NumPy": "numpy"}


def record(*, name: str, module: str, against: str, what: str, data: str, gap: float, tolerance: float) -> None:
    """Assert that a gap is within its tolerance, and keep it: one row for each thing compared."""
    row = {
        "name": name,
        "module": module,
        "against": against,
        "version": version(PACKAGES[against]),
        "what": what,
        "data": data,
        "gap": gap,
        "tolerance": tolerance,
    }
    rows = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else []
    same = [r for r in rows if all(r[key] == row[key] for key in ("name", "against", "what", "data"))]
    rows = [r for r in rows if r not in same] + [row]
    FILE.parent.mkdir(exist_ok=True)
    rows.sort(key=lambda r: (r["module"], r["name"], r["against"], r["what"], r["data"]))
    FILE.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    assert gap <= tolerance, f"{name} against {against}, {what}: {gap:.1e} is more than {tolerance:.1e}"
