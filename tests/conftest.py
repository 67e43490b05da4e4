"""Gateways that many tests ask, one of each mode for the whole run; what holds for each test."""

from collections.abc import Iterator

import pytest

from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.left_running import ended, noted


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slow ones first, so that no worker is left with one when the others are done."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session", autouse=True)
def _started() -> Iterator[None]:
    with noted():
        yield


@pytest.fixture(autouse=True)
def _nothing_left_running(_started: None) -> Iterator[None]:
    with ended():
        yield


def _gateway(mode: str) -> Iterator[Gateway]:
    with running(Settings(port=0, mode=mode)) as gateway:  # type: ignore[arg-type] # one of three
        yield gateway


@pytest.fixture(scope="session")
def auto() -> Iterator[Gateway]:
    """Return a gateway that answers from the shipped recordings, then by synthesis."""
    yield from _gateway("auto")


@pytest.fixture(scope="session")
def synth() -> Iterator[Gateway]:
    """Return a gateway that answers by synthesis only."""
    yield from _gateway("synth")


@pytest.fixture(scope="session")
def replay() -> Iterator[Gateway]:
    """Return a gateway that answers from the shipped recordings only."""
    yield from _gateway("replay")
