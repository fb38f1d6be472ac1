"""The site generator with the book's settings and theme, on the tiny project: what is refused, and `mkdocs serve`."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest

from weave.fonts import fonts

ROOT = Path(__file__).parents[2]
NAV = """nav:
  - Contents: index.md
  - Part one: [toy.md, second.py]
  - Reference:
      - Glossary: glossary.md
      - Sources: references.md
      - api/sums.md
"""
PAGES = {
    "docs/index.md": "# The book\n\n<!-- chapters -->\n",
    "docs/references.md": "# Sources\n\n<!-- references -->\n",
    "docs/api/sums.md": "# Sums\n\n::: mle.sums\n",
}
PATIENCE = 150  # seconds, on a machine that is busy with other things


@pytest.fixture(scope="module")
def node_modules():
    """What the theme is made of; cut once for all tests."""
    if not (ROOT / "node_modules").exists():
        pytest.fail("node_modules is missing: run `make test`, which installs it")
    fonts(ROOT)


def furnish(project):
    """Everything beside the chapters that the site needs, from the book itself."""
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    project.write("mkdocs.yml", settings[: settings.index("\nnav:") + 1] + NAV)
    for path, text in PAGES.items():
        project.write(path, text)
    (project.root / "data").mkdir(exist_ok=True)
    (project.root / ".cache").mkdir(exist_ok=True)
    for name in ("weave", "overrides", "node_modules", "docs/assets", ".cache/fonts", ".cache/tex"):
        (ROOT / name).mkdir(exist_ok=True)
        (project.root / name).symlink_to(ROOT / name, target_is_directory=True)
    return project


def mkdocs(project, *arguments, **how):
    command = [sys.executable, "-m", "mkdocs", *arguments]
    return subprocess.Popen(
        command,
        cwd=project.root,
        text=True,
        env={**os.environ, "PYTHONPATH": str(project.root), "NO_MKDOCS_2_WARNING": "1", "MLE_PYODIDE": "none"},
        **how,
    )


def build(project):
    """Exit code and messages of a strict build."""
    process = mkdocs(project, "build", "--strict", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    told, _ = process.communicate(timeout=2 * PATIENCE)
    return process.returncode, told


@pytest.fixture(scope="module")
def site(shared, node_modules, tmp_path_factory):
    """The tiny project as a site, built strictly: it must succeed, or the refusals below prove nothing."""
    project = furnish(type(shared)(tmp_path_factory.mktemp("site")).fresh())
    code, told = build(project)
    assert code == 0, told
    assert "WARNING" not in told
    assert "no Run buttons: MLE_PYODIDE is none" in told
    return project


def test_a_good_site_is_built(site):
    page = (site.root / "site/toy/index.html").read_text(encoding="utf-8")
    assert re.search(r'<data class="val" value="-3\.0"[^>]*>−3\.0</data>', page)
    assert page.count('data-linenos="12 "') == 1
    assert 'class="katex-mathml"' in page
    assert "arithmatex" not in page or r"\(" not in page
    assert '<h2 id="adding-up"><span class="no">1.1</span> Adding up' in page
    assert (site.root / "site/toy/fig-line.dark.svg").read_text().startswith("<svg")
    notebook = nbformat.read(site.root / "site/second/second.ipynb", 4)
    assert any('print("six numbers")' in cell.source for cell in notebook.cells)


def test_a_site_without_python_is_whole_and_says_so(site):
    page = (site.root / "site/second/index.html").read_text(encoding="utf-8")
    assert "built without its own Python" in page
    assert 'name="mle-live"' not in page
    assert not (site.root / "site/live").exists()
    name = re.search(r'data-program="(program\.[0-9a-f]{12}\.json)"', page)[1]
    steps = json.loads((site.root / "site/second" / name).read_text(encoding="utf-8"))["steps"]
    assert [step["live"] for step in steps if "live" in step] == [True]


def test_every_page_has_its_policy(site):
    pages = list((site.root / "site").rglob("*.html"))
    assert len(pages) > 5
    for page in pages:
        assert page.read_text(encoding="utf-8").count('http-equiv="Content-Security-Policy"') == 1, page


def test_the_search_finds_equations_and_terms(site):
    docs = json.loads((site.root / "site/search/search_index.json").read_text(encoding="utf-8"))["docs"]
    found = {entry["location"]: entry for entry in docs}
    assert found["toy/#eq-double"]["title"] == "Equation 1.1: double"
    assert "y = x + x" in found["toy/#eq-double"]["text"]
    assert "What a model misses" in found["glossary/#residual"]["text"]


def test_the_site_reports_on_itself(site):
    report = json.loads((site.root / "site/report.json").read_text())
    toy, second = report["chapters"]
    assert (toy["path"], toy["quotes"], toy["verified"]) == ("docs/toy.md", 1, 1)
    assert 1000 < toy["html_gzip"] < 100_000
    assert second["live"] == 1
    assert report["build"]["executed"] == 2


def test_what_leads_nowhere_or_cannot_be_set_stops_the_site(site, make_project):
    """All of it is told in one build, each with its file and line."""
    project = make_project("broken")
    shutil.copytree(site.root / ".cache", project.root / ".cache", symlinks=True, dirs_exist_ok=True)
    for link in ("fonts", "tex"):
        (project.root / ".cache" / link).unlink()
    furnish(project)
    project.edit(
        "docs/toy.md", "Write half.", "Write [half](nowhere.md), [more](second.py#nowhere), [`x`][mle.sums.nowhere]."
    )
    project.edit("docs/toy.md", "is old", r"is $\old$")
    project.edit("docs/second.py", "# ## Running", "# ## Running\n#\n# $$ % here\n# a \\frac{b}\n# $$\n#\n# Then $a$.")
    code, told = build(project)
    assert code != 0
    warnings = [line for line in told.splitlines() if line.startswith("WARNING")]
    where = project.at("nowhere.md", "docs/toy.md")
    for what in ("nowhere.md", "#nowhere", "mle.sums.nowhere"):
        assert any(f" {where}: " in line and what in line for line in warnings), (what, told)
    assert any(f"{project.at('is $', 'docs/toy.md')}: bad TeX: " in line for line in warnings), told
    assert any(f"{project.at('# $$ % here', 'docs/second.py')}: bad TeX: " in line for line in warnings), told
    assert len(warnings) == 5
    assert "Aborted with 5 warnings in strict mode" in told


def test_what_weave_refuses_stops_the_site_and_is_told_without_a_traceback(site, make_project):
    project = furnish(make_project("refused"))
    project.edit("docs/toy.md", "see @eq-double", "see @eq-doubel")
    project.edit("docs/second.py", "mle.sums.Scale.apply", "mle.sums.Scale.aply")
    code, told = build(project)
    assert code != 0
    assert f"{project.at('@eq-doubel', 'docs/toy.md')}: @eq-doubel refers to nothing in the book" in told
    assert f"{project.at('Scale.aply', 'docs/second.py')}: mle.sums.Scale.aply is not in the library" in told
    assert "Traceback" not in told
    assert not (project.root / "site/index.html").exists()


# ---- mkdocs serve ------------------------------------------------------------------------------------------------
def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def wait(what, process, log):
    """Ask until there is an answer; tell what the server said if there never is."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if found := what():
                return found
        except OSError:
            pass  # not listening yet, or a page is being replaced
        time.sleep(0.2)
    return pytest.fail(f"never seen; the server said:\n{log.read_text()}")


