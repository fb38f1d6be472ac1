"""The glossary: what is read, what is refused, how a term is linked and anchored."""

import html
import os
import re
import subprocess
import sys
from pathlib import Path

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from weave.errors import WeaveError
from weave.glossary import TIP, GlossaryError, Term, UnknownTermError, escape, parse, read, slugify, suggest

ROOT = Path(__file__).parents[2]
PAGE = """---
title: Glossary
---

An introduction: two lines,
the second of which is no term.

## A to N

AUC
:   The area under the [ROC curve](glossary:roc), *ties* counting half,
    at most 1.

Newton's method
:   Steps that use `H`, the curvature.

    A second paragraph may hold a formula, $H^{-1} g$.

## O to Z

ROC curve {#roc}
:   Hits against false alarms.
"""


def render(text):
    return markdown.markdown(text, extensions=["abbr", "attr_list", "def_list", "footnotes", "md_in_html", "tables"])


@pytest.fixture
def terms(tmp_path):
    (tmp_path / "glossary.md").write_text(PAGE, encoding="utf-8")
    return read(tmp_path / "glossary.md")


@pytest.fixture(scope="module")
def book():
    """The book's own glossary."""
    return read(ROOT / "docs/glossary.md")


def test_every_term_is_read_with_its_slug_and_line(terms):
    assert [(t.slug, t.name, t.line) for t in terms.values()] == [
        ("auc", "AUC", 10),
        ("newtons-method", "Newton's method", 14),
        ("roc", "ROC curve", 21),
    ]
    assert list(terms) == ["auc", "newtons-method", "roc"]


def test_the_line_is_where_the_name_stands(terms):
    lines = PAGE.split("\n")
    assert all(lines[t.line - 1].startswith(t.name) for t in terms.values())


def test_the_plain_text_is_the_first_paragraph_without_markdown(terms):
    assert terms["auc"].plain == "The area under the ROC curve, ties counting half, at most 1."
    assert terms["newtons-method"].plain == "Steps that use H, the curvature."


def test_the_source_is_the_whole_definition_as_written(terms):
    assert terms["auc"].source.startswith("The area under the [ROC curve](glossary:roc), *ties*")
    assert terms["newtons-method"].source.endswith("\n\nA second paragraph may hold a formula, $H^{-1} g$.")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("Odds\n:   One.\n\nOdds\n:   Two.", 4, "'odds' is defined twice, first in line 1"),
        ("Odds {#b}\n:   One.\n\nOff {#b}\n:   Two.", 4, "'b' is defined twice"),
        ("Odds\n:   \n\nRank\n:   Two.", 1, "the definition of 'Odds' is empty"),
        ("Odds\n:", 1, "the definition of 'Odds' is empty"),
        ("Odds\n:   One.\n\nRank\n\nRow\n:   Two.", 4, "'Rank' has no definition"),
        ("Odds\n:   One.\n\nRank", 4, "'Rank' has no definition"),
        ("Odds\n:   One,\ntwo.", 3, "a blank line is missing"),
        ("Odds\n:   One.\nRank\n:   Two.", 3, "a blank line is missing"),
        ("Odds\n:   One.\n:   Two.", 3, "'Odds' has two definitions"),
        ("Odds\n:   One.\n\n  - a list\n", 4, "is no name of a term"),
        ("Rank\n:   One.\n\nOdds\n:   Two.", 4, "'Odds' comes before 'Rank' in the alphabet"),
        ("---\ntitle: G\n---\nOdds\n:   It is $p / (1 - p)$.", 4, "cannot hold a formula"),
        ("Odds\n:   See [rank](glossary:rnak).\n\nRank\n:   Two.", 1, "no term 'rnak'; did you mean 'rank'?"),
    ],
)
def test_a_malformed_page_is_refused_with_its_line(text, line, message):
    with pytest.raises(GlossaryError, match=re.escape(message)) as caught:
        parse(text, "docs/glossary.md")
    assert str(caught.value).startswith(f"docs/glossary.md:{line}: ")
    assert isinstance(caught.value, WeaveError)
    assert isinstance(caught.value, ValueError)


def test_the_file_is_named_in_an_error(tmp_path):
    (tmp_path / "g.md").write_text("Odds\n:   ", encoding="utf-8")
    with pytest.raises(GlossaryError, match=r"g\.md:1: "):
        read(tmp_path / "g.md")


def test_a_page_without_terms_is_empty():
    assert parse("Only prose,\non two lines.") == {}
    assert parse("") == {}


def test_alphabetical_order_ignores_case_accents_and_punctuation():
    assert list(parse("écart\n:   1\n\nEdge\n:   2\n\nF1 score\n:   3\n\nfeature\n:   4")) == [
        "ecart",
        "edge",
        "f1-score",
        "feature",
    ]


