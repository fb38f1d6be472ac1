"""The options of a cell: the `#|` lines at its head, which are YAML, and what must hold of them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import yaml

from weave.errors import WeaveError
from weave.parameter import value_of

OPTIONS = {
    "hide": bool,
    "code": bool,
    "live": bool,
    "raises": str,
    "id": str,
    "caption": str,
    "alt": str,
    "play": dict,
    "say": str,
    "auto": bool,
    "exercise": str,
    "note": str,
}
EXERCISE = ("stub", "check", "solution")


def option_lines(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if not line.startswith("#|"):
            return
        yield line.removeprefix("#|").removeprefix(" ")


def read_options(text: str, line: int, path: str) -> dict[str, Any]:
    """The options of the cell `text`, which stands at `line` of the chapter at `path`."""
    try:
        options = yaml.safe_load("\n".join(option_lines(text.split("\n")))) or {}
    except yaml.YAMLError as error:
        raise WeaveError(path, yaml_line(error, line), f"cell options: {yaml_message(error)}") from None
    if told := wrong(options) or wrong_figure(options) or wrong_play(options, text):
        raise WeaveError(path, line, told)
    return options


def wrong(options: Any) -> str:
    """What is wrong with names and types, in words; nothing if all is well."""
    if not isinstance(options, dict):
        return f"cell options: expected `#| key: value` lines, got {options!r}"
    for key, value in options.items():
        if key not in OPTIONS:
            return f"unknown cell option {key!r}; there are {', '.join(OPTIONS)}"
        if not isinstance(value, OPTIONS[key]):
            return f"cell option {key!r} must be {OPTIONS[key].__name__}, got {value!r}"
    if options.get("exercise", "stub") not in EXERCISE:
        return f"exercise must be one of {', '.join(EXERCISE)}, got {options['exercise']!r}"
    return ""


def wrong_figure(options: dict[str, Any]) -> str:
    """A figure has an id, a caption and an alt text, or none of them."""
    if "caption" not in options and "alt" not in options:
        return ""
    for key in ("id", "caption", "alt"):
        if not options.get(key, "").strip():
            return f"a figure needs an id, a caption and an alt text; `#| {key}:` is missing"
    return "" if options["id"].startswith("fig-") else f"the id of a figure begins with fig-, got {options['id']!r}"


def wrong_play(options: dict[str, Any], text: str) -> str:
    """A control turns one line `name = value` of a figure through values among which that one is."""
    play = options.get("play")
    if play is None:
        return next((f"#| {key}: is for a figure with `#| play:`" for key in ("say", "auto") if key in options), "")
    if "caption" not in options:
        return "#| play: turns a figure: give the cell an id, a caption and an alt text"
    if [type(values) for values in play.values()] != [list] or len(*play.values()) < 2:
        return f"#| play: expected one name with a list of values, such as `{{rate: [0.1, 1.0]}}`, got {play!r}"
    [(name, values)] = play.items()
    numbers = all(type(v) in (int, float) and math.isfinite(v) for v in values)
    if not (numbers or all(isinstance(v, str) for v in values)) or len(set(values)) < len(values):
        return f"#| play: expected different numbers, or different words, got {values!r}"
    try:
        value = value_of(text, name)
    except (ValueError, SyntaxError) as error:
        return f"#| play: {error}"
    return "" if value in values else f"#| play: the cell says {name} = {value!r}, which is not among {values!r}"


def yaml_line(error: yaml.YAMLError, first: int) -> int:
    mark = getattr(error, "problem_mark", None)
    return first + (mark.line if mark else 0)


def yaml_message(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or error)
