"""The page's Python: only the pinned bytes, from whichever source has them; without them a plain notice. No network."""

import hashlib
import io
import json
import posixpath
import shutil
import subprocess
import tarfile
import urllib.error
import zipfile
from pathlib import Path

import pytest

import pins
from weave import runtime

ROOT = Path(__file__).parents[2]
CONTENT = {"core.wasm": b"core", "numpy.whl": b"numpy"}
OURS = {"worker.js": b"work", "shell.py": b"shell"}


def digest(content):
    return hashlib.sha256(content).hexdigest()


class World:
    """A project, and the sources outside it; `asked` lists what the network was asked for."""

    def __init__(self, folder, monkeypatch):
        self.root, self.beside = folder / "project", folder / "shared" / "pyodide"
        self.root.mkdir()
        self.official, self.carried = {}, {}
        self.asked, self.notices = [], []
        monkeypatch.setattr(runtime, "SUMS", {name: digest(content) for name, content in CONTENT.items()})
        monkeypatch.setattr(runtime, "refused", set())
        monkeypatch.setattr(runtime.urllib.request, "urlopen", self.urlopen)
        monkeypatch.setattr(runtime.subprocess, "run", self.pip)
        monkeypatch.delenv("MLE_PYODIDE", raising=False)

    def urlopen(self, url, timeout):
        assert timeout == runtime.PATIENCE
        self.asked.append(url)
        name = url.removeprefix(runtime.OFFICIAL)
        if name not in self.official:
            raise urllib.error.URLError("no route")
        return io.BytesIO(self.official[name])

    def pip(self, command, **_):
        assert command[1:4] == ["-m", "pip", "download"]
        self.asked.append(command[-1])
        [folder] = [word.removeprefix("--dest=") for word in command if word.startswith("--dest=")]
        if self.carried:
            archive(Path(folder) / "carrier-1-py3-none-any.whl", self.carried)
        return subprocess.CompletedProcess(command, not self.carried, stderr="WARNING: x\nERROR: no such package")

    def put(self, files):
        self.beside.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (self.beside / name).write_bytes(content)

    def find(self):
        """Content of the files that the project gets, or None."""
        found = runtime.runtime(self.root, self.notices.append)
        return found and {name: path.read_bytes() for name, path in found.items()}


@pytest.fixture
def world(tmp_path, monkeypatch):
    return World(tmp_path, monkeypatch)


def archive(path, files, folder="inside/"):
    with zipfile.ZipFile(path, "w") as made:
        for name, content in files.items():
            made.writestr(folder + name, content)
    return path


def tarball(path, files):
    with tarfile.open(path, "w:gz") as made:
        for name, content in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(content)
            made.addfile(member, io.BytesIO(content))
    return path


# ---- where the files come from --------------------------------------------------------------------------------------
def test_the_folder_beside_the_project_is_enough(world):
    world.put(CONTENT)
    assert world.find() == CONTENT
    assert world.asked == world.notices == []


def test_what_was_found_once_needs_no_source(world):
    world.put(CONTENT)
    world.find()
    shutil.rmtree(world.beside)
    assert world.find() == CONTENT
    assert world.asked == world.notices == []


def test_wrong_bytes_are_passed_over_for_the_next_source(world):
    world.put({**CONTENT, "numpy.whl": b"evil"})
    world.official = {"numpy.whl": b"numpy"}
    assert world.find() == CONTENT
    assert world.asked == [f"{runtime.OFFICIAL}numpy.whl"]
    assert "passing over a numpy.whl that is not the pinned one" in world.notices


def test_wrong_bytes_of_every_source_are_never_used(world):
    world.put({**CONTENT, "numpy.whl": b"evil"})
    world.official = world.carried = {"numpy.whl": b"evil too"}
    assert world.find() is None
    assert sum("passing over" in notice for notice in world.notices) == 3
    assert not list(world.root.rglob("numpy.whl"))


def test_a_spoiled_cache_is_mended(world):
    world.put(CONTENT)
    world.find()
    [kept] = world.root.rglob("numpy.whl")
    kept.write_bytes(b"spoiled")
    assert world.find() == CONTENT


@pytest.mark.parametrize("make", [archive, tarball])
def test_an_archive_can_be_named(world, monkeypatch, make):
    monkeypatch.setenv("MLE_PYODIDE", str(make(world.root / "given", {**CONTENT, "other": b"x"})))
    assert world.find() == CONTENT
    assert world.asked == []
    assert {path.name for path in (world.root / ".cache").rglob("*") if path.is_file()} == set(CONTENT)


