"""The rows of a parity test travel with its report, from whichever process ran it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.parity.record import found


@pytest.fixture(autouse=True)
def parity(record_property: Any) -> Iterator[None]:
    found.clear()
    yield
    for row in found:
        record_property("parity", row)
