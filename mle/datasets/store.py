"""Finding, checking and reading the files of `data/`."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mle.datasets.dataset import Dataset, DatasetError

PACKAGE = Path(__file__).resolve().parents[1]
# In an installed wheel, in a checkout.
FOLDERS = (PACKAGE / "_data", PACKAGE.parent / "data")
GZIP = b"\x1f\x8b"  # the first bytes of every such file; of no table


def load(name: str) -> Dataset:
    """Read one data set by name, after comparing its file with the sha256 in the index.

    Parameters
    ----------
    name : str
        One of `list_datasets()`.

    Returns
    -------
    Dataset
        Read anew at every call, so that no caller can spoil another's data.

    Raises
    ------
    DatasetError
        When there is no such set, or its file is missing, truncated or altered.

    Examples
    --------
    >>> load("anscombe").columns["y1"][:3].tolist()
    [8.04, 6.95, 7.58]
    """
    records = read_index()
    if name not in records:
        raise DatasetError(
            f"no data set {name!r}; there are {', '.join(sorted(records))}"
        )
    record = records[name]
    columns = parse(unpacked(read_checked(record)), record)
    kinds = {column["name"]: column["kind"] for column in record["columns"]}
    target = record["target"]
    return Dataset(
        name=name,
        columns=columns,
        units={column["name"]: column["unit"] for column in record["columns"]},
        descriptions={
            column["name"]: column["description"]
            for column in record["columns"]
        },
        feature_names=tuple(
            c
            for c, kind in kinds.items()
            if kind != "category" and c != target
        ),
        target_name=target,
        target_kind=kinds.get(target),
        description=record["description"],
        licence=record["licence"],
        citation=record["citation"],
        pitfalls=tuple(record["pitfalls"]),
    )


def list_datasets() -> list[str]:
    """Names of the data sets, in alphabetical order.

    >>> list_datasets()[:3]
    ['ames_housing', 'anscombe', 'bank_marketing']
    """
    return sorted(read_index())


def data_folder() -> Path:
    """Folder that holds `index.json`: inside an installed package, or next to it in a checkout.

    Raises
    ------
    DatasetError
        When neither is there.

    Examples
    --------
    >>> (data_folder() / "index.json").is_file()
    True
    """
    for folder in FOLDERS:
        if (folder / "index.json").is_file():
            return folder
    raise DatasetError(
        f"no index.json in any of {', '.join(map(str, FOLDERS))}: is the package complete?"
    )


def read_index() -> dict[str, dict[str, Any]]:
    """Everything `index.json` says, by the name of the set.

    >>> read_index()["heart_failure"]["source"]["package"]
    'survival_model'
    """
    path = data_folder() / "index.json"
    try:
        index = json.loads(path.read_text(encoding="utf-8"))
        return {record["name"]: record for record in index["datasets"]}
    except (ValueError, KeyError, TypeError) as error:
        raise DatasetError(
            f"{path} is damaged: expected JSON with a list 'datasets', found {error!r}"
        ) from error


def read_checked(record: dict[str, Any]) -> bytes:
    """Bytes of a set's file, if they are the bytes that the index promises.

    Raises
    ------
    DatasetError
        Naming the file, what was expected and what was found.

    Examples
    --------
    >>> len(read_checked(read_index()["anscombe"]))
    348
    """
    path = data_folder() / record["file"]
    expected = f"{record['bytes']} bytes with sha256 {record['sha256']}"
    if not path.is_file():
        raise DatasetError(f"{path}: expected {expected}, found no such file")
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != record["sha256"]:
        kind = "truncated" if len(content) < record["bytes"] else "altered"
        raise DatasetError(
            f"{path} is {kind}: expected {expected}, found {len(content)} bytes with sha256 {digest}"
        )
    return content


def unpacked(content: bytes) -> bytes:
    r"""Bytes of a file as they were before gzip, or as they are if it was not used.

    >>> unpacked(b"a,b\n") == unpacked(gzip.compress(b"a,b\n"))
    True
    """
    return gzip.decompress(content) if content[:2] == GZIP else content


def parse(content: bytes, record: dict[str, Any]) -> dict[str, NDArray[Any]]:
    r"""Turn CSV bytes into columns: float64 with nan for missing, or str with "" for missing.

    Parameters
    ----------
    content : bytes
        UTF-8, with a header.
    record : dict
        The set's entry in the index: its `file`, `rows` and `columns`.

    Returns
    -------
    dict of str to ndarray, shape (n,)

    Raises
    ------
    DatasetError
        When header, number of rows, length of a row or a number are not what the index says.

    Examples
    --------
    >>> columns = [{"name": "a", "kind": "number"}, {"name": "b", "kind": "category"}]
    >>> table = parse(b"a,b\n1.5,x\n,y\n", {"file": "toy.csv", "rows": 2, "columns": columns})
    >>> table["a"].tolist(), table["b"].tolist()
    ([1.5, nan], ['x', 'y'])
    """
    header, *rows = csv.reader(
        io.StringIO(content.decode("utf-8"), newline="")
    )
    names = [column["name"] for column in record["columns"]]
    if (
        header != names
        or len(rows) != record["rows"]
        or any(len(row) != len(names) for row in rows)
    ):
        raise DatasetError(
            f"{record['file']}: expected {record['rows']} rows of {', '.join(names)}, "
            f"found {len(rows)} rows of {', '.join(header)}"
        )
    cells = zip(*rows, strict=True)  # one tuple per column
    return {
        c["name"]: as_array(c, values, record["file"])
        for c, values in zip(record["columns"], cells, strict=True)
    }


def as_array(
    column: dict[str, Any], cells: tuple[str, ...], file: str
) -> NDArray[Any]:
    """Cells of one column as an array: str for a category, otherwise float64 with nan for an empty cell.

    >>> as_array({"name": "age", "kind": "number"}, ("75", ""), "toy.csv").tolist()
    [75.0, nan]
    """
    if column["kind"] == "category":
        return np.array(cells, dtype=np.str_)
    try:
        return np.array(
            [float(cell) if cell else np.nan for cell in cells],
            dtype=np.float64,
        )
    except ValueError as error:
        raise DatasetError(
            f"{file}, column {column['name']}: expected numbers, found {error}"
        ) from error