def test_a_link_keeps_the_text_and_tells_the_definition(terms):
    assert terms.link("roc", "the *curve*", "../glossary/#roc") == (
        '<a class="term" href="../glossary/#roc" title="Hits against false alarms.">the *curve*</a>'
    )


def test_an_unknown_term_names_its_neighbours(terms):
    with pytest.raises(UnknownTermError, match=r"no term 'newton-method'; did you mean 'newtons-method'\?"):
        terms.link("newton-method", "x", "#")
    with pytest.raises(ValueError, match=r"no term 'zzz'$"):
        terms.expand("[x](glossary:zzz)")


def test_a_tip_cannot_break_out_of_its_attribute():
    title = "a\"b' <i> & `c` [d](e) *f* _g_ $h$ {i} |"
    link = parse("Odds\n:   " + title.replace("<", "&lt;").replace("$", "\\$").replace("`", "\\`")).link(
        "odds", "odds", "#o"
    )
    inside = re.fullmatch(r'<a class="term" href="#o" title="([^"<>]*)">odds</a>', link)[1]
    assert html.unescape(inside) == title.replace("[d](e)", "d").replace("*f*", "f").replace("_g_", "g")


def test_a_long_tip_is_cut_at_a_word():
    for start in range(7):
        tip = Term("a", "A", "x" * start + " word," * 60, "", 1).tip
        assert TIP - 8 < len(tip) <= TIP
        assert tip.endswith(" word…")
    assert Term("a", "A", "x" * TIP, "", 1).tip == "x" * TIP


def test_expand_replaces_links_and_nothing_else(terms):
    text = "[AUC](glossary:auc), [a page](x.md), ![image](glossary:auc) and [ROC](glossary:roc)"
    woven = terms.expand(text, "../glossary/")
    assert re.findall(r'href="([^"]*)"', woven) == ["../glossary/#auc", "../glossary/#roc"]
    assert "[a page](x.md), ![image](glossary:auc)" in woven


def test_the_page_gets_an_anchor_for_each_term(terms):
    made = terms.page(PAGE)
    assert made.count("\n") == PAGE.count("\n")
    rendered = render(made.split("---\n")[2])
    assert re.findall(r"<dt>(.*?)</dt>", rendered) == [
        '<span id="auc">AUC</span>',
        '<span id="newtons-method">Newton\'s method</span>',
        '<span id="roc">ROC curve</span>',
    ]
    assert '<a class="term" href="#roc" title="Hits against false alarms.">ROC curve</a>' in rendered
    assert "glossary:" not in made
    assert "<dt>An introduction" not in rendered


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1).map(lambda s: " ".join(s.split())))
def test_escaped_text_survives_markdown(text):
    assert html.unescape(render(f"x{escape(text)}y")) == f"<p>x{text}y</p>"
    attribute = re.fullmatch(r'<p><a title="([^"]*)">x</a></p>', render(f'<a title="{escape(text)}">x</a>'))
    assert html.unescape(attribute[1]) == text


@given(st.text())
def test_slugs_are_safe_and_stable(name):
    slug = slugify(name)
    assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", slug)
    assert slugify(slug) == slug


def test_suggestions_are_few_and_ordered():
    assert suggest("residuals", ["odds", "residual"]) == "; did you mean 'residual'?"
    assert suggest("aaaa", ["aaab", "aaac", "aaad", "aaae"]).count("' or '") == 2
    assert suggest("stratification", ["stratified", "odds"]) == "; did you mean 'stratified'?"
    assert suggest("qqq", ["odds"]) == suggest("", ["odds"]) == suggest("x", []) == ""


def test_no_tip_of_the_book_is_cut(book):
    assert len(book) >= 70
    assert [t.slug for t in book.values() if t.tip != t.plain] == []


def test_definitions_are_sentences(book):
    assert [t.slug for t in book.values() if not re.match(r"[A-Z1-9]", t.plain) or not t.plain.endswith(".")] == []


def test_the_books_page_has_one_anchor_for_each_term(book):
    page = render(book.page((ROOT / "docs/glossary.md").read_text(encoding="utf-8").split("---\n", 2)[2]))
    assert re.findall(r'<dt><span id="([^"]*)">', page) == list(book)
    assert page.count("<dt>") == page.count("<dd>") == len(book)
    assert set(re.findall(r'href="#([^"]*)"', page)) <= set(book)


def test_the_output_does_not_depend_on_the_order_of_hashes():
    code = (
        "from weave.glossary import *; g = read('docs/glossary.md')\n"
        "print([g.link(s, s, '#') for s in g], suggest('prec' + 'z' * 20, {f'prec{i}' for i in range(50)}))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONUTF8": "1"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in "12"
    }
    assert len(runs) == 1
