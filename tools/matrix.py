"""Test mle on every Python found here, each with the oldest and the newest NumPy that it supports.

    python tools/matrix.py [--python 3.12] [--numpy oldest]

Each pair gets an environment of its own, from a lock, with NumPy, pytest and hypothesis and nothing else: so this
also proves that mle needs NumPy alone. It runs tests/mle and the doctests of mle, without the two
modules that speak to matplotlib and scikit-learn, and without the root's conftest.py, which is for the chapters.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

import prepare

VERSIONS = [f"3.{minor}" for minor in range(prepare.OLDEST[1], prepare.NEWEST[1] + 1)]
NUMPYS = ["oldest", "newest"]
# Where pyenv and uv keep their interpreters, which need not be on PATH.
HOMES = [Path(os.environ.get("PYENV_ROOT", "~/.pyenv"), "versions"), Path("~/.local/share/uv/python")]
LEFT_OUT = ["--ignore=mle/plot.py", "--ignore=mle/_sklearn.py", "--confcutdir=tests"]
TESTS = ["tests/mle", "mle", *LEFT_OUT, "-p", "no:cacheprovider", "-q"]


def find(version: str) -> str | None:
    """Return an interpreter of this version that starts, or None."""
    name = f"python{version}"
    on_path = [shutil.which(name), shutil.which("python3"), sys.executable]
    kept = [path for home in HOMES for path in sorted(home.expanduser().glob(f"*/bin/{name}"), reverse=True)]
    return next((str(python) for python in [*on_path, *kept] if python and answers(str(python), version)), None)


def answers(python: str, version: str) -> bool:
    """Say whether `python` starts, is CPython of `version` and can make virtual environments."""
    code = "import sys, ensurepip; print(sys.implementation.name, '%d.%d' % sys.version_info[:2])"
    try:
        result = subprocess.run([python, "-c", code], capture_output=True, text=True)
    except OSError:
        return False
    return result.returncode == 0 and result.stdout.split() == ["cpython", version]


def test(version: str, python: str, numpy: str) -> bool:
    """Run the tests on one pair; return whether they passed."""
    folder = prepare.ROOT / ".cache" / "matrix" / f"{version}-{numpy}"
    lock = prepare.ROOT / "requirements" / f"matrix-{numpy}.txt"
    if subprocess.run([python, "tools/prepare.py", "env", folder, lock]).returncode:
        return False
    inside = prepare.python_of(folder)
    installed = subprocess.run([inside, "-c", "import numpy; print(numpy.__version__)"], capture_output=True, text=True)
    prepare.say(f"--- Python {version}, NumPy {installed.stdout.strip()} ({numpy})")
    return subprocess.run([inside, "-m", "pytest", *TESTS]).returncode == 0


def main() -> int:
    """Test every pair asked for; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--python", choices=VERSIONS, action="append", help="this version only, and it must be there")
    parser.add_argument("--numpy", choices=NUMPYS, action="append", help="this end only")
    options = parser.parse_args()
    os.chdir(prepare.ROOT)

    found = {version: find(version) for version in options.python or VERSIONS}
    missing = [version for version, python in found.items() if not python]
    prepare.say("Found: " + (", ".join(f"{v} ({p})" for v, p in found.items() if p) or "no Python at all"))
    if missing:
        prepare.say("Not found, so not tested: " + ", ".join(missing))
    failed = [
        f"Python {version} with the {numpy} NumPy"
        for version, python in found.items()
        if python
        for numpy in options.numpy or NUMPYS
        if not test(version, python, numpy)
    ]
    if failed:
        prepare.say("Failed: " + "; ".join(failed))
    return 1 if failed or len(missing) == len(found) or (options.python and missing) else 0


if __name__ == "__main__":
    raise SystemExit(main())
