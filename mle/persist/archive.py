"""Save fitted estimators to a file, and load them: arrays and JSON, never code.

The file is a zip archive, as NumPy's `.npz`: one `.npy` member for each array, and `model.json` with the class, its
parameters, what it has learnt, the versions that wrote it, and a checksum. Nothing in it is run when it is read.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

import mle
from mle._params import Parameters
from mle.persist.decode import decode
from mle.persist.encode import encode
from mle.persist.names import ModelFileError

FORMAT, FORMAT_VERSION = "mle model", 1


def save(estimator: Any, path: str | os.PathLike[str]) -> None:
    """Write an estimator of mle, fitted or not, with all that it holds, to one file.

    Parameters
    ----------
    estimator : estimator of mle
        Pipelines, column transformers, searches and calibrated classifiers too, if all inside them is of mle.
    path : str or path
        Its usual ending is .npz. A file of that name is replaced, and only once the new one is complete.

    Raises
    ------
    TypeError
        When it holds something that is neither data nor of mle: a function, or an estimator of another library. The
        message says where.

    Examples
    --------
    >>> import tempfile
    >>> from mle.linear_model import LinearRegression
    >>> model = LinearRegression().fit([[0.0], [1.0]], [1.0, 3.0])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(model, f"{folder}/line.npz")
    ...     load(f"{folder}/line.npz").predict([[2.0]]).round(6).tolist()
    [5.0]
    """
    if not isinstance(estimator, Parameters):
        raise TypeError(
            f"expected an estimator of mle, got {type(estimator).__name__}"
        )
    arrays: list[bytes] = []
    document = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "versions": {
            "mle": mle.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
        "model": encode(estimator, arrays, type(estimator).__name__),
    }
    document["sha256"] = checksum(document, arrays)
    path = Path(path)
    part = path.with_name(path.name + ".part")
    try:
        with zipfile.ZipFile(part, "w") as archive:
            text = json.dumps(document, indent=1, allow_nan=False)
            members = {"model.json": text.encode()} | {
                f"{i}.npy": array for i, array in enumerate(arrays)
            }
            for name, content in members.items():
                # Without a date: the same model gives the same file.
                archive.writestr(zipfile.ZipInfo(name), content)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def load(path: str | os.PathLike[str]) -> Any:
    """Read an estimator that `save` has written; it predicts the same, bit for bit.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    estimator of mle

    Raises
    ------
    ModelFileError
        When the file is damaged or changed, is something else, was written in a newer format, or names a class that is
        not of mle. The checksum finds accidents; whoever changes a file on purpose can make a new one, and so make a
        model predict what he likes, but not make it run code.
    OSError
        When there is no such file.

    Examples
    --------
    >>> load("/nowhere/line.npz")
    Traceback (most recent call last):
    FileNotFoundError: [Errno 2] No such file or directory: '/nowhere/line.npz'
    """
    with Path(path).open("rb") as file:
        try:
            document, arrays = read_members(file)
            model = decode(document["model"], arrays)
        except ModelFileError as error:
            raise ModelFileError(f"{path}: {error}") from None
        except (
            *(zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError),
            *(KeyError, ValueError, TypeError, AttributeError, IndexError),
            *(RecursionError, MemoryError, OverflowError),
            OSError,  # a damaged archive points to before its start
        ) as error:
            raise ModelFileError(
                f"{path}: no model saved by mle, or a damaged one ({error})"
            ) from error
    if not isinstance(model, Parameters):
        raise ModelFileError(f"{path}: holds no estimator")
    return model


def read_members(file: BinaryIO) -> tuple[dict[str, Any], list[bytes]]:
    """Read the document and the arrays' bytes, and check that they belong together.

    >>> import io
    >>> read_members(io.BytesIO(b"text"))
    Traceback (most recent call last):
    zipfile.BadZipFile: File is not a zip file
    """
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        if any(m.compress_type != zipfile.ZIP_STORED for m in members):
            raise ModelFileError("has compressed members: not written by mle")
        if "model.json" not in archive.namelist():
            raise ModelFileError("has no model.json: not written by mle")
        document = json.loads(archive.read("model.json"))
        if (
            not isinstance(document, dict)
            or document.get("format") != FORMAT
            or type(version := document.get("format_version")) is not int
        ):
            raise ModelFileError("is not a model saved by mle")
        if version > FORMAT_VERSION:
            raise ModelFileError(
                f"is in format {version}, written by mle {document['versions']['mle']}; this is mle {mle.__version__}, "
                f"which reads formats up to {FORMAT_VERSION}: update mle"
            )
        names = [f"{i}.npy" for i in range(len(members) - 1)]
        if sorted(archive.namelist()) != sorted(["model.json", *names]):
            raise ModelFileError("has members that do not belong to a model")
        arrays = [archive.read(name) for name in names]
    if document.pop("sha256", None) != checksum(document, arrays):
        raise ModelFileError(
            "its checksum does not match: the file was changed or damaged"
        )
    return document, arrays


def checksum(document: dict[str, Any], arrays: list[bytes]) -> str:
    """SHA-256 of a document and arrays, in hexadecimal digits.

    >>> checksum({}, [])[:8]
    '44136fa3'
    """
    text = json.dumps(document, sort_keys=True, allow_nan=False)
    digest = hashlib.sha256(text.encode())
    for array in arrays:
        digest.update(len(array).to_bytes(8, "big") + array)
    return digest.hexdigest()
