"""The palette keeps roles apart for every eye, and the helpers draw what they say."""

import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

from mle import plot

matplotlib = pytest.importorskip("matplotlib")
from matplotlib.colors import to_hex  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402

SIGHT = {  # Machado, Oliveira & Fernandes (2009), severity 1, on linear RGB
    "normal": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
LMS = [  # linear RGB to the OKLab cone responses, Ottosson (2020)
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
]
LAB = [
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
]


def linear(colour):
    """Linear RGB of '#rrggbb', shape (3,)."""
    c = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def separation(colours, sight):
    """Smallest 100 x OKLab distance between two of the colours, for one kind of sight."""
    rgb = np.clip([linear(c) for c in colours] @ np.array(SIGHT[sight]).T, 0, 1)  # (m, 3)
    lab = np.cbrt(rgb @ np.array(LMS).T) @ np.array(LAB).T
    return min(100 * float(np.linalg.norm(lab[i] - lab[j])) for i in range(len(lab)) for j in range(i))


def contrast(one, other):
    """WCAG 2 contrast ratio of two colours."""
    low, high = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) + 0.05 for c in (one, other))
    return high / low


@pytest.fixture(autouse=True)
def _light():
    with matplotlib.rc_context():
        plot.use("light")
        yield
        plot.use("light")


@pytest.fixture
def ax():
    return Figure().subplots()


# --- palette -----------------------------------------------------------------------------------------------------


def test_the_measure_of_separation():
    assert separation(["#000000", "#ffffff"], "normal") == pytest.approx(100, abs=0.01)
    assert separation(["#ff0000", "#008000"], "deutan") < separation(["#ff0000", "#008000"], "normal") / 2
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("sight", SIGHT)
def test_roles_stay_apart_for_every_eye(scheme, sight):
    assert separation([plot.SCHEMES[scheme][role] for role in plot.ROLES], sight) >= 15


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_marks_can_be_read(scheme):
    colours = plot.SCHEMES[scheme]
    for ground in ("ground", "tray"):
        for role in ("ink", "muted", *(f"{role}_ink" for role in plot.ROLES)):
            assert contrast(colours[role], colours[ground]) >= 4.5, role
        for role in plot.ROLES:
            assert contrast(colours[role], colours[ground]) >= 3, role


def test_schemes_have_the_same_roles():
    assert list(plot.SCHEMES["light"]) == list(plot.SCHEMES["dark"])
    for colours in plot.SCHEMES.values():
        assert all(to_hex(c) == c for c in colours.values())


# --- schemes -----------------------------------------------------------------------------------------------------


def test_use_changes_colours_and_settings():
    for scheme in ("dark", "light"):
        plot.use(scheme)
        assert plot.color("fit") == plot.SCHEMES[scheme]["fit"]
        assert matplotlib.rcParams["text.color"] == plot.SCHEMES[scheme]["ink"]
        cycle = matplotlib.rcParams["axes.prop_cycle"].by_key()["color"]
        assert cycle == [plot.color(role) for role in plot.ROLES]


def test_rc_alone_changes_nothing_and_takes_more():
    before = dict(matplotlib.rcParams)
    assert plot.rc("dark", **{"font.size": 30})["font.size"] == 30
    assert plot.rc()["text.color"] == plot.SCHEMES["light"]["ink"]
    assert dict(matplotlib.rcParams) == before
    assert plot.color("ink") == plot.SCHEMES["light"]["ink"]


def test_a_figure_of_the_scheme_draws_without_a_warning(tmp_path):
    """Not even 'findfont', which matplotlib logs: no font is asked for that is not there."""
    for scheme in plot.SCHEMES:
        plot.use(scheme)
        ax = Figure().subplots()
        ax.scatter([1, 2], [3, 4])
        ax.set(xlabel=r"$x$ (m²)", title="Größe")
        plot.note(ax, "here", (1, 3), "fit")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            ax.figure.savefig(tmp_path / f"{scheme}.svg", metadata={"Date": None})
    light, dark = (tmp_path / "light.svg").read_text(), (tmp_path / "dark.svg").read_text()
    assert plot.SCHEMES["light"]["data"] in light
    assert plot.SCHEMES["light"]["data"] not in dark
    assert plot.SCHEMES["dark"]["data"] in dark


