"""Fonts: which letters there are, that pages can reach them, under which names, and two builds at once."""

from __future__ import annotations

import os
import re
import threading
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from weave import fonts as module
from weave.assets import style, woff2_only
from weave.fonts import (
    DEJAVU,
    FACES,
    FIGURES,
    KATEX_CUT,
    SPLIT,
    TWINS,
    cut,
    figure_face,
    figure_fonts,
    fonts,
    key,
    narrow,
    read,
    renamed,
    save,
)

ROOT = Path(__file__).parents[2]
LOOK = ROOT / "docs/assets/look.css"
PROSE = "Café — ‘naïve’ “x”… 10 × 2 ÷ 4 − 1 ± ½ ¾ x² x³ 5 % €3 12° § • ≤ ≥ ≈ ≠ ∞ √ ∑ ∂ ∇ ∈ ∝ → ← ↔ ⇒ ↑ ↓ 10⁻⁴ x₀ xᵢ ✓ ✗"
GREEK = "αβγδεηθκλμνπρστφχψωΓΔΘΛΠΣΦΨΩ"
PEOPLE = "ŷ Łukasz Erdős Čech Şahin Müller Gauß"
BUDGET = 140_000  # bytes of the fonts that a chapter with formulas fetches


@pytest.fixture(scope="module")
def folder():
    """The cut fonts; without the packages these tests are left out, but not in CI."""
    if not (ROOT / "node_modules/katex").exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("the fonts are not installed: run `make site`")
    return fonts(ROOT)


@pytest.fixture(scope="module")
def letters(folder):
    """File name -> code points."""
    ours = [path for path in folder.glob("mle-*.woff2") if not path.stem.startswith("mle-tex")]
    return {path.stem: set(TTFont(path).getBestCmap()) for path in ours}


def rules():
    """The @font-face rules of look.css: family, style, file, range of code points (None: all)."""
    for body in re.findall(r"@font-face\{([^}]*)\}", LOOK.read_text("utf-8")):
        given = dict(part.split(":", 1) for part in body.split(";") if ":" in part)
        file = re.search(r"fonts/([\w-]+)\.woff2", given["src"])[1]
        yield given["font-family"], given.get("font-style", "normal"), file, code_points(given.get("unicode-range"))


def code_points(text):
    if text is None:
        return None
    ends = [[int(end, 16) for end in part.strip().removeprefix("U+").split("-")] for part in text.split(",")]
    return {code for end in ends for code in range(end[0], end[-1] + 1)}


@pytest.mark.parametrize(
    ("family", "style"),
    [("mle-serif", "normal"), ("mle-serif", "italic"), ("mle-sans", "normal"), ("mle-mono", "normal")],
)
def test_prose_finds_its_letters_through_the_style_sheet(letters, family, style):
    symbols = "mle-mono-symbols" if family == "mle-mono" else "mle-symbols"
    faces = [rule for rule in rules() if rule[:2] == (family, style) or rule[0] == symbols]
    reachable = set().union(*(letters[file] & (span or letters[file]) for _, _, file, span in faces))
    wanted = PROSE + GREEK + ("" if family == "mle-mono" else PEOPLE)
    assert "".join(sorted({c for c in wanted if ord(c) not in reachable})) == ""


def test_every_letter_of_a_further_file_is_in_its_range(letters):
    """A letter outside its file's range would be cut, shipped, and never fetched."""
    for _, _, file, span in rules():
        if span is not None:
            assert sorted(letters[file] - span - set(TWINS) - {0x20}) == [], file


def test_style_sheet_and_fonts_name_the_same_files(letters):
    assert {file for _, _, file, _ in rules()} == set(FACES) | set(DEJAVU) == set(letters)


def test_trees_and_tables_can_be_drawn_in_code(letters):
    assert {ord(c) for c in "│├└─┌┐┘┤┬┴┼"} <= letters["mle-mono-symbols"]


def test_symbols_for_code_are_as_wide_as_its_letters(folder):
    mono, symbols = TTFont(folder / "mle-mono.woff2"), TTFont(folder / "mle-mono-symbols.woff2")
    width = mono["hmtx"]["a"][0] / mono["head"].unitsPerEm
    arrow = symbols["hmtx"][symbols.getBestCmap()[ord("→")]][0] / symbols["head"].unitsPerEm
    assert arrow == pytest.approx(width, abs=0.005)


def test_changed_fonts_bear_new_names_and_keep_their_copyright(folder):
    for path in [*folder.glob("mle-*.woff2"), *folder.glob("*.ttf")]:
        font = TTFont(path)
        names = {record.nameID: record.toUnicode() for record in font["name"].names}
        changed = not path.stem.startswith("mle-tex") or path.stem in map(renamed, KATEX_CUT) or "-Letters" in path.stem
        if not changed:
            continue
        assert not re.search("Source|JetBrains|DejaVu|Bitstream|KaTeX", names[1] + names.get(4, "")), path.name
        assert re.search("©|Copyright", names[0]) or path.suffix == ".ttf", path.name
        assert not {"fpgm", "cvt "} & set(font.keys()), path.name


def test_weights_of_the_page(folder):
    axis = TTFont(folder / "mle-serif.woff2")["fvar"].axes[0]
    assert (axis.axisTag, axis.minValue, axis.maxValue) == ("wght", 400, 650)
    assert "fvar" not in TTFont(folder / "mle-serif-italic.woff2")


