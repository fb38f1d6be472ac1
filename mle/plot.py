"""One palette for every figure of the book, in two schemes, and the few marks that chapters draw again and again.

A colour means the same on every page. Roles differ in shape, too, for readers who see few colours: data are dots, a fit
is a solid line, errors are thin segments, truth is dashed. Every pair of roles stays at least 15 (100 x OKLab distance)
apart for normal sight and for simulated protanopia, deuteranopia and tritanopia. `*_ink` is the same role, strong
enough for text.

Needs matplotlib (the extra `plot`), which is imported when a function is called, not before.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mle.validation import check_choice

SCHEMES: dict[str, dict[str, str]] = {
    "light": {
        "data": "#2f3f55",
        "fit": "#c85902",
        "error": "#863bbc",
        "truth": "#01948e",
        "data_ink": "#2f3f55",
        "fit_ink": "#a84a00",
        "error_ink": "#7a33ad",
        "truth_ink": "#0b6b66",
        "ink": "#1c2427",
        "muted": "#5c686a",
        "rule": "#d5dcd9",
        "ground": "#ffffff",
        "tray": "#f2f6f4",
    },
    "dark": {
        "data": "#c6e0fe",
        "fit": "#ed8311",
        "error": "#ad65d9",
        "truth": "#54b9a8",
        "data_ink": "#c6e0fe",
        "fit_ink": "#f5a04a",
        "error_ink": "#c792ea",
        "truth_ink": "#6fcdbd",
        "ink": "#dde3e1",
        "muted": "#9aa6a5",
        "rule": "#303b3a",
        "ground": "#131819",
        "tray": "#1b2223",
    },
}
ROLES = ("data", "fit", "error", "truth")
FONTS = ("mle-sans", "DejaVu Sans")

_current = "light"


def use(scheme: str = "light") -> None:
    """Draw all figures from now on in one scheme.

    Parameters
    ----------
    scheme : "light" or "dark"

    Raises
    ------
    ValueError
        For another name.

    Examples
    --------
    >>> use("dark")
    >>> color("fit")
    '#ed8311'
    >>> use("light")
    """
    import matplotlib

    global _current
    settings: Any = rc(scheme)
    matplotlib.rcParams.update(settings)
    _current = scheme


def color(role: str) -> str:
    """Return the colour '#rrggbb' of a role in the scheme in use.

    Parameters
    ----------
    role : str
        "data", "fit", "error", "truth", each also with "_ink" for text; "ink", "muted", "rule", "ground", "tray".

    Raises
    ------
    ValueError
        For another name.

    Examples
    --------
    >>> color("fit")
    '#c85902'
    """
    check_choice("role", role, SCHEMES[_current])
    return SCHEMES[_current][role]


def rc(scheme: str = "light", **more: Any) -> dict[str, Any]:
    """Return the matplotlib settings of one scheme: transparent ground, hairline axes, no frame, small text.

    Parameters
    ----------
    scheme : "light" or "dark"
    **more
        Settings to add or to change; a dot in a name is written `**{"font.size": 12}`.

    Returns
    -------
    dict
        For `matplotlib.rcParams.update` or `matplotlib.rc_context`.

    Examples
    --------
    >>> rc("dark")["text.color"] == SCHEMES["dark"]["ink"]
    True
    """
    check_choice("scheme", scheme, SCHEMES)
    from cycler import cycler

    c = SCHEMES[scheme]
    ground = dict.fromkeys(
        ("figure.facecolor", "axes.facecolor", "savefig.facecolor"), "none"
    )
    size = {
        "font.size": 10,
        "axes.titlesize": 10,
        "axes.labelsize": 10,
        "xtick.labelsize": 9.5,
        "ytick.labelsize": 9.5,
    }
    ink = {
        "text.color": c["ink"],
        "axes.labelcolor": c["muted"],
        "axes.edgecolor": c["rule"],
        "grid.color": c["rule"],
    }
    ticks = {
        f"{axis}tick.{part}": c[role]
        for axis in "xy"
        for part, role in (("color", "rule"), ("labelcolor", "muted"))
    }
    return {
        **ground, **size, **ink, **ticks,
        "figure.figsize": (5.2, 3.0), "savefig.transparent": True, "savefig.bbox": "tight", "savefig.pad_inches": 0.02,
        "font.family": font_families(), "mathtext.fontset": "cm",
        "axes.linewidth": 0.8, "axes.axisbelow": True, "axes.spines.top": False, "axes.spines.right": False,
        "axes.spines.left": False, "axes.grid": True, "axes.grid.axis": "y", "grid.linewidth": 0.6,
        "xtick.major.size": 3, "ytick.major.size": 0,
        "axes.prop_cycle": cycler(color=[c[role] for role in ROLES]), "scatter.edgecolors": "none",
        "lines.linewidth": 2, "lines.solid_capstyle": "round", "lines.markersize": 5, "legend.frameon": False,
        "svg.fonttype": "path", "svg.hashsalt": "mle",
        **more,
    }  # fmt: skip


def font_families() -> list[str]:
    """Return those of the book's fonts that matplotlib knows, so that it never warns of a missing one.

    >>> font_families()[-1]
    'DejaVu Sans'
    """
    from matplotlib.font_manager import fontManager

    known = set(fontManager.get_font_names())
    return [font for font in FONTS if font in known]


def note(
    ax: Any,
    text: str,
    xy: tuple[float, float],
    role: str = "ink",
    *,
    offset: tuple[float, float] = (6, 6),
    **kwargs: Any,
) -> Any:
    """Write a direct label beside a point, in the colour of what it names.

    Parameters
    ----------
    ax : matplotlib Axes
    text : str
    xy : (x, y)
        The point, in data units.
    role : str
        What the label names; "fit" is written in "fit_ink".
    offset : (x, y)
        Way from the point to the text, in typographic points. The text grows away from the point.
    **kwargs
        For `Axes.annotate`, for instance `ha`, `va`, `arrowprops`.

    Returns
    -------
    matplotlib Annotation

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> note(ax, "the typing error", (1.0, 2.0), "error").get_color() == color("error_ink")
    True
    """
    dx, dy = offset
    style = {
        "color": color(f"{role}_ink" if role in ROLES else role),
        "ha": "left" if dx > 0 else "right" if dx < 0 else "center",
        "va": "bottom" if dy > 0 else "top" if dy < 0 else "center",
        "annotation_clip": False,
    }
    return ax.annotate(
        text,
        xy,
        xytext=offset,
        textcoords="offset points",
        **{**style, **kwargs},
    )


def line(
    ax: Any, w: float, b: float = 0.0, role: str = "fit", **kwargs: Any
) -> Any:
    """Draw y = w x + b from edge to edge of the axes; draw the data first. The limits stay as they are.

    Parameters
    ----------
    ax : matplotlib Axes
    w, b : float
        Slope and intercept.
    role : str
        "fit" is drawn solid, "truth" dashed.
    **kwargs
        For `Axes.plot`.

    Returns
    -------
    matplotlib Line2D

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> _ = ax.set(xlim=(0, 2), ylim=(0, 10))
    >>> line(ax, 3.0, 1.0).get_ydata().tolist()
    [1.0, 7.0]
    """
    left, right = ax.get_xlim()
    low, high = ax.get_ylim()
    x = np.array([left, right])
    style = {
        "color": color(role),
        "linestyle": "--" if role == "truth" else "-",
    }
    drawn = ax.plot(x, w * x + b, **{**style, **kwargs})[0]
    ax.set(xlim=(left, right), ylim=(low, high))
    return drawn


def residuals(
    ax: Any, x: ArrayLike, y: ArrayLike, y_hat: ArrayLike, **kwargs: Any
) -> Any:
    """Draw the misses: a thin segment from each point to its prediction, below the dots.

    Parameters
    ----------
    ax : matplotlib Axes
    x, y, y_hat : array_like, shape (n,)
        Place, true value and prediction.
    **kwargs
        For `Axes.vlines`.

    Returns
    -------
    matplotlib LineCollection

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> len(residuals(ax, [1.0, 2.0], [3.0, 5.0], [3.5, 4.5]).get_segments())
    2
    """
    style = {"color": color("error"), "linewidth": 1.2, "zorder": 1.5}
    return ax.vlines(
        np.asarray(x), np.asarray(y), np.asarray(y_hat), **{**style, **kwargs}
    )


def roc(
    ax: Any, fpr: ArrayLike, tpr: ArrayLike, role: str = "fit", **kwargs: Any
) -> Any:
    """Draw a ROC curve over the diagonal of pure chance, on a square with both axes from 0 to 1.

    Parameters
    ----------
    ax : matplotlib Axes
    fpr, tpr : array_like, shape (m,)
        From `mle.metrics.roc_curve`.
    role : str
    **kwargs
        For `Axes.plot`.

    Returns
    -------
    matplotlib Line2D

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from mle.metrics import roc_curve
    >>> ax = Figure().subplots()
    >>> roc(ax, *roc_curve([0, 1, 1], [0.2, 0.1, 0.9])[:2]).get_ydata().tolist()
    [0.0, 0.5, 0.5, 1.0]
    """
    ax.plot([0, 1], [0, 1], color=color("muted"), linestyle=":", linewidth=1)
    drawn = ax.plot(
        np.asarray(fpr),
        np.asarray(tpr),
        **{"color": color(role), "clip_on": False, **kwargs},
    )[0]
    ax.set(
        xlim=(0, 1),
        ylim=(0, 1),
        aspect="equal",
        xlabel="false positive rate",
        ylabel="true positive rate",
    )
    return drawn
