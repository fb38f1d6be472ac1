"""Fonts of the site and of its figures: cut from installed packages to the letters that a book on mathematics needs.

Four faces carry the text: Source Serif 4 upright and italic, Source Sans 3, JetBrains Mono. Each has a base file that
every page fetches (Latin), and small further files (Greek, Latin with more accents) that a browser fetches only when a
page has such a letter. What none of the three holds, arrows, relations, raised and lowered digits, ticks and the lines
of a tree, comes from DejaVu (Sans for text, Sans Mono for code), which matplotlib ships. KaTeX's faces keep all
their letters; those that every page of mathematics fetches lose their hinting too.

All lose their hinting and, as the licences ask, their names: `mle-serif`, `mle-sans`, `mle-mono`, `mle-tex-*`. Figures get the sans
as two ttf files, with Greek. The same packages give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from importlib.metadata import version as installed
from importlib.util import find_spec
from pathlib import Path

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from weave.node import MissingPartError, package, version

CACHE = ".cache/fonts"
PACKAGES = (
    "katex",
    "@fontsource-variable/source-serif-4",
    "@fontsource-variable/source-sans-3",
    "@fontsource-variable/jetbrains-mono",
)
SOURCE = "@fontsource-variable/{0}"
ASCII = "".join(map(chr, range(0x20, 0x7F)))
LATIN = ASCII + "".join(map(chr, range(0xA0, 0x100))) + "–—‘’‚“”„•…′″‹›€↑↓−\u2002\u2009\u200b"
GREEK = "".join(map(chr, [*range(0x391, 0x3A2), *range(0x3A3, 0x3AA), *range(0x3B1, 0x3CA)]))
ACCENTED = "".join(map(chr, range(0x100, 0x180)))
SYMBOLS = (
    "←→↔↕↖↗↘↙↦↩⇐⇒⇔∀∂∃∅∆∇∈∉∋∏∑∓∗∘√∝∞∠∥∧∨∩∪∫∴∼≃≈≠≡≤≥≪≫⊂⊃⊆⊇⊕⊗⊙⊢⊤⊥⋅⋮⋯⋱⌈⌉⌊⌋⟨⟩"
    "⅓⅔⅛⅜⅝⅞⁰ⁱ⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑᵢⱼₖₙₜₓ‖‰ℓℕℝℤ■□▪▲△▶▼◀●○✓✗"
)
BOXES = "".join(map(chr, [*range(0x2500, 0x2580), *range(0x2580, 0x25A0)]))
TWINS = {0x2011: 0x2D, 0x202F: 0x2009}  # drawn alike: no-break hyphen, narrow no-break space
TEXT = ("kern", "liga", "lnum", "tnum", "pnum")


@dataclass(frozen=True)
class Face:
    """One woff2 file: the package and the part of it that it is cut from, its weights, letters and features."""

    package: str
    part: str
    style: str
    weight: tuple[float, float] | float
    letters: str
    features: tuple[str, ...] = TEXT


FACES = {
    "mle-serif": Face("source-serif-4", "latin", "normal", (400, 650), LATIN),
    "mle-serif-greek": Face("source-serif-4", "greek", "normal", 400, GREEK, ()),
    "mle-serif-accents": Face("source-serif-4", "latin-ext", "normal", 400, ACCENTED, ()),
    "mle-serif-italic": Face("source-serif-4", "latin", "italic", 400, LATIN),
    "mle-serif-italic-greek": Face("source-serif-4", "greek", "italic", 400, GREEK, ()),
    "mle-serif-italic-accents": Face("source-serif-4", "latin-ext", "italic", 400, ACCENTED, ()),
    "mle-sans": Face("source-sans-3", "latin", "normal", (400, 650), LATIN),
    "mle-sans-greek": Face("source-sans-3", "greek", "normal", 400, GREEK, ()),
    "mle-sans-accents": Face("source-sans-3", "latin-ext", "normal", 400, ACCENTED, ()),
    "mle-mono": Face("jetbrains-mono", "latin", "normal", (400, 650), LATIN, ()),
    "mle-mono-greek": Face("jetbrains-mono", "greek", "normal", 400, GREEK, ()),
}
DEJAVU = {"mle-symbols": ("DejaVuSans", SYMBOLS), "mle-mono-symbols": ("DejaVuSansMono", SYMBOLS + BOXES)}
KATEX_CUT = ("KaTeX_Main-Regular", "KaTeX_Math-Italic", *(f"KaTeX_Size{size}-Regular" for size in (1, 2, 3, 4)))
SPLIT = {  # the letters that formulas use most of these faces get a file of their own, `...-Letters`
    "KaTeX_AMS-Regular": "ABCDEFGHIJKLMNOPQRSTUVWXYZk",
    "KaTeX_Main-Bold": ASCII + "\xa0",
    "KaTeX_Main-Regular": ASCII
    + "\xa0¬¯°±´·×÷ˆˉ˘˙˚˜ΓΔΘΛΞΠΣΥΦΨΩ\u2003\u2009‖…′ℓ←→↑↓⇐⇒⇔↦∀∂∃∅∇∈∋−∖∗∘√∝∞∣∥∧∨∩∪∫∼≈≡≤≥≪≫⊂⊃⊆⊇⊕⊗⊙⊤⊥⋅⋮⋯⋱⌈⌉⌊⌋⟨⟩⟶\ue020",
}
FIGURES = {"mle-sans": 400.0, "mle-sans-bold": 600.0}


def fonts(root: Path) -> Path:
    """Folder with all cut fonts, `.cache/fonts/<key>`; cuts them if that has not been done.

    Two builds may ask at once: each cuts into a folder of its own, and the first to finish gives it the name.

    Raises
    ------
    MissingPartError
        A package is not installed.

    >>> fonts(Path("nowhere"))
    Traceback (most recent call last):
    ...
    weave.node.MissingPartError: katex is missing (no nowhere/node_modules/katex): run `make site`, which installs it
    """
    home = root / CACHE / key(root)
    if not home.exists():
        home.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(dir=home.parent, prefix="part-"))
        try:
            cut_all(root, work)
            publish(work, home)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return home


def figure_fonts(root: Path) -> list[Path]:
    """The ttf files for `matplotlib.font_manager.fontManager.addfont`: family `mle-sans`, regular and bold."""
    return [fonts(root) / f"{name}.ttf" for name in FIGURES]


def key(root: Path) -> str:
    """What the bytes depend on: the packages, the tools and this file."""
    parts = {name: version(root, name) for name in PACKAGES}
    parts |= {name: installed(name) for name in ("fonttools", "brotli", "matplotlib")}
    parts["script"] = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def publish(work: Path, home: Path) -> None:
    """Give the finished folder its name, unless another build was faster."""
    try:
        os.replace(work, home)
    except OSError:
        if not home.exists():
            raise


def cut_all(root: Path, out: Path) -> None:
    """Write every font into `out`."""
    for name, face in FACES.items():
        save(narrow(cut(read(root, face), face.letters, face.features), face.weight), name, out / f"{name}.woff2")
    for name, (source, letters) in DEJAVU.items():
        save(cut(TTFont(dejavu(source), recalcTimestamp=False), letters, ()), name, out / f"{name}.woff2")
    for path in sorted((package(root, "katex") / "dist/fonts").glob("*.woff2")):
        name = renamed(path.stem)
        if path.stem in KATEX_CUT:
            save(cut(TTFont(path, recalcTimestamp=False), None, ("*",)), name, out / f"{name}.woff2")
        else:
            shutil.copyfile(path, out / f"{name}.woff2")
        if path.stem in SPLIT:
            font = cut(TTFont(path, recalcTimestamp=False), SPLIT[path.stem], ("*",))
            save(font, name, out / f"{name}-Letters.woff2")
    for name, weight in FIGURES.items():
        save(figure_face(out, weight), "mle-sans", out / f"{name}.ttf")


def renamed(text: str) -> str:
    """Give KaTeX's faces names of ours: a font that was changed may not bear the reserved one.

    >>> renamed("KaTeX_Main-Bold")
    'mle-tex-Main-Bold'
    """
    return text.replace("KaTeX_", "mle-tex-")


def read(root: Path, face: Face) -> TTFont:
    """The variable font that a face is cut from."""
    folder = package(root, SOURCE.format(face.package))
    return TTFont(folder / f"files/{face.package}-{face.part}-wght-{face.style}.woff2", recalcTimestamp=False)


def dejavu(name: str) -> Path:
    """A font that matplotlib ships; found without importing it."""
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise MissingPartError("matplotlib", "its fonts have the symbols")
    return Path(spec.origin).parent / f"mpl-data/fonts/ttf/{name}.ttf"


def cut(font: TTFont, letters: str | None, features: tuple[str, ...]) -> TTFont:
    """Leave only some letters (None: all) and OpenType features, and no hinting."""
    for table in font["cmap"].tables if letters else []:
        table.cmap |= {twin: table.cmap[code] for twin, code in TWINS.items() if code in table.cmap}
    options = Options(hinting=False, layout_features=list(features), name_IDs=[0, 1, 2, 14], notdef_outline=True)
    options.drop_tables += ["FFTM"]
    tool = Subsetter(options)
    twins = [twin for twin, code in TWINS.items() if letters and chr(code) in letters]
    tool.populate(unicodes=[*map(ord, letters), *twins] if letters else font.getBestCmap())
    tool.subset(font)
    return font


def narrow(font: TTFont, weight: tuple[float, float] | float) -> TTFont:
    """Limit the weight axis of a variable font, or fix it."""
    return instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True)


def figure_face(out: Path, weight: float) -> TTFont:
    """Latin and Greek of the sans, cut before, in one static font."""
    parts = []
    for name in ("mle-sans", "mle-sans-greek"):
        font = TTFont(out / f"{name}.woff2", recalcTimestamp=False)
        font = narrow(font, weight) if "fvar" in font else font
        font.flavor = None
        parts.append(out / f"{name}.part")
        font.save(parts[-1])
    whole = Merger().merge([str(path) for path in parts])
    for path in parts:
        path.unlink()
    whole["OS/2"].usWeightClass = 700 if weight > 400 else 400  # what matplotlib calls bold and normal
    whole["head"].created = whole["head"].modified = 0
    whole.recalcTimestamp = False
    return whole


def save(font: TTFont, name: str, path: Path) -> None:
    """Write a font under a new family name, as woff2 or ttf; what says whose it was, and on which terms, stays."""
    for record in font["name"].names:
        if record.nameID in (1, 4, 6, 16):
            record.string = name
    font.flavor = "woff2" if path.suffix == ".woff2" else None
    font.save(path)
