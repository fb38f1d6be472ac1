"""The exercises of the book, as those work on them who use an editor and no page."""

import os
import re
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

from mle.exercises.__main__ import main
from mle.exercises._book import exercises, find
from weave.exercises import FOLDER, files, write

ROOT = Path(__file__).parents[2]
ALL = [exercise.name for exercise in exercises()]
CODE = re.compile(r"`[^`]*`")
MARKUP = re.compile(r"\\[a-zA-Z]|\$|\{\{|\]\(|@\w+-|</?\w|^\s*(?:#|\?\?\?|!!!|```)", re.M)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder to work in; figures that an exercise's set-up draws are closed, as the end of a program does."""
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    plt.close("all")


def test_the_files_agree_with_the_chapters(book):
    there = {f.relative_to(ROOT / FOLDER): f.read_text("utf-8") for f in (ROOT / FOLDER).rglob("*") if f.is_file()}
    wanted = files(book)
    assert set(there) == set(wanted), "run `python -m weave.exercises`"
    for path, text in wanted.items():
        assert there[path] == text, f"{path} is out of date: run `python -m weave.exercises`"


def test_every_exercise_of_a_page_is_there(book):
    on_pages = {page.chapter.name: page.counts["exercises"] for page in book.pages.values() if page.counts["exercises"]}
    found = [exercise.chapter for exercise in exercises()]
    assert {chapter: found.count(chapter) for chapter in found} == on_pages


def test_files_are_written_only_when_they_change(book, tmp_path):
    kept = files(book)
    written = write(tmp_path, kept)
    assert len(written) == len(kept) >= 4
    written[0].write_text("old", encoding="utf-8")
    stale = tmp_path / FOLDER / "gone.txt"
    stale.write_text("of a chapter that is gone", encoding="utf-8")
    assert write(tmp_path, kept) == sorted([written[0], stale])
    assert not stale.exists()
    assert written[0].read_text(encoding="utf-8") == kept[written[0].relative_to(tmp_path / FOLDER)]
    assert write(tmp_path, kept) == []


@pytest.mark.parametrize("name", ALL)
def test_the_stub_fails_and_the_solution_passes(folder, capsys, name):
    assert main(["start", name, "answer.py"]) == 0
    assert main(["run", name, "answer.py"]) == 1
    told = capsys.readouterr().out
    assert "The check needs the name" not in told
    assert main(["solution", name]) == 0
    (folder / "answer.py").write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["run", name, "answer.py"]) == 0, capsys.readouterr().out


@pytest.mark.parametrize("name", ALL)
def test_the_text_is_for_a_terminal(name):
    exercise = find(name)
    for text in (exercise.title, exercise.level, exercise.statement):
        assert text.strip()
    for text in (exercise.title, exercise.statement, exercise.hint, exercise.note):
        assert MARKUP.findall(CODE.sub("", text)) == []
        assert max(map(len, text.split("\n"))) <= 77


def test_it_works_as_a_command(folder):
    def run(*words):
        command = [sys.executable, "-W", "error", "-m", "mle.exercises", *words]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment)

    assert "median of a list" in re.sub(r"[*\s]+", " ", run("show", "how-this-book-works/1").stdout)
    assert run("start", "how-this-book-works/1", "answer.py").returncode == 0
    failed = run("run", "how-this-book-works/1", "answer.py")
    assert (failed.returncode, failed.stderr) == (1, "")
    assert "There is still a ... to fill in, line " in failed.stdout
    (folder / "answer.py").write_text(run("solution", "how-this-book-works/1").stdout, encoding="utf-8")
    passed = run("run", "how-this-book-works/1", "answer.py")
    assert (passed.returncode, passed.stderr) == (0, "")
    assert passed.stdout.startswith("Correct.")
    assert run("run", "how-this-book-works/99", "answer.py").returncode == 2
