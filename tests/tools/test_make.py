"""What people type: the Makefile's targets, the README's commands, a port that is taken, the Pythons found."""

import os
import re
import shutil
import socket
import subprocess
import sys

import pytest

import matrix
import mle
import port
import prepare

ROOT = prepare.ROOT
TARGETS = set(re.findall(r"^([a-z]+):.* ## ", (ROOT / "Makefile").read_text(), re.M))


@pytest.fixture
def taken():
    """A port that this process listens on."""
    with socket.create_server((port.LOOPBACK, 0)) as server:
        yield server.getsockname()[1]


def test_a_taken_port_is_told_plainly(taken):
    result = subprocess.run([sys.executable, "tools/port.py", str(taken)], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 1
    assert f"Port {taken} is taken" in result.stderr
    assert "make serve PORT=8001" in result.stderr
    assert "Traceback" not in result.stderr
    if sys.platform == "linux":
        assert f"(process {os.getpid()})" in result.stderr


def test_a_free_port_is_silent(taken):
    with socket.create_server((port.LOOPBACK, 0)) as server:
        free = server.getsockname()[1]
    assert port.why_not(free) is None


@pytest.mark.parametrize(
    ("given", "told"), [("80000", "from 1 to 65535"), ("0", "from 1 to 65535"), ("web", "not the number")]
)
def test_nonsense_for_a_port_is_told_plainly(given, told):
    result = subprocess.run([sys.executable, "tools/port.py", given], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 1
    assert told in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.skipif(not shutil.which("make"), reason="no make")
def test_make_alone_lists_every_target():
    told = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = set(re.findall(r"^  make ([a-z]+)", told, re.M))
    assert listed == TARGETS - (set() if (ROOT / "bench" / "__main__.py").exists() else {"bench"})


@pytest.mark.parametrize(
    "name",
    ["README.md", "CONTRIBUTING.md", ".ci/run", *[f".github/workflows/{n}.yml" for n in ("ci", "pages", "weekly")]],
)
def test_only_targets_that_exist_are_named(name):
    named = set(re.findall(r"(?:^|[`$ ])make ([a-z]+)(?=[`\s]|$)", (ROOT / name).read_text(), re.M))
    assert named, "this file should name a command"
    assert named <= TARGETS


def test_the_citation_names_the_version_of_the_package():
    assert f"\nversion: {mle.__version__}\n" in (ROOT / "CITATION.cff").read_text()


def test_a_python_is_found_by_what_it_says_of_itself():
    here = "{}.{}".format(*sys.version_info)
    assert matrix.answers(sys.executable, here)
    assert not matrix.answers(sys.executable, "3.99")
    assert not matrix.answers("/nowhere/python", here)
    assert matrix.find(here)
    assert matrix.find("3.99") is None