def test_a_damaged_archive_is_told_of(world, monkeypatch):
    (world.root / "given").write_bytes(b"PK no archive")
    monkeypatch.setenv("MLE_PYODIDE", "given")
    world.official = CONTENT
    assert world.find() == CONTENT
    assert world.notices[0].startswith("given cannot be read: ")


def test_a_name_that_leads_nowhere_is_told_of(world, monkeypatch):
    monkeypatch.setenv("MLE_PYODIDE", "nowhere")
    world.put(CONTENT)
    assert world.find() is None
    assert world.notices[0] == "MLE_PYODIDE names nowhere, which is not there"


def test_one_refusal_is_enough_and_the_carrier_is_next(world):
    world.carried = CONTENT
    assert world.find() == CONTENT
    assert world.asked == [f"{runtime.OFFICIAL}core.wasm", runtime.CARRIER]


def test_without_any_source_there_is_a_notice_and_no_second_try(world):
    assert world.find() is None
    assert world.find() is None
    assert world.asked == [f"{runtime.OFFICIAL}core.wasm", runtime.CARRIER]
    assert world.notices[-1].startswith("the site has no Run buttons: of Pyodide 0.27.7, 2 of 2 files are missing.")
    assert any(notice.endswith("cannot be had: ERROR: no such package") for notice in world.notices)
    assert runtime.live_files(world.root, OURS, world.notices.append) is None


# ---- what is pinned -------------------------------------------------------------------------------------------------
def test_the_pins_are_whole():
    assert len(runtime.SUMS) == 4 + len(runtime.PACKAGES) == 14
    assert all(len(bytes.fromhex(digest)) == 32 for digest in runtime.SUMS.values())
    assert {name for package in runtime.PACKAGES.values() for name in package["depends"]} <= set(runtime.PACKAGES)
    assert {"numpy", "matplotlib"} <= set(runtime.PACKAGES)


def test_the_notice_names_all_that_is_pinned():
    notice = (ROOT / "THIRD-PARTY.md").read_text("utf-8")
    packages = [{"name": "Pyodide", "version": runtime.VERSION}, *runtime.PACKAGES.values()]
    rows = [f"| {package['name']} | {package['version']} |".lower() for package in packages]
    assert [row for row in rows if row not in notice.lower()] == []


def test_pins_are_cut_to_what_the_page_needs(tmp_path):
    needs = {"numpy": [], "matplotlib": ["numpy", "fonttools", "six"], "six": [], "fonttools": [], "pandas": []}
    packages = {name: {"depends": depends, "sha256": "ab"} for name, depends in needs.items()}
    files = {name: name.encode() for name in pins.CORE}
    files["pyodide-lock.json"] = json.dumps({"info": {"version": "1"}, "packages": packages}).encode()
    made = pins.pins(tarball(tmp_path / "pyodide.tgz", files))
    assert made["core"]["pyodide.mjs"] == digest(b"pyodide.mjs")
    assert {name: package["depends"] for name, package in made["lock"]["packages"].items()} == {
        "numpy": [],
        "matplotlib": ["numpy", "six"],
        "six": [],
    }


