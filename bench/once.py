"""One fit in a process of its own: `python -m bench.once WORK ROWS COLUMNS LIBRARY FILE` prints what it cost.

The first fit warms up, the next ones are timed, the last one counts memory. The weights go to FILE, to be compared.
"""

from __future__ import annotations

import json
import sys
import time
import tracemalloc
from pathlib import Path
from statistics import median

import numpy as np

from bench.works import WORKS

LEAST, MOST, ENOUGH = 3, 15, 2.0  # fits timed; seconds after which no more are begun


def measure(work: str, rows: int, columns: int, library: str, file: Path) -> dict[str, float]:
    """Median wall and processor seconds of a fit, and the most memory it took beside its data, in MB."""
    X, y = WORKS[work].make(rows, columns)
    fit = WORKS[work].fit(library)
    np.save(file, fit(X, y))
    walls: list[float] = []
    processors: list[float] = []
    while len(walls) < LEAST or (len(walls) < MOST and sum(walls) < ENOUGH):
        wall, processor = time.perf_counter(), time.process_time()
        fit(X, y)
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    tracemalloc.start()
    fit(X, y)
    _, peak = tracemalloc.get_traced_memory()
    return {"s": median(walls), "cpu_s": median(processors), "mb": peak / 1e6}


if __name__ == "__main__":
    name, n, p, who, target = sys.argv[1:]
    print(json.dumps(measure(name, int(n), int(p), who, Path(target))))
