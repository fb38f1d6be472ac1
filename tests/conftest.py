"""What all tests share: hypothesis without a clock, the same examples wherever CI runs them; the rows of parity."""

import os
from typing import Any

import pytest
from hypothesis import settings

from tests.parity.record import keep

settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

rows: list[dict[str, Any]] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Collect what the parity tests compared; their reports come from every process."""
    if report.when == "teardown":
        rows.extend(value for name, value in report.user_properties if name == "parity")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run of all tests writes build/parity.json anew, so that no row outlives its test."""
    config = session.config
    if rows and not hasattr(config, "workerinput"):
        keep(rows, anew=config.args_source is config.ArgsSource.TESTPATHS and not config.option.keyword)
