"""The page of comparisons: what the parity tests wrote into build/parity.json, one row for each algorithm."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import Any

from weave.library import Library

FILE = "build/parity.json"
NONE = '!!! warning "This copy was built without comparisons"\n    `make test` makes them; then `make site` shows them here.\n'
HEAD = "| Algorithm | Compared with | What, on which data | Largest gap | Allowed |\n|:--|:--|:--|--:|--:|\n"


def verified(root: Path, library: Library) -> str:
    """One table for each package of the library; a sentence if the tests have not been run."""
    file = root / FILE
    if not file.exists():
        return NONE
    rows = json.loads(file.read_text(encoding="utf-8"))
    return "\n\n".join(
        f"## `{package}`\n\n{HEAD}" + "\n".join(line(list(same), library) for _, same in groupby(group, key=algorithm))
        for package, group in groupby(sorted(rows, key=algorithm), key=lambda row: package_of(row["module"]))
    )


def package_of(module: str) -> str:
    """`mle.linear_model` of `mle.linear_model.ridge`."""
    return ".".join(module.split(".")[:2])


def algorithm(row: dict[str, Any]) -> tuple[str, ...]:
    return package_of(row["module"]), row["module"], row["name"], row["against"], row["version"]


def line(rows: list[dict[str, Any]], library: Library) -> str:
    """The row of one algorithm: everything it was compared on, and the largest of the gaps."""
    worst = max(rows, key=lambda row: row["gap"])
    name, _, kind = worst["name"].partition(", ")
    symbol = f"{worst['module']}.{name}"
    shown = (f"[`{name}`][{symbol}]" if symbol in library.symbols else f"`{name}`") + (f", {kind}" if kind else "")
    done = "<br>".join(f"{what}: {', '.join(row['data'] for row in same)}" for what, same in by_what(rows))
    gap = f"{worst['gap']:.1e}" if worst["gap"] else "0"
    allowed = f"{worst['tolerance']:.0e}" if worst["tolerance"] else "0"
    return f"| {shown} | {worst['against']} {worst['version']} | {done} | {gap} | {allowed} |"


def by_what(rows: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The rows by what was compared, its bars and stars made harmless in a table."""
    key = [(row["what"].replace("|", "\\|").replace("*", "\\*"), row) for row in rows]
    return [(what, [row for _, row in same]) for what, same in groupby(key, key=lambda pair: pair[0])]
