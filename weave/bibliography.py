"""The bibliography: a BibTeX file read with pybtex, each entry checked and printed as short HTML.

An entry that would be printed with a hole (no year, a misspelt field, an address where a doi belongs) is an error with
file and line, so that a chapter's list of sources never has to be proofread.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from pybtex.database import Entry, Person
from pybtex.database.input.bibtex import Parser
from pybtex.exceptions import PybtexError
from pybtex.richtext import Text
from pybtex.scanner import PybtexSyntaxError
from pybtex.textutils import abbreviate

from weave.errors import WeaveError
from weave.glossary import escape, slugify, suggest

KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
DOI = re.compile(r"10\.\d{4,9}/\S+")
LISTED = 6  # more authors than that: three of them, then "et al."
REQUIRED = {  # type of entry -> the field that says where it stands
    "article": "journal",
    "book": "publisher",
    "inproceedings": "booktitle",
    "incollection": "booktitle",
    "techreport": "institution",
    "misc": "howpublished",
}
PRINTED = {"title", "year", "volume", "number", "pages", "eid", "edition", "publisher", "address", "note", "doi", "url"}
KNOWN = PRINTED | set(REQUIRED.values())

LATEX = re.compile(r"[\\{}~$%&#^_]|--|``|''")


class BibliographyError(WeaveError, ValueError):
    """The BibTeX file is malformed; the message begins with file and line."""


class UnknownKeyError(ValueError):
    """A chapter cites a key that the bibliography does not hold."""


class EntryError(ValueError):
    """One entry cannot be printed."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(f"{key}: {message}")
        self.key = key


class Bibliography:
    """The entries of a BibTeX file, each under its key.

    Parameters
    ----------
    path : Path
        A UTF-8 file; accents may be written in LaTeX too.

    Raises
    ------
    BibliographyError
        Syntax, a doubled key, a missing, unknown or malformed field; with file and line.

    >>> book = Bibliography.from_text("@book{gauss, author={Gauss, Carl F.}, title={Motus}, publisher={P}, year=1809}")
    >>> book.html("gauss")
    'Gauss, C. F. (1809). <em>Motus</em>. P.'
    """

    def __init__(self, path: str | Path) -> None:
        self._load(Path(path).read_text(encoding="utf-8"), Path(path).as_posix())

    @classmethod
    def from_text(cls, text: str, name: str = "references.bib") -> Bibliography:
        """Read BibTeX from a string; `name` is the file that errors speak of."""
        bibliography = cls.__new__(cls)
        bibliography._load(text, name)
        return bibliography

    def _load(self, text: str, name: str) -> None:
        try:
            self._entries: dict[str, Entry] = dict(CheckedParser().parse_string(text).entries.items())
        except PybtexSyntaxError as error:
            raise BibliographyError(name, error.lineno, re.sub(r" in line \d+", "", str(error), count=1)) from error
        except EntryError as error:
            raise BibliographyError(name, line_of(error.key, text), str(error)) from error

    def _entry(self, key: str) -> Entry:
        if key not in self._entries:
            raise UnknownKeyError(f"the bibliography has no entry '{key}'{suggest(key, self._entries)}")
        return self._entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def keys(self) -> list[str]:
        """Keys in the order of the file."""
        return list(self._entries)

    def html(self, key: str) -> str:
        """The entry as HTML: authors, year, title, where it stands, address. UnknownKeyError if there is none."""
        return describe(self._entry(key)) + link(self._entry(key))

    def plain(self, key: str) -> str:
        """The entry as text, without its address."""
        return html.unescape(re.sub(r"<[^>]*>", "", describe(self._entry(key))))

    def cite(self, key: str) -> str:
        """Authors and year as text, for a sentence.

        >>> Bibliography.from_text("@book{a, author={Gauss, C. F.}, title={T}, publisher={P}, year=1809}").cite("a")
        'Gauss (1809)'
        """
        entry = self._entry(key)
        names = [family(person) for person in people(entry)]
        who = f"{names[0]} et al." if len(names) > 2 or names[-1] == "others" else " & ".join(names)
        return f"{who} ({field(entry, 'year')})"

    def sort_key(self, key: str) -> tuple[str, str, str]:
        """Where the entry stands in an alphabetical list: by authors, year, key."""
        entry = self._entry(key)
        return slugify(" ".join(author(person) for person in people(entry))), field(entry, "year"), key


class CheckedParser(Parser):
    """pybtex's parser, which stops at an entry that cannot be printed and tells its key."""

    def process_entry(self, entry_type: str, key: str, fields: list[tuple[str, list[str]]]) -> None:
        """Add an entry to the data, or raise EntryError."""
        try:
            super().process_entry(entry_type, key, fields)
        except PybtexError as error:
            raise EntryError(key, str(error)) from error
        if message := complaint(key, self.data.entries[key]):
            raise EntryError(key, message)


