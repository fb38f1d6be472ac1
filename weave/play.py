"""The control of a figure: a slider or a choice that turns it from frame to frame, drawn when the page was made."""

from __future__ import annotations

import json
from typing import Any

from weave.parameter import value_of
from weave.prose import attribute
from weave.read import Block


def play(label: str, base: str, block: Block, frames: list[dict[str, Any]]) -> str:
    """The control of the figure `label`, hidden until the script of the page can work it."""
    [(name, values)] = block.options["play"].items()
    at = values.index(value_of(block.shown, name))
    said = [frame["said"] for frame in frames] if "say" in block.options else []
    data = {
        "frames": base,
        "values": json.dumps(values),
        "told": json.dumps([*map(told, values)]),
        **({"said": json.dumps(said)} if said else {}),
    }
    attributes = " ".join(f'data-{key}="{attribute(value)}"' for key, value in data.items())
    auto = " auto" if block.options.get("auto") else ""
    line = f'<p class="play-said" role="status">{attribute(said[at])}</p>\n' if said else ""
    return (
        f'<div class="play{auto}" hidden {attributes}><label for="{label}-play">{name.replace("_", " ")}</label> '
        f"{control(label, values, at)} "
        f'<output for="{label}-play">{attribute(told(values[at]))}</output> '
        f'<button type="button" class="play-run">Play</button></div>\n{line}'
    )


def control(label: str, values: list[Any], at: int) -> str:
    """A slider over numbers, a list of words."""
    if all(isinstance(value, int | float) for value in values):
        return f'<input type="range" id="{label}-play" min="0" max="{len(values) - 1}" step="1" value="{at}" aria-valuetext="{attribute(told(values[at]))}">'
    options = "".join(
        f'<option value="{n}"{" selected" * (n == at)}>{attribute(str(value))}</option>'
        for n, value in enumerate(values)
    )
    return f'<select id="{label}-play">{options}</select>'


def told(value: object) -> str:
    """A value as the page says it.

    >>> told(0.1), told(0.1 + 0.2), told(1234567.0), told("mean")
    ('0.1', '0.3', '1234567', 'mean')
    """
    return f"{value:.12g}" if isinstance(value, float) else str(value)
