"""A run of all tests writes build/parity.json anew, so that no row outlives its test."""

import pytest

from tests.parity.record import FILE


def pytest_collection_finish(session: pytest.Session) -> None:
    config = session.config
    if (
        config.args_source is config.ArgsSource.TESTPATHS
        and not config.option.keyword
        and not config.option.collectonly
    ):
        FILE.unlink(missing_ok=True)
