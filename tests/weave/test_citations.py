"""Sources: how entries are printed, what the bibliography refuses, how a chapter numbers and lists them."""

import html
import re
from html.parser import HTMLParser
from pathlib import Path

import markdown
import pytest

from weave.citations import (
    MARKER,
    Bibliography,
    BibliographyError,
    Citations,
    UnknownKeyError,
    references_markdown,
)
from weave.errors import WeaveError

ROOT = Path(__file__).parents[2]
BIB = r"""
@string{aos = "The Annals of Statistics"}

@article{stigler1981,
  author = {Stigler, Stephen M.}, title = {Gauss and the invention of least squares},
  journal = aos, volume = 9, number = 3, pages = {465--474}, year = 1981, doi = {10.1214/aos/1176345451},
}
@book{golub2013,
  author = {Gene H. Golub and Van Loan, Charles F.}, title = {Matrix Computations}, edition = {4th},
  publisher = {Johns Hopkins UP}, address = {Baltimore}, year = 2013,
}
@inproceedings{proc,
  author = {van der Walt, St{\'e}fan and {The Team} and Xu, Li and others}, title = {Is {QR} enough?},
  booktitle = {Proc. of X}, volume = 2, pages = {7}, year = 2001, url = {https://example.org/a_b?c=1&d=2},
}
@misc{many,
  author = {A, A. and B, B. and C, C. and D, D. and E, E. and F, F. and G, G.},
  title = {Seven}, howpublished = {Report 1}, note = {With an appendix.}, year = 1999,
}
@techreport{report, author = {H, H.}, title = {T}, institution = {D}, number = {D-98-01}, year = 1998}
@book{edited, editor = {Rao, C. R. and Jr, Sr}, title = {Handbook}, publisher = {P \& Q}, year = {2000}}
@article{nasty,
  author = {{Smith *and* <b>Sons</b>}}, title = {A <script>alert("x")</script> & *b* _c_ [d](e)},
  journal = {J|K}, eid = {e1},
  year = 1950, doi = {10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2},
}
"""


class Tags(HTMLParser):
    """Every tag of a text with its attributes, and the tags that are open at its end."""

    def __init__(self, text):
        super().__init__()
        self.found, self.open = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def all(self, name):
        return [attrs[name] for _, attrs in self.found if name in attrs]


def text_of(code):
    return html.unescape(re.sub(r"<[^>]*>", "", code))


def render(text):
    return markdown.markdown(text, extensions=["abbr", "attr_list", "def_list", "footnotes", "md_in_html", "tables"])


@pytest.fixture(scope="module")
def bibliography():
    return Bibliography.from_text(BIB)


@pytest.fixture(scope="module")
def book():
    """The book's own bibliography."""
    return Bibliography(ROOT / "docs/references.bib")


@pytest.mark.parametrize(
    ("key", "printed", "short"),
    [
        (
            "stigler1981",
            "Stigler, S. M. (1981). Gauss and the invention of least squares. The Annals of Statistics 9(3), 465–474."
            " https://doi.org/10.1214/aos/1176345451",
            "Stigler (1981)",
        ),
        (
            "golub2013",
            "Golub, G. H. & Van Loan, C. F. (2013). Matrix Computations. 4th ed. Johns Hopkins UP, Baltimore.",
            "Golub & Van Loan (2013)",
        ),
        (
            "proc",
            "van der Walt, S., The Team, Xu, L. et al. (2001). Is QR enough? In Proc. of X, vol. 2, p. 7."
            " https://example.org/a_b?c=1&d=2",
            "van der Walt et al. (2001)",
        ),
        ("many", "A, A., B, B., C, C. et al. (1999). Seven. Report 1. With an appendix.", "A et al. (1999)"),
        ("report", "H, H. (1998). T. Technical report D-98-01. D.", "H (1998)"),
        ("edited", "Rao, C. R. & Jr, S. (eds) (2000). Handbook. P & Q.", "Rao & Jr (2000)"),
        (
            "nasty",
            'Smith *and* <b>Sons</b> (1950). A <script>alert("x")</script> & *b* _c_ [d](e). J|K, article e1.'
            " https://doi.org/10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2",
            "Smith *and* <b>Sons</b> (1950)",
        ),
    ],
)
def test_an_entry_is_printed(bibliography, key, printed, short):
    assert text_of(bibliography.html(key)) == printed
    assert bibliography.plain(key) == printed.split(" https://")[0]
    assert bibliography.cite(key) == short


def test_the_title_is_in_italics_and_the_doi_is_a_link(bibliography):
    code = bibliography.html("stigler1981")
    assert "<em>Gauss and the invention of least squares</em>." in code
    assert Tags(code).all("href") == ["https://doi.org/10.1214/aos/1176345451"]


def test_an_entry_without_address_has_no_link(bibliography):
    assert Tags(bibliography.html("golub2013")).found == [("em", {})]


