"""The locks: every file by its hash, nobody's host or folder named, everything asked for pinned."""

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
HOST = re.compile(r"\b(npmjs|pypi|pythonhosted)\.(org|com|io)\b")
# One version for every Python and system, so that every reader's book shows the same numbers.
NUMERICAL = {"matplotlib", "numpy", "pandas", "scikit-learn", "scipy", "statsmodels"}

project = tomllib.loads((ROOT / "pyproject.toml").read_text())
package_json = json.loads((ROOT / "package.json").read_text())
package_lock = json.loads((ROOT / "package-lock.json").read_text())


def entries(lock: Path) -> list[str]:
    """The requirements of a lock, each with its hashes on one line; comments left out."""
    joined = lock.read_text().replace("\\\n", " ")
    return [line for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def pins(lock: Path) -> list[Requirement]:
    """The requirements of a lock without their hashes."""
    return [Requirement(HASH.sub("", line)) for line in entries(lock)]


def group(name: str) -> list[Requirement]:
    """The requirements of a dependency group, with those of the groups that it includes."""
    found = []
    for item in project["dependency-groups"][name]:
        found += [Requirement(item)] if isinstance(item, str) else group(item["include-group"])
    return found


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_line_is_one_pin_with_hashes(lock):
    assert entries(lock), "an empty lock"
    for line in entries(lock):
        assert re.match(r"[a-z0-9][a-z0-9._-]*==[^ ;]+ ", line), f"not a pin: {line[:80]}"
        assert HASH.search(line), f"no hash: {line[:80]}"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_no_host_and_no_folder_is_named(lock):
    text = lock.read_text()
    for trace in (
        "://",
        "file:",
        "--index",
        "--extra-index",
        "--find-links",
        "--trusted-host",
        " @ ",
        "/home/",
        "/tmp/",
    ):
        assert trace not in text


@pytest.mark.parametrize(("name", "lock"), [("dev", "dev"), ("bench", "bench"), ("matrix", "matrix-newest")])
def test_the_lock_holds_what_the_group_asks_for(name, lock):
    pinned = pins(ROOT / "requirements" / f"{lock}.txt")
    wanted = group(name) + ([Requirement(text) for text in project["project"]["dependencies"]] if name == "dev" else [])
    for requirement in wanted:
        versions = [str(pin.specifier)[2:] for pin in pinned if pin.name == requirement.name]
        assert versions, f"{requirement} is not locked: make lock"
        assert all(requirement.specifier.contains(v) for v in versions), (
            f"{requirement} is locked as {versions}: make lock"
        )


def test_numbers_come_from_one_version_for_all():
    names = [pin.name for pin in pins(ROOT / "requirements" / "dev.txt")]
    assert {name: names.count(name) for name in NUMERICAL} == dict.fromkeys(NUMERICAL, 1)


def test_the_benchmarks_use_the_versions_of_the_tests():
    tested = {pin.name: str(pin.specifier) for pin in pins(ROOT / "requirements" / "dev.txt")}
    measured = {pin.name: str(pin.specifier) for pin in pins(ROOT / "requirements" / "bench.txt")}
    shared = measured.keys() & tested.keys()
    assert {"numpy", "scikit-learn"} <= shared
    assert {name: measured[name] for name in shared} == {name: tested[name] for name in shared}


def test_the_oldest_numpy_tested_is_the_oldest_that_may_be_installed():
    (declared,) = (Requirement(text) for text in project["project"]["dependencies"])
    oldest = min(
        Version(str(pin.specifier)[2:])
        for pin in pins(ROOT / "requirements" / "matrix-oldest.txt")
        if pin.name == "numpy"
    )
    assert str(declared.specifier) == f">={oldest.major}.{oldest.minor}"


def test_the_node_lock_has_an_integrity_hash_for_every_package_and_no_address():
    packages = {path: package for path, package in package_lock["packages"].items() if path}
    assert packages
    for path, package in packages.items():
        assert package["integrity"].startswith("sha512-"), path
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in (ROOT / "bench" / "package-lock.json").read_text()


def test_the_node_lock_fits_package_json():
    root = package_lock["packages"][""]
    for kind in ("dependencies", "devDependencies"):
        assert root[kind] == package_json[kind]


@pytest.mark.skipif(not (shutil.which("git") and (ROOT / ".git").exists()), reason="not a git work tree")
def test_no_file_names_the_host_of_a_registry():
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    assert ROOT / "pyproject.toml" in files
    texts = {path: path.read_bytes().decode(errors="ignore") for path in files if path.is_file()}
    assert [str(path) for path, text in texts.items() if HOST.search(text)] == []
