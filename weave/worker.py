"""Processes that run chapters: `Workers` on the build's side, `main` on the other.

The worker loads NumPy, matplotlib and IPython once and forks a clean child for every chapter, so a chapter starts in
milliseconds and never sees another's state, nor a module of `mle` that was loaded before an edit. Where fork is
missing or unsafe (Windows, macOS) each chapter gets a plain process of its own.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from weave.errors import WeaveError, WeaveErrors

LIMIT = 600  # seconds that one chapter may take
OVERDUE = -14  # exit code of a process that took longer (that of SIGALRM, where there is one)
CAN_FORK = hasattr(os, "fork") and sys.platform != "darwin"
ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "agg",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}  # one thread: sums are then always added in the same order


class Workers:
    """The build's side: sends chapters to a worker process, started when first needed and kept for the next build."""

    def __init__(
        self, root: Path, fonts: Path | None = None, version: str = "", limit: float = LIMIT, fork: bool = CAN_FORK
    ) -> None:
        self.root, self.fonts, self.version = root, fonts, version
        self.limit, self.fork = limit, fork
        self.process: subprocess.Popen[str] | None = None

    def run(self, paths: list[str], ended: Callable[[str, dict[str, Any]], None]) -> None:
        """Run the chapters at `paths`; `ended` is given the result of each as it comes. All failures are raised together."""
        errors, process = [], self.start()
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps(paths) + "\n")
        process.stdin.flush()
        for _ in paths:
            line = process.stdout.readline()
            if not line:
                self.close()
                raise RuntimeError("the process that runs chapters ended unexpectedly; its last words stand above")
            answer = json.loads(line)
            try:
                if "error" in answer:
                    raise WeaveError(*answer["error"])
                ended(answer["path"], answer["result"])
            except WeaveError as error:
                errors.append(error)
        if errors:
            raise WeaveErrors(sorted(errors, key=str))

    def start(self) -> subprocess.Popen[str]:
        if self.process is None or self.process.poll() is not None:
            command = [
                sys.executable,
                "-m",
                "weave.worker",
                str(self.root),
                str(self.fonts or ""),
                str(self.limit),
                "fork" * self.fork,
            ]
            self.process = subprocess.Popen(
                command,
                cwd=self.root,
                text=True,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, **ENVIRONMENT, "PYTHONPATH": str(Path(__file__).parents[1])},
            )
        return self.process

    def close(self) -> None:
        if self.process is not None:
            assert self.process.stdin and self.process.stdout
            self.process.stdin.close()
            self.process.wait()
            self.process.stdout.close()
            self.process = None


# ---- the worker's side ----------------------------------------------------------------------------------------------
def main(root: Path, fonts: Path | None, limit: float, fork: bool) -> None:
    """Read lists of chapters from standard input, answer one line of JSON for each chapter."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a chapter prints past Python must not be taken for an answer
    if fork:
        preload(fonts)
    with tempfile.TemporaryDirectory() as folder:
        for line in sys.stdin:
            waiting: list[str] = json.loads(line)
            running: dict[Any, Job] = {}
            while waiting or running:
                while waiting and len(running) < (os.cpu_count() or 1):
                    job = Job(waiting.pop(0), Path(folder) / f"{len(waiting)}.json", time.monotonic() + limit)
                    running[fork_one(root, job, limit) if fork else start_one(root, job, fonts)] = job
                key, code = wait_fork() if fork else wait_any(running)
                answers.write(collect(running.pop(key), code, limit) + "\n")
                answers.flush()


@dataclass(frozen=True)
class Job:
    """A chapter under way: its path, the file for its answer, and when (`time.monotonic`) it must have ended."""

    path: str
    out: Path
    deadline: float


def preload(fonts: Path | None) -> None:
    """Load what every chapter needs, and draw once, so that fonts are known before the first fork."""
    import matplotlib
    import matplotlib.pyplot as plt
    import numpy  # noqa: F401
    from matplotlib import font_manager

    from weave import run

    matplotlib.use("agg")
    for file in sorted(fonts.glob("*.ttf")) if fonts else []:
        font_manager.fontManager.addfont(file)
    plt.figure().savefig(os.devnull, format="svg")
    plt.close("all")
    run.make_shell()


def fork_one(root: Path, job: Job, limit: float) -> int:
    """Start a chapter in a copy of this process; returns its number."""
    pid = os.fork()
    if pid == 0:
        signal.setitimer(signal.ITIMER_REAL, limit)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # the list of chapters is not for them to read
        one(root, job.path, job.out)
        os._exit(0)
    return pid


def start_one(root: Path, job: Job, fonts: Path | None) -> subprocess.Popen[bytes]:
    """Start a chapter in a new process."""
    command = [sys.executable, "-m", "weave.worker", "--one", str(root), str(fonts or ""), job.path, str(job.out)]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL)


def wait_fork() -> tuple[int, int]:
    """Number and exit code of the copy that ends next."""
    pid, status = os.wait()
    return pid, os.waitstatus_to_exitcode(status)


def wait_any(running: dict[Any, Job]) -> tuple[subprocess.Popen[bytes], int]:
    """The process that ends next and its exit code; one that takes too long is ended."""
    while True:
        for process, job in running.items():
            if process.poll() is not None:
                return process, process.returncode
            if time.monotonic() > job.deadline:
                process.kill()
                process.wait()
                return process, OVERDUE
        time.sleep(0.02)


def one(root: Path, path: str, out: Path) -> None:
    """Run one chapter in this process and write what came of it to `out`."""
    from weave import read, run

    started = time.perf_counter()
    try:
        result = run.run(read.read(root / path, root), root, run.make_shell())
        answer: dict[str, Any] = {
            "path": path,
            "result": {**result, "seconds": round(time.perf_counter() - started, 3)},
        }
    except WeaveError as error:
        answer = {"path": path, "error": [error.path, error.line, error.message]}
    except BaseException as error:  # whatever it was, the build must be told of it
        answer = {"path": path, "error": [path, 1, f"could not be run: {type(error).__name__}: {error}"]}
    part = out.with_suffix(".part")
    part.write_text(json.dumps(answer), encoding="utf-8")
    part.replace(out)  # all of it or nothing


def collect(job: Job, code: int, limit: float) -> str:
    """The answer of a chapter that has ended."""
    if job.out.exists():
        text = job.out.read_text(encoding="utf-8")
        job.out.unlink()
        return text
    why = f"took longer than {limit:g} s" if code == OVERDUE else f"its process ended with code {code}"
    return json.dumps({"path": job.path, "error": [job.path, 1, why]})


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        _, _, root_, fonts_, path_, out_ = sys.argv
        preload(Path(fonts_) if fonts_ else None)
        one(Path(root_), path_, Path(out_))
    else:
        _, root_, fonts_, limit_, fork_ = sys.argv
        main(Path(root_), Path(fonts_) if fonts_ else None, float(limit_), bool(fork_))