def test_nothing_in_an_entry_is_read_as_html_or_markdown(bibliography):
    code = bibliography.html("nasty")
    assert [tag for tag, _ in Tags(code).found] == ["em", "a"]
    assert Tags(code).all("href") == ["https://doi.org/10.1175/1520-0493(1950)078%3C0001:VOFEIT%3E2.0.CO;2"]
    assert text_of(render(code)) == text_of(code)
    assert [tag for tag, _ in Tags(render(code)).found] == ["p", "em", "a"]


def test_keys_are_in_the_order_of_the_file(bibliography):
    assert bibliography.keys() == ["stigler1981", "golub2013", "proc", "many", "report", "edited", "nasty"]


def test_an_unknown_key_names_its_neighbours(bibliography):
    for ask in (bibliography.html, bibliography.plain, bibliography.cite, Citations(bibliography).mark):
        with pytest.raises(UnknownKeyError, match=r"no entry 'stiegler1981'; did you mean 'stigler1981'\?"):
            ask("stiegler1981")
    with pytest.raises(ValueError, match=r"no entry 'Stigler1981'; did you mean 'stigler1981'\?"):
        bibliography.html("Stigler1981")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("\n@book{a,\n  title = {T}\n  year = 1\n}", 4, "syntax error: '}' expected"),
        ("@book{a, title = {T}", 1, "syntax error: premature end of file"),
        ("@book{a, title = T, year = 1}", 1, "undefined string: T"),
        ("@book{a, title={T}, title={U}, year=1}", 1, "a: entry with key a has a duplicate title field"),
        (
            "\n@book{a, author={X}, title={T}, publisher={P}, year=1}\n@book{a, title={T}}",
            3,
            "repeated bibliography entry: a",
        ),
        ("\n\n@book{a, author={X, Y, Z, W}, title={T}, publisher={P}, year=1}", 3, "Too many commas in 'X, Y, Z, W'"),
        ("@book{a, author={X}, title={T}, publisher={P}}", 1, "a: @book needs the field 'year'"),
        ("@article{a, author={X}, title={T}, year=1}", 1, "a: @article needs the field 'journal'"),
        ("@book{a, author={X}, title={}, publisher={P}, year=1}", 1, "a: @book needs the field 'title'"),
        ("@book{a, title={T}, publisher={P}, year=1}", 1, "a: @book needs an author or an editor"),
        (
            "@book{a, author={X}, title={T}, publisherx={P}, year=1}",
            1,
            "unknown field 'publisherx'; did you mean 'publisher'",
        ),
        ("@bok{a, author={X}, title={T}, year=1}", 1, "unknown type @bok; did you mean 'book'?"),
        ("@book{A_b, author={X}, title={T}, publisher={P}, year=1}", 1, "A_b: a key is made of small letters"),
        (
            "@book{a, author={X}, title={T}, publisher={P}, year=1, doi={https://doi.org/10.1/x}}",
            1,
            "this one is 'https://doi.org/10.1/x'",
        ),
    ],
)
def test_a_malformed_file_is_refused_with_its_line(text, line, message):
    with pytest.raises(BibliographyError, match=re.escape(message)) as caught:
        Bibliography.from_text(text, "docs/references.bib")
    assert str(caught.value).startswith(f"docs/references.bib:{line}: ")
    assert isinstance(caught.value, WeaveError)
    assert isinstance(caught.value, ValueError)


def test_the_file_is_read_as_utf8_and_named_in_an_error(tmp_path):
    file = tmp_path / "r.bib"
    file.write_text("@book{a, author={Björck, Åke}, title={T}, publisher={P}, year=1996}", encoding="utf-8")
    assert Bibliography(file).plain("a") == "Björck, Å. (1996). T. P."
    file.write_text("\n\n@book{a}", encoding="utf-8")
    with pytest.raises(BibliographyError, match=r"r\.bib:3: a: "):
        Bibliography(file)


def test_marks_are_numbered_by_first_mention(bibliography):
    chapter = Citations(bibliography)
    marks = [chapter.mark(key) for key in ("proc", "golub2013", "proc", "many", "golub2013")]
    assert [text_of(mark) for mark in marks] == ["[1]", "[2]", "[1]", "[3]", "[2]"]
    assert chapter.keys() == ["proc", "golub2013", "many"]


def test_a_failed_mark_takes_no_number(bibliography):
    chapter = Citations(bibliography)
    with pytest.raises(UnknownKeyError):
        chapter.mark("nobody")
    assert text_of(chapter.mark("proc")) == "[1]"


def test_chapters_do_not_share_numbers(bibliography):
    Citations(bibliography).mark("proc")
    assert text_of(Citations(bibliography).mark("many")) == "[1]"


def test_a_mark_tells_the_entry_and_the_locator(bibliography):
    attrs = Tags(Citations(bibliography).mark("golub2013", "p. 72 <5>")).found[0][1]
    assert attrs["title"] == bibliography.plain("golub2013") + " Here: p. 72 <5>"
    assert attrs["class"] == "cite"
    assert attrs["role"] == "doc-biblioref"
    assert Tags(Citations(bibliography).mark("golub2013")).all("title") == [bibliography.plain("golub2013")]