def test_a_served_site_follows_the_library_and_the_chapters(site, tmp_path):
    """One number on a page, through four edits; a broken chapter is told and does not end the server."""
    port, log = free_port(), tmp_path / "log"
    # What runs in the background ignores Ctrl-C, and so does what it starts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with log.open("w") as file:
        process = mkdocs(site, "serve", "--dev-addr", f"127.0.0.1:{port}", stdout=file, stderr=subprocess.STDOUT)
    signal.signal(signal.SIGINT, before)
    path = re.search(r"site_url: .*https://[^/]*/([^\"]*)", site.text("mkdocs.yml"))[1]
    address = f"http://127.0.0.1:{port}/{path}"

    def shows(pattern, page="second"):
        with urllib.request.urlopen(f"{address}{page}/", timeout=10) as answer:
            text = answer.read().decode()
            return re.search(pattern, text) or re.search(pattern, re.sub(r"<[^>]*>", "", text))

    try:
        assert wait(lambda: shows(r"Three times 5 is \d+"), process, log)[0] == "Three times 5 is 15"
        site.edit("mle/sums.py", "factor = 3", "factor = 4")
        site.edit("mle/sums.py", "by a whole number", "by any whole number")
        site.edit("docs/glossary.md", "What a model misses.", "What is missed.")
        assert wait(lambda: shows(r"Three times 5 is 20"), process, log)
        assert wait(lambda: shows("Multiplies by any whole number", "api/sums"), process, log)
        assert wait(lambda: shows('title="What is missed."', "toy"), process, log)
        site.edit("docs/second.py", "Three times {{", "Four times {{")
        assert wait(lambda: shows(r"Four times 5 is 20"), process, log)
        where = site.at("1 // 0", "docs/second.py")
        site.edit("docs/second.py", "1 // 0", "{}[0]")
        assert wait(lambda: f"{where}: KeyError: 0" in log.read_text(), process, log)
        site.edit("docs/second.py", "{}[0]", "2 // 0")
        site.edit("mle/sums.py", "factor = 4", "factor = 3")
        assert wait(lambda: shows(r"Four times 5 is 15"), process, log)
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=PATIENCE) == 0, log.read_text()
