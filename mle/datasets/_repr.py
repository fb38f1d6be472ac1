"""What a data set says of itself in a few lines."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mle.datasets.dataset import Dataset

# Units that would only repeat what one sees.
UNSAID = ("", "none", "not stated", "0 or 1", "code")


def told(data: Dataset) -> str:
    """Return the text of `repr`: size, columns with units, licence, how many pitfalls."""

    def show(name: str) -> str:
        unit = data.units[name]
        return f"{name} ({unit})" if unit not in UNSAID else name

    lines = {
        "features": ", ".join(show(name) for name in data.feature_names),
        "others": ", ".join(data.category_names),
        "target": show(data.target_name) if data.target_name else "",
        "licence": data.licence,
        "pitfalls": f"{len(data.pitfalls)}, see .pitfalls",
    }
    text = [
        f"Dataset {data.name}: {len(data)} rows, {len(data.columns)} columns"
    ]
    for key, value in lines.items():
        if value:
            text.append(
                textwrap.fill(
                    f"  {key:<9} {value}",
                    width=100,
                    subsequent_indent=" " * 12,
                )
            )
    return "\n".join(text)