def test_marks_and_list_lead_to_each_other(bibliography):
    chapter = Citations(bibliography)
    marks = [chapter.mark(*cited) for cited in (("proc", "p. 1"), ("many",), ("proc", "p. 2"), ("proc",))]
    there, back = Tags("".join(marks)), Tags(chapter.list_html())
    assert there.open == back.open == []
    ids = there.all("id") + back.all("id")
    assert len(ids) == len(set(ids))
    assert {f"#{i}" for i in there.all("id")} == {h for h in back.all("href") if h.startswith("#cite-")}
    assert set(there.all("href")) == {f"#{i}" for i in back.all("id") if i.startswith("source-")}


def test_the_list_is_in_order_with_locators(bibliography):
    chapter = Citations(bibliography)
    for cited in (("proc", "p. 1"), ("many",), ("proc", "eq. <6> & 7")):
        chapter.mark(*cited)
    items = re.findall(r'<li id="source-(\w+)">(.*)</li>', chapter.list_html())
    assert [key for key, _ in items] == ["proc", "many"]
    assert text_of(items[0][1]).replace("\ufe0e", "").endswith(" p. 1 ↩ eq. <6> & 7 ↩")
    assert text_of(items[1][1]).replace("\ufe0e", "") == bibliography.plain("many") + " ↩"


def test_every_way_back_has_a_name_that_holds_its_visible_text(bibliography):
    chapter = Citations(bibliography)
    for cited in (("proc", "p. 1"), ("proc",), ("many",)):
        chapter.mark(*cited)
    links = re.findall(r'<a role="doc-backlink"[^>]* aria-label="([^"]*)">(.*?)</a>', chapter.list_html())
    names = [html.unescape(name) for name, _ in links]
    assert names == ["p. 1, back to the text", "Back to the text, mention 2", "Back to the text, mention 1"]
    for name, (_, shown) in zip(names, links, strict=True):
        assert text_of(re.sub(r"<span aria-hidden.*?</span>", "", shown)).strip() in name


def test_the_section_is_labelled_by_its_heading(bibliography):
    chapter = Citations(bibliography)
    chapter.mark("many")
    tags = Tags(chapter.list_html()).found
    assert tags[0] == ("section", {"class": "sources", "aria-labelledby": "sources"})
    assert tags[1] == ("h2", {"id": "sources"})
    bare = chapter.list_html(heading=False)
    assert "<h2" not in bare
    assert Tags(bare).found[0] == tags[0]


def test_a_chapter_without_citations_has_no_list(bibliography):
    assert Citations(bibliography).list_html() == ""


def test_marks_and_list_survive_markdown(bibliography):
    chapter = Citations(bibliography)
    mark = chapter.mark("nasty", "p. *1*")
    assert render(f"So *said* Brier{mark}, and_so_on.") == f"<p>So <em>said</em> Brier{mark}, and_so_on.</p>"
    assert render(f"Text.\n\n{chapter.list_html()}\n\nMore.") == f"<p>Text.</p>\n{chapter.list_html()}\n\n<p>More.</p>"


def test_the_same_input_gives_the_same_output(bibliography):
    def run():
        fresh = Bibliography.from_text(BIB)
        chapter = Citations(fresh)
        return [chapter.mark(key) for key in fresh], chapter.list_html(), references_markdown(fresh, {})

    assert run() == run()


def test_all_references_are_listed_by_author_with_their_chapters(bibliography):
    used = {"proc": [("Fit | lines", "linear/a.md"), ("B", "b.md#source-proc")], "many": []}
    lines = references_markdown(bibliography, used).split("\n")
    assert [re.search('id="(.*?)"', line)[1] for line in lines] == [
        "many",
        "golub2013",
        "report",
        "edited",
        "nasty",
        "stigler1981",
        "proc",
    ]
    assert lines[-1].endswith("</span> Cited in [Fit &#124; lines](linear/a.md), [B](b.md#source-proc).")
    assert all("Cited in" not in line for line in lines[:-1])
    tags = Tags(render("\n".join(lines)))
    assert tags.open == []
    assert sum(tag == "li" for tag, _ in tags.found) == 7
    assert {"linear/a.md", "b.md#source-proc"} <= set(tags.all("href"))


def test_references_refuse_an_unknown_key(bibliography):
    with pytest.raises(UnknownKeyError, match="no entry 'nobody'"):
        references_markdown(bibliography, {"nobody": [("A", "a.md")]})


def test_the_books_sources_are_in_order(book):
    assert len(book.keys()) >= 40
    assert book.keys() == sorted(book)


def test_the_books_sources_are_distinct(book):
    for values in ([book.plain(key) for key in book], Tags("".join(map(book.html, book))).all("href")):
        assert len(values) == len(set(values))


def test_no_latex_is_left_in_the_books_sources(book):
    assert [key for key in book if re.search(r"[{}\\]|--", text_of(book.html(key)))] == []


def test_the_page_of_references_has_its_mark():
    assert (ROOT / "docs/references.md").read_text(encoding="utf-8").count(MARKER) == 1