def test_figures_get_two_weights_of_one_family_with_greek(folder):
    from matplotlib.font_manager import ttfFontProperty
    from matplotlib.ft2font import FT2Font

    entries = [ttfFontProperty(FT2Font(str(path))) for path in figure_fonts(ROOT)]
    assert [(entry.name, entry.weight, entry.style) for entry in entries] == [
        ("mle-sans", 400, "normal"),
        ("mle-sans", 700, "normal"),
    ]
    for path in figure_fonts(ROOT):
        assert {ord(c) for c in "Az09²−µβλσΩ"} <= set(TTFont(path).getBestCmap())


def test_what_a_chapter_fetches_stays_in_the_budget(folder):
    usual = [
        "mle-serif",
        "mle-serif-italic",
        "mle-sans",
        "mle-mono",
        "mle-symbols",
        "mle-tex-Main-Regular-Letters",
        "mle-tex-Main-Bold-Letters",
        "mle-tex-Math-Italic",
        "mle-tex-AMS-Regular-Letters",
        *(f"mle-tex-Size{size}-Regular" for size in (1, 2, 3, 4)),
    ]
    assert sum((folder / f"{name}.woff2").stat().st_size for name in usual) < BUDGET


def test_common_letters_of_formulas_come_alone(folder):
    """Each face of SPLIT has two files; their ranges do not overlap, and leave nothing out."""
    faces = re.findall(r"@font-face\{[^}]*unicode-range[^}]*\}", style(ROOT)["assets/katex.css"].decode())
    spans = {
        re.search(r"fonts/([\w-]+)", face)[1]: code_points(re.search(r"range:([^;}]*)", face)[1]) for face in faces
    }
    assert set(spans) == {f"{renamed(name)}{part}" for name in SPLIT for part in ("", "-Letters")}
    for name in map(renamed, SPLIT):
        small, whole = TTFont(folder / f"{name}-Letters.woff2"), TTFont(folder / f"{name}.woff2")
        assert spans[f"{name}-Letters"] == set(small.getBestCmap())
        assert spans[name] == set(whole.getBestCmap()) - spans[f"{name}-Letters"]
        assert small["hmtx"]["A"] == whole["hmtx"]["A"]


def test_the_same_packages_give_the_same_bytes(folder, tmp_path):
    for name in ("mle-mono-greek", "mle-sans-greek"):
        face = FACES[name]
        save(narrow(cut(read(ROOT, face), face.letters, face.features), face.weight), name, tmp_path / f"{name}.woff2")
        assert (tmp_path / f"{name}.woff2").read_bytes() == (folder / f"{name}.woff2").read_bytes()
    (tmp_path / "mle-sans.woff2").write_bytes((folder / "mle-sans.woff2").read_bytes())
    save(figure_face(tmp_path, FIGURES["mle-sans"]), "mle-sans", tmp_path / "mle-sans.ttf")
    assert (tmp_path / "mle-sans.ttf").read_bytes() == (folder / "mle-sans.ttf").read_bytes()


def test_the_key_follows_packages_and_tools(folder, monkeypatch):
    first = key(ROOT)
    monkeypatch.setattr(module, "version", lambda root, name: "0")
    second = key(ROOT)
    monkeypatch.setattr(module, "installed", lambda name: "0")
    assert len({first, second, key(ROOT)}) == 3


def test_two_builds_at_once_leave_one_whole_folder(folder, tmp_path, monkeypatch):
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    both = threading.Barrier(2)

    def slowly(root, out):
        (out / "a.woff2").write_bytes(b"a")
        both.wait(timeout=10)
        (out / "b.woff2").write_bytes(b"b")

    monkeypatch.setattr(module, "cut_all", slowly)
    builds = [threading.Thread(target=fonts, args=(tmp_path,)) for _ in range(2)]
    for build in builds:
        build.start()
    for build in builds:
        build.join()
    made = list((tmp_path / ".cache/fonts").iterdir())
    assert [path.name for path in made] == [key(tmp_path)]
    assert sorted(path.name for path in made[0].iterdir()) == ["a.woff2", "b.woff2"]


def test_a_cut_that_fails_leaves_no_folder(folder, tmp_path, monkeypatch):
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    monkeypatch.setattr(module, "cut_all", lambda root, out: (_ for _ in ()).throw(ValueError("broken font")))
    with pytest.raises(ValueError, match="broken font"):
        fonts(tmp_path)
    assert list((tmp_path / ".cache/fonts").iterdir()) == []


def test_static_files_of_the_site(folder):
    files = style(ROOT)
    sheet = files["assets/katex.css"].decode()
    assert set(re.findall(r"url\(([^)]*)\)", sheet)) == {
        url.removeprefix("assets/") for url in files if "mle-tex" in url
    }
    assert "truetype" not in sheet
    assert all(url == "assets/katex.css" or url.endswith(".woff2") for url in files)


def test_a_style_sheet_that_asks_for_an_unknown_font_is_refused(folder, monkeypatch):
    monkeypatch.setattr("weave.assets.woff2_only", lambda sheet: woff2_only(sheet).replace("KaTeX_AMS", "KaTeX_New"))
    with pytest.raises(ValueError, match=r"fonts/mle-tex-New-Regular\.woff2, which is not among the fonts"):
        style(ROOT)
