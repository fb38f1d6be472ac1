r"""Mathematics: what KaTeX sets, what it refuses, what is kept, and two builds at once."""

from __future__ import annotations

import json
import multiprocessing
import os
from pathlib import Path

import pytest

from weave import tex as module
from weave.node import MissingPartError, node_binary, package
from weave.tex import Katex, TexError, render_page

ROOT = Path(__file__).parents[2]
FORMULAS = [r"x_i", r"\frac{1}{n}\sum_i r_i^2", r"A^\top A w = A^\top y", r"\hat y \ge 0.5", r"\mathbb{R}^{n \times p}"]


@pytest.fixture(scope="module")
def npm():
    """The installed npm packages; without them these tests are left out, but not in CI."""
    if not (ROOT / "node_modules/katex").exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("KaTeX is not installed: run `make site`")
    return ROOT / "node_modules"


@pytest.fixture
def root(tmp_path, npm):
    """A fresh project folder that shares the installed packages."""
    (tmp_path / "node_modules").symlink_to(npm)
    return tmp_path


@pytest.fixture
def katex(root):
    with Katex(root) as katex:
        yield katex


def failed(tex, message):
    pytest.fail(f"{tex}: {message}")


def test_html_for_the_eye_and_mathml_for_the_ear(katex):
    shown = katex.render(r"\frac{a}{b}", display=False)
    assert '<span class="katex-html" aria-hidden="true">' in shown
    assert "<mfrac>" in shown
    assert "annotation" not in shown
    assert "katex-display" not in shown
    assert "katex-display" in katex.render(r"\frac{a}{b}", display=True)


def test_undefined_command_is_an_error_with_its_place(katex):
    with pytest.raises(TexError, match="Undefined control sequence") as caught:
        katex.render(r"a + \sume_i", display=True)
    assert caught.value.position == 4
    assert caught.value.tex == r"a + \sume_i"
    assert r'at "\sume_i"' in str(caught.value)


@pytest.mark.parametrize("tex", [r"\frac{1}", r"x^2^3", r"\left( x", "größe", r"\href{https://a.example}{x}", "a % b"])
def test_what_latex_would_refuse_or_warn_about_is_refused(katex, tex):
    with pytest.raises(TexError):
        katex.render(tex, display=True)


def test_an_error_neither_ends_node_nor_is_kept(katex):
    with pytest.raises(TexError):
        katex.render(r"\nothing", display=False)
    assert "<math" in katex.render("x", display=False)
    assert len(list(katex.cache.rglob("*.html"))) == 1


def test_second_build_starts_no_node(root, monkeypatch):
    with Katex(root) as first:
        shown = [first.render(tex, display) for tex in FORMULAS for display in (True, False)]
    monkeypatch.setattr(module, "start", lambda home: pytest.fail("Node was started"))
    with Katex(root) as second:
        assert [second.render(tex, display) for tex in FORMULAS for display in (True, False)] == shown


def test_display_version_and_macros_are_part_of_the_key(root):
    plain, with_macro = Katex(root), Katex(root, {r"\R": r"\mathbb{R}"})
    newer = Katex(root)
    newer.version = "99"
    paths = [plain.path("x", True), plain.path("x", False), with_macro.path("x", True), newer.path("x", True)]
    assert len(set(paths)) == 4
    assert Katex(root).path("x", True) == paths[0]


def test_a_shape_has_no_gap_after_its_comma(katex):
    assert 'class="mspace"' in katex.render("(n, p)", display=False)
    assert 'class="mspace"' not in katex.render("(n,)", display=False)


def test_macros_of_the_book(root):
    with Katex(root, {r"\T": r"^{\top}"}) as katex:
        assert "⊤" in katex.render(r"A\T A", display=False)


def test_a_definition_in_one_formula_does_not_reach_the_next(katex):
    katex.render(r"\gdef\mine{z} \mine", display=False)
    with pytest.raises(TexError, match="mine"):
        katex.render(r"\mine + 1", display=False)


def test_node_that_dies_is_told_and_started_anew(katex):
    katex.render("x", display=False)
    katex.process.kill()
    with pytest.raises(RuntimeError, match="Node stopped while setting 'y'"):
        katex.render("y", display=False)
    assert "<math" in katex.render("y", display=False)


def build(root, out):
    with Katex(Path(root)) as katex:
        Path(out).write_text(json.dumps([katex.render(tex, True) for tex in FORMULAS]), encoding="utf-8")


def test_two_builds_at_once_share_a_cache(root):
    outs = [root / f"{i}.json" for i in range(2)]
    context = multiprocessing.get_context("spawn")
    builds = [context.Process(target=build, args=(str(root), str(out))) for out in outs]
    for process in builds:
        process.start()
    for process in builds:
        process.join()
    assert [process.exitcode for process in builds] == [0, 0]
    assert outs[0].read_text("utf-8") == outs[1].read_text("utf-8")
    kept = [path.name for path in (root / ".cache/tex").rglob("*") if path.is_file()]
    assert len(kept) == len(FORMULAS)
    assert all(name.endswith(".html") for name in kept)


def test_a_write_that_fails_leaves_nothing_to_be_read(root, monkeypatch):
    monkeypatch.setattr(os, "replace", lambda *names: (_ for _ in ()).throw(OSError("disk full")))
    with Katex(root) as katex, pytest.raises(OSError, match="disk full"):
        katex.render("x", display=False)
    assert not list((root / ".cache/tex").rglob("*.html"))


def test_page_formulas_are_set_and_the_rest_is_left_alone(katex):
    page = (
        r'<p>Cost \(5\) and <span class="arithmatex">\(a &lt; b\)</span></p>'
        '<div class="arithmatex">\\[\nX^\\top r = 0\n\\]</div><p><code>\\(w\\)</code></p>'
    )
    done = render_page(page, katex, failed)
    assert done.startswith(r'<p>Cost \(5\) and <span class="arithmatex"><span class="katex">')
    assert '<div class="arithmatex"><span class="katex-display">' in done
    assert done.endswith(r"<p><code>\(w\)</code></p>")
    assert "<mo>&lt;</mo>" in done


def test_bad_formulas_of_a_page_are_all_told_and_stay_readable(katex):
    told = []
    page = (
        r'<span class="arithmatex">\(\one\)</span> <span class="arithmatex">\(x\)</span> '
        r'<div class="arithmatex">\[\two\]</div>'
    )
    done = render_page(page, katex, lambda tex, message: told.append((tex, message)))
    assert [tex for tex, _ in told] == [r"\one", r"\two"]
    assert r"\(\one\)" in done
    assert "<math" in done


def test_missing_parts_say_what_to_do(tmp_path, monkeypatch):
    with pytest.raises(MissingPartError, match="run `make site`"):
        package(tmp_path, "katex")
    monkeypatch.setattr("weave.node.find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingPartError, match="Node is missing"):
        node_binary()
