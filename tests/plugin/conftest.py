"""A suite of somebody else's for every test."""

import pytest

from tests.plugin.suites import Suite, forget


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Suite:
    """Return a folder for a suite, and an environment that says nothing to it."""
    forget(monkeypatch)
    return Suite(pytester)
