"""Every `>>>` of a chapter is collected by pytest: counted here without any of the code that collects them."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"(?:# )?\s*(`{3,}|~{3,})\s*(\w*)")


def prompts(file):
    """Numbers of the lines that begin with `>>>`, but for those in a fence that says it is `text` or `markdown`."""
    opened = None
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        fence = FENCE.match(line)
        if opened is None and fence:
            opened = fence
        elif opened is not None and fence and not fence[2] and fence[1].startswith(opened[1]):
            opened = None
        elif re.match(r"(?:# )?\s*>>>", line) and (opened is None or opened[2] not in ("text", "markdown")):
            yield number


def test_pytest_collects_every_prompt():
    files = [file for file in sorted((ROOT / "docs").rglob("*")) if file.suffix in (".md", ".py")]
    expected = {f"{file.relative_to(ROOT).as_posix()}:{n}" for file in files for n in prompts(file)}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "docs",
        "--collect-only",
        "-q",
        "-p",
        "no:cacheprovider",
        "-o",
        "addopts=",
    ]
    told = subprocess.run([*command, "--import-mode=importlib"], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert told.returncode == 0, told.stdout + told.stderr
    collected = {f"{path}:{n}" for path, n in re.findall(r"^(\S+)::line:(\d+),column:1$", told.stdout, re.M)}
    cells = {place for place in collected - expected if not line_at(place).lstrip("# ").startswith(">>>")}
    assert collected - cells == expected
    assert len(expected) >= 20


def line_at(place):
    """The text of `path:line`."""
    path, number = place.rsplit(":", 1)
    return (ROOT / path).read_text(encoding="utf-8").splitlines()[int(number) - 1]
