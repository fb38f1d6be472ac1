"""The page of speed: what `make bench` wrote into bench/results.json, losses included."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import Any

FILE = "bench/results.json"
NONE = '!!! warning "Nothing has been measured"\n    `make bench` measures; then `make site` shows it here.\n'
GROWTH = """\
## Growth

Nanoseconds for each row of the data. Where they stay the same, the cost grows as the rows do. Where they fall, there is
a part of the cost that more rows do not raise, or more rows make a better start.

"""
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
    return "\n\n".join([f"Measured on: {machine}.", growth(found["rows"]), *tables])


def growth(rows: list[dict[str, Any]]) -> str:
    """Nanoseconds for each row of the data, size by size: where they stay the same, the cost grows as the rows do."""
    sizes = sorted({size_of(row) for row in rows})
    head = "| Model | Threads |" + "".join(f" {size[0]:,} × {size[1]} |" for size in sizes)
    lines = [head, "|---|--:|" + "--:|" * len(sizes)]
    for work, threads in dict.fromkeys((row["work"], row["threads"]) for row in rows):
        took = {size_of(row): row["ours_s"] for row in rows if (row["work"], row["threads"]) == (work, threads)}
        cells = "".join(f" {took[s] / s[0] * 1e9:,.0f} |" if s in took else " |" for s in sizes)
        lines.append(f"| {work.capitalize()} | {threads} |{cells}")
    return GROWTH + "\n".join(lines)


def size_of(row: dict[str, Any]) -> tuple[int, int]:
    """Rows and columns of the data."""
    rows, _, columns = row["size"].partition(" x ")
    return int(rows), int(columns)


def line(row: dict[str, Any]) -> str:
    """One row; who is faster stands in bold."""
    ours, theirs = told(row["ours_s"]), told(row["reference_s"])
    ours, theirs = (f"**{ours}**", theirs) if row["ratio"] < 1 else (ours, f"**{theirs}**")
    rows, columns = size_of(row)
    size = f"{rows:,} × {columns}"
    memory = f"{row['ours_mb']:,.1f} MB, {row['reference_mb']:,.1f} MB"
    return (
        f"| {size} | {row['threads']} | {ours} | {theirs} | {row['ratio']:.2f} | {row['cpu_ratio']:.2f} "
        f"| {row['agree']:.0e} | {memory} |"
    )


def told(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1e3:.1f} ms"
