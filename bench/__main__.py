"""Speed and memory next to other libraries: `make bench`, or `python -m bench ridge lasso` for some works alone.

Ours and theirs take turns, each in a fresh process, with one thread of the linear algebra and with two; what counts is
the median over the rounds. Rows of works that were not asked for stay in bench/results.json as they are.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from bench.works import OURS, WORKS

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "bench" / "results.json"
THREADS = (1, 2)
ROUNDS = 3
VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("works", nargs="*", metavar="WORK", help=f"some of: {', '.join(WORKS)}; all without any")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="fresh processes for each library (default 3)")
    asked = parser.parse_args()
    if unknown := set(asked.works) - set(WORKS):
        parser.error(f"no work {', '.join(sorted(unknown))}; there are {', '.join(WORKS)}")
    if asked.rounds < 1:
        parser.error(f"--rounds must be at least 1, got {asked.rounds}")
    chosen = asked.works or list(WORKS)
    rows = [row for row in read() if row["work"] not in chosen]
    for work in chosen:
        for reference, sizes in WORKS[work].sizes.items():
            for size in sizes:
                for threads in THREADS:
                    rows.append(compare(work, size, reference, threads, asked.rounds))
                    told(rows[-1])
    rows.sort(key=lambda row: (list(WORKS).index(row["work"]), row["reference"], rows_of(row), row["threads"]))
    FILE.write_text(json.dumps({**machine(), "rows": rows}, indent=1) + "\n", encoding="utf-8")


def read() -> list[dict[str, Any]]:
    """The rows of the last time."""
    found = json.loads(FILE.read_text(encoding="utf-8"))["rows"] if FILE.exists() else []
    return [row for row in found if row["work"] in WORKS]


def machine() -> dict[str, Any]:
    """What was measured on: no name of a machine, only what matters to speed."""
    packages = ("numpy", "scikit-learn", "scipy")
    kind = {"processor": processor(), "cores": os.cpu_count(), "system": platform.system()}
    return {"machine": kind, "versions": {"python": platform.python_version(), **{p: version(p) for p in packages}}}


def processor() -> str:
    """The processor's name, where the system tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def compare(work: str, size: tuple[int, int], reference: str, threads: int, rounds: int) -> dict[str, Any]:
    """One row: both libraries in turn, as often as there are rounds."""
    with tempfile.TemporaryDirectory() as folder:
        files = {library: Path(folder) / f"{number}.npy" for number, library in enumerate((OURS, reference))}
        runs: dict[str, list[dict[str, float]]] = {library: [] for library in files}
        for _ in range(rounds):
            for library, file in files.items():
                runs[library].append(once(work, size, library, threads, file))
        ours, theirs = (np.load(file) for file in files.values())
    cost = {library: {key: median(run[key] for run in made) for key in made[0]} for library, made in runs.items()}
    return {
        "work": work,
        "size": f"{size[0]} x {size[1]}",
        "reference": reference,
        "threads": threads,
        "ours_s": cost[OURS]["s"],
        "reference_s": cost[reference]["s"],
        "ratio": cost[OURS]["s"] / cost[reference]["s"],
        "cpu_ratio": cost[OURS]["cpu_s"] / cost[reference]["cpu_s"],
        "agree": float(np.max(np.abs(ours - theirs)) / np.max(np.abs(theirs))),
        "ours_mb": cost[OURS]["mb"],
        "reference_mb": cost[reference]["mb"],
    }


def once(work: str, size: tuple[int, int], library: str, threads: int, file: Path) -> dict[str, float]:
    """What a fit costs in a fresh process."""
    command = [sys.executable, "-m", "bench.once", work, *map(str, size), library, str(file)]
    environment = {**os.environ, **dict.fromkeys(VARIABLES, str(threads))}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{work}, {library}: the fit failed\n{done.stderr.strip()}")
    return json.loads(done.stdout)


def told(row: dict[str, Any]) -> None:
    """A line of progress."""
    print(
        f"{row['work']:10} {row['size']:>13} {row['threads']} thread{'s' if row['threads'] > 1 else ' '} "
        f"{row['ours_s'] * 1e3:9.1f} ms  {row['ratio']:6.2f} of {row['reference']} (processor {row['cpu_ratio']:.2f}, "
        f"apart {row['agree']:.0e}, {row['ours_mb']:.0f} MB to {row['reference_mb']:.0f})",
        flush=True,
    )


def rows_of(row: dict[str, Any]) -> int:
    """How many rows its data have."""
    return int(row["size"].split()[0])


if __name__ == "__main__":
    main()
