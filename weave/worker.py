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
from pathlib import Path
from typing import Any

from weave.errors import WeaveError, WeaveErrors

LIMIT = 600  # seconds that one chapter may take
CAN_FORK = hasattr(os, "fork") and sys.platform != "darwin"
ENVIRONMENT = {"PYTHONHASHSEED": "0", "MPLBACKEND": "agg", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1",
               "MKL_NUM_THREADS": "1"}  # one thread: sums are then always added in the same order


class Workers:
    """The build's side: sends chapters to a worker process, started when first needed and kept for the next build."""

    def __init__(self, root: Path, fonts: Path | None = None, version: str = "") -> None:
        self.root, self.fonts, self.version = root, fonts, version
        self.process: subprocess.Popen[str] | None = None

    def run(self, paths: list[str], told: Callable[[str, float], None] = lambda path, seconds: None) -> dict[str, dict[str, Any]]:
        """Run the chapters at `paths`; `told` is called as each of them ends. All failures are raised together."""
        results, errors = {}, []
        process = self.start()
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps(paths) + "\n")
        process.stdin.flush()
        for _ in paths:
            line = process.stdout.readline()
            if not line:
                self.close()
                raise RuntimeError("the process that runs chapters ended unexpectedly; its last words stand above")
            answer = json.loads(line)
            if "error" in answer:
                errors.append(WeaveError(*answer["error"]))
            else:
                results[answer["path"]] = answer["result"]
                told(answer["path"], answer["result"]["seconds"])
        if errors:
            raise WeaveErrors(sorted(errors, key=str))
        return results

    def start(self) -> subprocess.Popen[str]:
        if self.process is None or self.process.poll() is not None:
            command = [sys.executable, "-m", "weave.worker", str(self.root), str(self.fonts or "")]
            self.process = subprocess.Popen(command, cwd=self.root, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                            env={**os.environ, **ENVIRONMENT, "PYTHONPATH": str(Path(__file__).parents[1])})
        return self.process

    def close(self) -> None:
        if self.process is not None:
            assert self.process.stdin and self.process.stdout
            self.process.stdin.close()
            self.process.wait()
            self.process.stdout.close()
            self.process = None


# ---- the worker's side ----------------------------------------------------------------------------------------------
def main(root: Path, fonts: Path | None) -> None:
    """Read lists of chapters from standard input, answer one line of JSON for each chapter."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a chapter prints past Python must not be taken for an answer
    if CAN_FORK:
        preload(fonts)
    for line in sys.stdin:
        waiting: list[str] = json.loads(line)
        running: dict[Any, tuple[str, Path]] = {}
        while waiting or running:
            while waiting and len(running) < (os.cpu_count() or 1):
                path, out = waiting.pop(0), tempfile.mkstemp(suffix=".json")[1]
                running[spawn(root, path, Path(out), fonts)] = (path, Path(out))
            pid, status = os.wait() if CAN_FORK else wait_any(running)
            path, out_file = running.pop(pid)
            answers.write(collect(path, out_file, status) + "\n")
            answers.flush()


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


def spawn(root: Path, path: str, out: Path, fonts: Path | None) -> Any:
    """Start a chapter; returns what `os.wait` will name it by."""
    if not CAN_FORK:
        return subprocess.Popen([sys.executable, "-m", "weave.worker", "--one", str(root), str(fonts or ""), path, str(out)])
    pid = os.fork()
    if pid == 0:
        signal.alarm(LIMIT)
        one(root, path, out)
        os._exit(0)
    return pid


def wait_any(running: dict[Any, Any]) -> tuple[Any, int]:
    while True:
        for process in running:
            if process.poll() is not None:
                return process, process.returncode
        time.sleep(0.02)


def one(root: Path, path: str, out: Path) -> None:
    """Run one chapter in this process and write what came of it to `out`."""
    from weave import read, run

    started = time.perf_counter()
    try:
        result = run.run(read.read(root / path, root), root, run.make_shell())
        answer: dict[str, Any] = {"path": path, "result": {**result, "seconds": round(time.perf_counter() - started, 3)}}
    except WeaveError as error:
        answer = {"path": path, "error": [error.path, error.line, error.message]}
    except BaseException as error:  # whatever it was, the build must be told of it
        answer = {"path": path, "error": [path, 1, f"could not be run: {type(error).__name__}: {error}"]}
    out.write_text(json.dumps(answer), encoding="utf-8")


def collect(path: str, out: Path, status: int) -> str:
    text = out.read_text(encoding="utf-8")
    out.unlink()
    if text:
        return text
    code = os.waitstatus_to_exitcode(status) if CAN_FORK else status
    why = f"took longer than {LIMIT} s" if CAN_FORK and code == -signal.SIGALRM else f"its process ended with code {code}"
    return json.dumps({"path": path, "error": [path, 1, why]})


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        _, _, root_, fonts_, path_, out_ = sys.argv
        preload(Path(fonts_) if fonts_ else None)
        one(Path(root_), path_, Path(out_))
    else:
        main(Path(sys.argv[1]), Path(sys.argv[2]) if sys.argv[2] else None)
