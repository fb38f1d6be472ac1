"""Questions with answers, each with its reason: read from YAML, written as a form that needs no script."""

from __future__ import annotations

from typing import Any

import yaml

from weave.errors import WeaveError
from weave.options import yaml_line, yaml_message

Question = dict[str, Any]


def read_quiz(text: str, first: int, path: str) -> list[Question]:
    """The questions of a fence whose text begins at line `first`: exactly one right answer each, and a why for all."""
    try:
        asked = yaml.load(text, yaml.BaseLoader) or []  # every answer is text, also `no`
        if not asked:
            raise WeaveError(path, first, "quiz: there is no question in it")
        lines = [first + n for n, line in enumerate(text.split("\n")) if line.startswith("- ")]
        for q, line in zip(asked, [*lines, *[first] * len(asked)]):
            if not is_whole(q):
                told = f"quiz: {q['question']!r} needs exactly one right answer, at least one wrong, and a why for every answer"
                raise WeaveError(path, line, told)
    except yaml.YAMLError as error:
        raise WeaveError(path, yaml_line(error, first), f"quiz: {yaml_message(error)}") from None
    except (AttributeError, KeyError, TypeError) as error:
        told = f"quiz: expected a list of question, answers (text, why, right): {error}"
        raise WeaveError(path, first, told) from None
    return asked


def is_whole(q: Question) -> bool:
    """One right answer and at least one wrong, each a text with its reason."""
    answers = q["answers"]
    texts = [q["question"], *(a.get(key) for a in answers for key in ("text", "why"))]
    right = sum(map(is_right, answers))
    return right == 1 < len(answers) and all(isinstance(text, str) and text.strip() for text in texts)


def is_right(answer: dict[str, str]) -> bool:
    return answer.get("right", "").lower() == "true"


def question(q: Question, number: int, chapter: str | None) -> str:
    """One question of a page; the style sheet shows the reason of the answer that is chosen."""
    label = f"{chapter}.{number}" if chapter else str(number)
    right = ' class="right"'
    answers = "".join(
        f'<label{right if is_right(a) else ""}><input type="radio" name="q{number}"> <span>{inline(a["text"])}</span></label>\n'
        f'<p class="why" markdown="span"><b>{"Yes." if is_right(a) else "Not quite."}</b> {inline(a["why"])}</p>\n'
        for a in q["answers"]
    )
    reasons = "".join(
        f'<li markdown="span"><b>{"Right" if is_right(a) else "Wrong"}:</b> {inline(a["text"])} <i>{inline(a["why"])}</i></li>\n'
        for a in q["answers"]
    )
    return (
        f'<fieldset markdown="1">\n<legend markdown="span"><span class="label">Question {label}</span> {inline(q["question"])}</legend>\n{answers}'
        f'<details markdown="1"><summary>All answers and why</summary>\n<ul markdown="1">\n{reasons}</ul>\n</details>\n</fieldset>'
    )


def inline(text: Any) -> str:
    return " ".join(str(text).split())
