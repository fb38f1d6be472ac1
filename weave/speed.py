"""The page of speed: what `make bench` wrote into bench/results.json, losses included."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import Any

FILE = "bench/results.json"
NONE = '!!! warning "Nothing has been measured"\n    `make bench` measures; then `make site` shows it here.\n'
HEAD = "| Size | Threads | Ours | Theirs | Ratio | Processor | Apart | Memory |\n|--:|--:|--:|--:|--:|--:|--:|--:|\n"


def speed(root: Path) -> str:
    """One table for each work and reference, and a line on the machine."""
    file = root / FILE
    if not file.exists():
        return NONE
    found = json.loads(file.read_text(encoding="utf-8"))
    machine = ", ".join(f"{key} {value}" for key, value in {**found["machine"], **found["versions"]}.items())
    tables = [
        f"## {work.capitalize()}, next to {reference}\n\n{HEAD}" + "\n".join(map(line, rows))
        for (work, reference), rows in groupby(found["rows"], key=lambda row: (row["work"], row["reference"]))
    ]
    return "\n\n".join([f"Measured on: {machine}.", *tables])


def line(row: dict[str, Any]) -> str:
    """One row; who is faster stands in bold."""
    ours, theirs = told(row["ours_s"]), told(row["reference_s"])
    ours, theirs = (f"**{ours}**", theirs) if row["ratio"] < 1 else (ours, f"**{theirs}**")
    rows, _, columns = row["size"].partition(" x ")
    size = f"{int(rows):,} × {columns}"
    memory = f"{row['ours_mb']:,.1f} MB, {row['reference_mb']:,.1f} MB"
    return (
        f"| {size} | {row['threads']} | {ours} | {theirs} | {row['ratio']:.2f} | {row['cpu_ratio']:.2f} "
        f"| {row['agree']:.0e} | {memory} |"
    )


def told(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1e3:.1f} ms"