def complaint(key: str, entry: Entry) -> str:
    """What keeps an entry from being printed; empty if nothing does."""
    kind, unknown = entry.type.lower(), [name for name in entry.fields if name.lower() not in KNOWN]
    if not KEY.fullmatch(key):
        return "a key is made of small letters, digits and single hyphens"
    if kind not in REQUIRED:
        return f"unknown type @{kind}{suggest(kind, REQUIRED)}"
    if unknown:
        return f"unknown field '{unknown[0]}'{suggest(unknown[0], KNOWN | {'author', 'editor'})}"
    for name in ("title", "year", REQUIRED[kind]):
        if not field(entry, name):
            return f"@{kind} needs the field '{name}'"
    if not people(entry):
        return f"@{kind} needs an author or an editor"
    if "doi" in entry.fields and not DOI.fullmatch(entry.fields["doi"]):
        return f"a doi begins with '10.', without an address before it; this one is '{entry.fields['doi']}'"
    return ""


def line_of(key: str, text: str) -> int:
    r"""Line of the last entry with that key.

    >>> line_of("b", "@book{a,}\n@book{b,}")
    2
    """
    starts = [found.start() for found in re.finditer(rf"@\w+\s*[{{(]\s*{re.escape(key)}\s*[,}})]", text)]
    return text.count("\n", 0, starts[-1]) + 1 if starts else 1


def latex(text: str) -> str:
    """Text with the accents, dashes and braces of LaTeX resolved.

    >>> latex("{QR}, 3--4")
    'QR, 3–4'
    """
    if not LATEX.search(text):
        return text  # the parser takes a millisecond for each field
    return str(Text.from_latex(text)).replace("\N{NO-BREAK SPACE}", " ")


def field(entry: Entry, name: str) -> str:
    """A field as text; empty if there is none."""
    return latex(entry.fields.get(name, ""))


def people(entry: Entry) -> list[Person]:
    """The authors, or the editors of an entry that has none."""
    return entry.persons.get("author") or entry.persons.get("editor") or []


def family(person: Person) -> str:
    """The name by which a person is cited."""
    return latex(" ".join([*person.prelast_names, *person.last_names]))


def author(person: Person) -> str:
    """Family name and initials.

    >>> author(Person("Legendre, Adrien-Marie"))
    'Legendre, A.-M.'
    """
    initials = [abbreviate(latex(name)) for name in [*person.first_names, *person.middle_names]]
    return ", ".join(filter(None, [family(person), " ".join(initials), latex(" ".join(person.lineage_names))]))


def authors(entry: Entry) -> str:
    """The line of authors, cut after three if they are many."""
    names = [author(person) for person in people(entry)]
    if names[-1] == "others" or len(names) > LISTED:
        return ", ".join([name for name in names if name != "others"][:3]) + " et al."
    return " & ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def place(entry: Entry) -> str:
    """Where the work stands: journal or book, volume, pages."""
    volume, number, pages = field(entry, "volume"), field(entry, "number"), field(entry, "pages")
    volume, pages = volume + (f"({number})" if number else ""), re.sub(r"\s*[-–—]+\s*", "–", pages)
    if journal := field(entry, "journal"):
        parts = [f"{journal} {volume}".strip(), pages]
    else:
        book, several = field(entry, "booktitle"), "–" in pages
        if entry.type == "techreport" and number:
            volume = f"Technical report {number}"
        elif volume:
            volume = f"vol. {volume}"
        parts = [book and f"In {book}", volume, pages and f"{'pp.' if several else 'p.'} {pages}"]
    return ", ".join(filter(None, [*parts, field(entry, "eid") and f"article {field(entry, 'eid')}"]))


def describe(entry: Entry) -> str:
    """The entry as HTML, without its address."""
    title, edition = field(entry, "title"), field(entry, "edition")
    house = field(entry, "publisher") or field(entry, "institution") or field(entry, "howpublished")
    house = ", ".join(filter(None, [house, field(entry, "address")]))
    tail = filter(None, [edition and f"{edition} ed.", place(entry), house, field(entry, "note")])
    role = "" if entry.persons.get("author") else " (ed.)" if len(people(entry)) == 1 else " (eds)"
    head = f"{authors(entry)}{role} ({field(entry, 'year')})."
    stop = "" if title.endswith(("?", "!", ".")) else "."
    return " ".join(
        [escape(head), f"<em>{escape(title)}</em>{stop}", *(escape(part.rstrip(".") + ".") for part in tail)]
    )


def link(entry: Entry) -> str:
    """The address of an entry as HTML, or nothing."""
    doi, url = entry.fields.get("doi", ""), entry.fields.get("url", "")
    shown, href = (f"https://doi.org/{doi}", f"https://doi.org/{quote(doi, safe='/:;()')}") if doi else (url, url)
    return f' <a href="{html.escape(href)}">{escape(shown)}</a>' if shown else ""