def test_no_findfont_in_the_log(caplog):
    ax = Figure().subplots()
    ax.set_title("text")
    ax.figure.canvas.draw()
    assert "findfont" not in caplog.text
    assert plot.font_families() == [f for f in plot.FONTS if f in matplotlib.font_manager.fontManager.get_font_names()]
    assert "DejaVu Sans" in plot.font_families()


def test_the_same_figure_twice_is_the_same_file(tmp_path):
    for name in ("one.svg", "two.svg"):
        ax = Figure().subplots()
        plot.roc(ax, [0, 0.5, 1], [0, 0.9, 1])
        ax.figure.savefig(tmp_path / name, metadata={"Date": None})
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


# --- helpers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offset", "ha", "va"), [((6, 6), "left", "bottom"), ((-6, -6), "right", "top"), ((0, 0), "center", "center")]
)
def test_note_grows_away_from_its_point(ax, offset, ha, va):
    label = plot.note(ax, "outlier", (2.0, 3.0), "error", offset=offset)
    assert (label.get_ha(), label.get_va()) == (ha, va)
    assert label.xy == (2.0, 3.0)
    assert label.get_color() == plot.color("error_ink")
    assert plot.note(ax, "plain", (0, 0)).get_color() == plot.color("ink")
    assert plot.note(ax, "other", (0, 0), "muted", ha="center", color="red").get_color() == "red"


def test_line_spans_the_axes_and_keeps_their_limits(ax):
    ax.scatter([10, 20], [100, 130])
    limits = ax.get_xlim(), ax.get_ylim()
    drawn = plot.line(ax, 3.0, 70.0)
    assert (ax.get_xlim(), ax.get_ylim()) == limits
    assert drawn.get_xdata().tolist() == list(limits[0])
    np.testing.assert_allclose(drawn.get_ydata(), 3.0 * np.array(limits[0]) + 70.0)
    assert (drawn.get_color(), drawn.get_linestyle()) == (plot.color("fit"), "-")
    truth = plot.line(ax, 1.0, role="truth", linewidth=1)
    assert (truth.get_color(), truth.get_linestyle(), truth.get_linewidth()) == (plot.color("truth"), "--", 1)


def test_residuals_join_points_and_predictions(ax):
    dots = ax.scatter([1, 2], [3, 5])
    drawn = plot.residuals(ax, [1, 2], [3, 5], [4, 4])
    assert [segment.tolist() for segment in drawn.get_segments()] == [[[1, 3], [1, 4]], [[2, 5], [2, 4]]]
    assert to_hex(drawn.get_color()[0]) == plot.color("error")
    assert drawn.get_zorder() > dots.get_zorder()


def test_roc_is_a_square_with_the_diagonal(ax):
    drawn = plot.roc(ax, [0, 0.25, 1], [0, 0.75, 1], "data", linewidth=1)
    assert drawn.get_ydata().tolist() == [0, 0.75, 1]
    assert drawn.get_color() == plot.color("data")
    assert ax.lines[0].get_xydata().tolist() == [[0, 0], [1, 1]]
    assert (ax.get_xlim(), ax.get_ylim(), ax.get_aspect()) == ((0, 1), (0, 1), 1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plot.color("blue"), "role must be one of 'data', 'fit', 'error', 'truth', .*'tray', got 'blue'"),
        (lambda: plot.use("sepia"), "scheme must be one of 'light', 'dark', got 'sepia'"),
        (lambda: plot.rc("sepia"), "scheme must be one of 'light', 'dark', got 'sepia'"),
        (lambda: plot.note(Figure().subplots(), "x", (0, 0), "fit_inc"), "role must be one of .*got 'fit_inc'"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
    assert plot.color("fit") == plot.SCHEMES["light"]["fit"]


def test_importing_plot_does_not_import_matplotlib():
    code = "import sys; from mle import plot; plot.color('fit'); print('matplotlib' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(Path(plot.__file__).parents[1])}
    result = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
