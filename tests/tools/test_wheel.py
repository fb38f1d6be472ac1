"""The wheel: mle and its data, nothing else; it needs NumPy alone, and works away from the repository."""

import email
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = json.loads((ROOT / "data" / "index.json").read_text())["datasets"]
IMPORT_ALL = """
import json, pkgutil, sys
sys.path.insert(0, sys.argv[1])
before = set(sys.modules)
import mle
for module in pkgutil.walk_packages(mle.__path__, "mle."):
    if "._" not in module.name:
        __import__(module.name)
new = {name for name, module in sys.modules.items() if getattr(module, "__file__", None)} - before
loaded = {name.partition(".")[0] for name in new} - sys.stdlib_module_names
print(json.dumps({"file": mle.__file__, "loaded": sorted(loaded)}))
"""
LOAD_ALL = """
import json, sys
sys.path.insert(0, sys.argv[1])
from mle import datasets
loaded = [datasets.load(name) for name in datasets.list_datasets()]
print(json.dumps({data.name: len(next(iter(data.columns.values()))) for data in loaded}))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built without a network."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A folder of its own with the wheel installed in it."""
    target = tmp_path_factory.mktemp("target")
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--target", str(target), str(wheel)]
    subprocess.run(command, check=True, capture_output=True)
    return target


def answer(code, target):
    """What `code` prints as JSON, run outside the repository with `target` first on the path."""
    result = subprocess.run(
        [sys.executable, "-I", "-W", "error", "-c", code, str(target)], cwd=target, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_numpy_is_the_only_requirement():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert [re.match(r"[\w-]+", text)[0] for text in project["dependencies"]] == ["numpy"]


def test_the_wheel_says_the_same(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = email.message_from_string(archive.read(name).decode())
    unconditional = [text for text in metadata.get_all("Requires-Dist") if "extra ==" not in text]
    assert unconditional == ["numpy>=2.0"]
    assert metadata["License-Expression"] == "MIT"


def test_the_wheel_holds_mle_and_its_data_alone(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {name.partition("/")[0] for name in names} == {"mle", f"{wheel.name.rsplit('-', 3)[0]}.dist-info"}
    assert {"mle/__init__.py", "mle/py.typed", "mle/_data/index.json"} <= names
    code = {name for name in names if name.startswith("mle/") and not name.startswith("mle/_data/")}
    assert {Path(name).suffix for name in code} == {".py", ".pyi", ".txt", ".typed"}
    assert {f"mle/_data/{entry['file']}" for entry in DATA} <= names


def test_the_installed_library_imports_numpy_and_nothing_else(installed):
    told = answer(IMPORT_ALL, installed)
    assert Path(told["file"]) == installed / "mle" / "__init__.py"
    assert set(told["loaded"]) == {"mle", "numpy"}


def test_the_installed_library_finds_its_data(installed):
    assert answer(LOAD_ALL, installed) == {entry["name"]: entry["rows"] for entry in DATA}
