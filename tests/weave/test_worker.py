"""Processes that run chapters: they may die or hang, the build is told; with and without fork they give the same."""

import time

import pytest

from weave.errors import WeaveErrors
from weave.worker import CAN_FORK, Workers


def cell(code):
    return f"```python\n{code}\n```\n"


@pytest.fixture(scope="module")
def workers(shared):
    """A worker with little patience."""
    made = Workers(shared.root, limit=4.0)
    yield made
    made.close()


def run(workers, *paths):
    """Results by path, and the errors."""
    results = {}
    try:
        workers.run(list(paths), results.__setitem__)
    except WeaveErrors as told:
        return results, [str(error) for error in told.errors]
    return results, []


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import os\nos._exit(3)", "docs/case.md:1: its process ended with code 3"),
        ("import os\nos._exit(0)", "docs/case.md:1: its process ended with code 0"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "docs/case.md:1: its process ended with code -9"),
        ("raise KeyboardInterrupt", "docs/case.md:8: KeyboardInterrupt: "),
    ],
)
def test_a_chapter_that_ends_badly_stops_nobody_else(workers, project, code, message):
    project.case(cell(code))
    results, errors = run(workers, "docs/case.md", "docs/second.py")
    assert errors == [message]
    assert list(results) == ["docs/second.py"]


@pytest.mark.parametrize("fork", [True, False] if CAN_FORK else [False])
def test_a_chapter_that_hangs(workers, project, fork):
    project.case(cell("import time\ntime.sleep(300)"))
    hurried = workers if fork else Workers(project.root, limit=1.0, fork=False)
    started = time.monotonic()
    assert run(hurried, "docs/case.md") == ({}, [f"docs/case.md:1: took longer than {hurried.limit:g} s"])
    assert hurried.limit < time.monotonic() - started < hurried.limit + 25
    if not fork:
        hurried.close()


def test_a_chapter_that_writes_past_python(workers, project):
    project.case(cell("import os\n_ = os.write(1, b'{\"path\": 1}\\n')\nprint('said')"))
    results, _ = run(workers, "docs/case.md")
    assert results["docs/case.md"]["outputs"] == [{"stdout": "said\n", "displays": []}]


def test_a_chapter_that_reads_what_is_meant_for_the_worker(workers, project):
    project.case(cell("import sys, os\nsys.stdin.read(), os.read(0, 10)"))
    results, _ = run(workers, "docs/case.md")
    assert results["docs/case.md"]["outputs"][0]["displays"] == [{"text/plain": "('', b'')"}]


def test_with_and_without_fork_the_results_are_equal(workers, project):
    """One chapter of three ends its process, the others do not notice."""
    project.case(cell("import os\nos._exit(3)"))
    plain, answers = Workers(project.root, fork=False), []
    for made in (plain, workers):
        results, errors = run(made, "docs/case.md", "docs/second.py", "docs/toy.md")
        assert errors == ["docs/case.md:1: its process ended with code 3"]
        answers.append({path: {k: v for k, v in results[path].items() if k != "seconds"} for path in sorted(results)})
    assert answers[0] == answers[1]
    assert sorted(answers[0]["docs/toy.md"]["dependencies"]) == [
        "mle/__init__.py",
        "mle/plot.py",
        "mle/sums.py",
        "mle/testing.py",
    ]
    assert [out["figures"]["light"][:4] for out in answers[0]["docs/toy.md"]["outputs"] if "figures" in out] == ["<svg"]
    process = plain.process
    plain.close()
    assert process.poll() == 0


def test_a_worker_that_dies_is_replaced(workers, project):
    project.case(cell("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)"))
    with pytest.raises(RuntimeError, match="the process that runs chapters ended unexpectedly"):
        run(workers, "docs/case.md")
    assert list(run(workers, "docs/second.py")[0]) == ["docs/second.py"]