# ---- ours -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def project(tmp_path):
    """A project whose library is one file."""
    root = tmp_path / "library"
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (root / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    (root / "mle").mkdir()
    (root / "mle/__init__.py").write_text('__version__ = "0.3.0"\n')
    (root / "data").mkdir()
    (root / "data/index.json").write_text("{}")
    return root


def test_a_wheel_is_the_same_bytes_at_any_time(project, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    first = runtime.wheel(project).read_bytes()
    shutil.rmtree(project / ".cache")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    (project / "mle/__init__.py").touch()
    assert runtime.wheel(project).read_bytes() == first


def test_a_wheel_is_built_only_when_something_in_it_has_changed(project, monkeypatch):
    first = runtime.wheel(project)
    (project / "mle/__pycache__").mkdir()
    (project / "mle/__pycache__/x.pyc").write_bytes(b"x")
    with monkeypatch.context() as patch:
        patch.setattr(runtime.subprocess, "run", lambda *_, **__: pytest.fail("built again"))
        assert runtime.wheel(project) == first
    (project / "data/index.json").write_text('{"new": 1}')
    assert runtime.wheel(project) != first
    assert first.exists()


def test_the_wheel_of_the_page_has_the_index_of_the_data_alone(project):
    """What people install has the data, too: see tests/tools/test_wheel.py."""
    sets = [{"file": "points.csv"}, {"file": "more.csv.gz"}]
    (project / "data/index.json").write_text(json.dumps({"datasets": sets}))
    for name in ("points.csv", "more.csv.gz", "README.md"):
        (project / "data" / name).write_bytes(name.encode())
    first = runtime.wheel(project)
    with zipfile.ZipFile(first) as archive:
        names = [name for name in archive.namelist() if name.startswith("mle/")]
        assert sorted(names) == ["mle/__init__.py", "mle/_data/index.json"]
        assert archive.read("mle/_data/index.json") == (project / "data/index.json").read_bytes()
        assert b"points" not in archive.read(next(name for name in archive.namelist() if name.endswith("/RECORD")))
    assert runtime.data_files(project) == {"data/points.csv": b"points.csv", "data/more.csv.bin": b"more.csv.gz"}
    (project / "data/points.csv").write_bytes(b"else")
    assert runtime.wheel(project) == first


def test_only_the_last_wheels_are_kept(project):
    for n in range(5):
        (project / "mle/__init__.py").write_text(f'__version__ = "0.{n}.0"\n')
        built = runtime.wheel(project)
        assert built.name == f"mle-0.{n}.0-py3-none-any.whl"
    assert len(list((project / ".cache/wheel").glob("*/*.whl"))) == runtime.KEEP


def test_a_library_that_cannot_be_built_is_told_of(project):
    (project / "mle/__init__.py").write_text("no version\n")
    with pytest.raises(ValueError, match=r"(?s)cannot be built, hatchling says.*version"):
        runtime.wheel(project)


def test_the_lock_names_the_wheel_and_all_that_is_pinned(tmp_path):
    built = tmp_path / "mle-0.3.0-py3-none-any.whl"
    built.write_bytes(b"wheel")
    made = runtime.lock(built, "../0123/")
    assert made == runtime.lock(built, "../0123/")
    packages = json.loads(made)["packages"]
    mine = packages.pop("mle")
    assert packages == runtime.PACKAGES
    assert mine["file_name"] == "../0123/mle-0.3.0-py3-none-any.whl"
    assert (mine["version"], mine["sha256"], mine["depends"]) == ("0.3.0", digest(b"wheel"), ["numpy"])


@pytest.fixture
def live(project, tmp_path, monkeypatch):
    """Compose the site's folder `live` from stand-ins for the official files."""
    official = {name: tmp_path / name for name in runtime.SUMS}
    for path in official.values():
        path.write_bytes(b"official")
    monkeypatch.setattr(runtime, "runtime", lambda root, told: official)
    return lambda ours=OURS: runtime.live_files(project, ours, pytest.fail)


def test_every_package_stands_where_the_lock_says(live):
    made = live()
    lock = json.loads(made.files[f"{made.folder}pyodide-lock.json"])
    home = f"live/pyodide-{runtime.VERSION}"
    addresses = {posixpath.normpath(f"{home}/{package['file_name']}") for package in lock["packages"].values()}
    assert addresses <= set(made.files)
    assert f"{made.folder}mle-0.3.0-py3-none-any.whl" in addresses
    assert {f"{home}/{name}" for name in runtime.SUMS} <= set(made.files)
    assert {made.files[f"{made.folder}{name}"] for name in OURS} == set(OURS.values())
    assert len(made.files) == len(runtime.SUMS) + len(OURS) + 2


def test_the_data_sets_stand_beside_the_wheel_and_count_for_the_name(live, project):
    (project / "data/index.json").write_text('{"datasets": [{"file": "points.csv"}]}')
    (project / "data/points.csv").write_bytes(b"x,y\n")
    made = live()
    assert made.files[f"{made.folder}data/points.csv"] == b"x,y\n"
    (project / "data/points.csv").write_bytes(b"y,x\n")
    assert live().folder != made.folder


def test_the_folder_is_named_after_what_is_in_it(live, project):
    first = live()
    assert live() == first
    names = {
        first.folder,
        live({**OURS, "shell.py": b"new"}).folder,
        live({"worker.jsw": b"ork", "shell.py": b"shell"}).folder,
    }
    (project / "mle/__init__.py").write_text('__version__ = "0.3.0"\nnew = 1\n')
    assert len(names | {live().folder}) == 4
