"""A Worker that runs in each of the runtimes, and the gateway behind it."""

from collections.abc import Iterator

import pytest

from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.workers.runtimes import PROBE, RUNTIMES, Worker


@pytest.fixture(scope="package")
def gateway() -> Iterator[Gateway]:
    """Return the gateway behind the Workers."""
    with running(Settings(port=0, max_tokens="refuse")) as gateway:
        yield gateway


@pytest.fixture(scope="package", params=RUNTIMES)
def worker(request: pytest.FixtureRequest, gateway: Gateway) -> Iterator[Worker]:
    """Return the probe in one of the runtimes."""
    with RUNTIMES[request.param](gateway.url, PROBE) as worker:
        yield worker
