"""A gateway whose time is moved by hand, and a session of it for each test."""

from collections.abc import Iterator

import pytest

from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.gateways.ground import Ground


@pytest.fixture(scope="session")
def virtual() -> Iterator[Gateway]:
    """Return a gateway that answers by synthesis and whose clock is virtual.

    It is not shared with the tests of faults: what those leave waiting would be met here.
    """
    with running(Settings(port=0, mode="synth", clock="virtual")) as gateway:
        yield gateway


@pytest.fixture
def ground(virtual: Gateway, request: pytest.FixtureRequest) -> Iterator[Ground]:
    """Return a session of its own for each test."""
    session = virtual.session(request.node.nodeid, virtual.settings, virtual.tapes)
    yield Ground(virtual, session)
    virtual.sessions.close(session)
