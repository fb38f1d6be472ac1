"""Write the locks: requirements/*.txt with uv, package-lock.json with npm.

    python tools/lock.py [--upgrade]

Without --upgrade every pin stays that still fits; with it each package is taken at its newest allowed release. A lock
carries a hash for every file, and names neither a host nor a folder: who installs chooses the index, the hash decides.
"""

import os
import shutil
import subprocess
import sys

import prepare

FOLDER = prepare.ROOT / "requirements"
UV_HOME = prepare.ROOT / ".cache" / "uv"
COMMON = ["--universal", "--python-version=3.11", "--generate-hashes", "--only-binary=:all:", "--no-config", "--quiet"]
COMMON += ["--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command=make lock"]
# One version of a package for all Pythons: then every reader's book shows the same numbers.
SAME = "--fork-strategy=fewest"
LOCKS = {
    "dev.txt": ["pyproject.toml", "--group=dev", SAME],
    "bench.txt": ["--group=bench", "--constraint=requirements/dev.txt", SAME],
    "matrix-oldest.txt": ["requirements/numpy-oldest.in", "--group=matrix"],
    "matrix-newest.txt": ["requirements/numpy-newest.in", "--group=matrix"],
}


def uv() -> str:
    """Return the path of uv, installed into a folder of its own where the system has none."""
    found = shutil.which("uv", path=f"{UV_HOME / 'bin'}{os.pathsep}{os.environ['PATH']}")
    if found:
        return found
    prepare.say("Installing uv, which resolves the locks")
    prepare.run([sys.executable, "-m", "venv", "--clear", UV_HOME], "No environment for uv could be made.")
    prepare.pip(UV_HOME, "uv")
    return str(UV_HOME / "bin" / "uv")


def main(upgrade: bool) -> None:
    """Write all locks."""
    os.chdir(prepare.ROOT)
    resolver = uv()
    for name, sources in LOCKS.items():
        prepare.say(f"Locking requirements/{name}")
        command = [resolver, "pip", "compile", *COMMON, *sources, f"--output-file=requirements/{name}"]
        subprocess.run([*command, "--upgrade"] if upgrade else command, check=True)
    for folder in (prepare.ROOT, prepare.ROOT / "bench"):
        prepare.say(f"Locking package-lock.json of {folder.name}")
        prepare.npm(folder, "update" if upgrade else "install", "--package-lock-only")


if __name__ == "__main__":
    main(upgrade="--upgrade" in sys.argv[1:])
