"""Gateways that many tests ask, one of each mode for the whole run."""

from collections.abc import Iterator

import pytest

from mockgw.runner import Gateway, running
from mockgw.settings import Settings


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
