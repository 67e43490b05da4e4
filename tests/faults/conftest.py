"""A gateway whose time is moved by hand, and clients of it that never really wait."""

from collections.abc import Callable, Iterator
from typing import Any

import openai
import pytest
from openai import OpenAI

from mockgw.runner import Gateway, running
from mockgw.sessions import Session
from mockgw.settings import Settings

Client = Callable[..., OpenAI]


@pytest.fixture(scope="session")
def virtual() -> Iterator[Gateway]:
    """Return a gateway that answers by synthesis and whose clock is virtual."""
    with running(Settings(port=0, mode="synth", clock="virtual")) as gateway:
        yield gateway


@pytest.fixture
def session(virtual: Gateway, request: pytest.FixtureRequest) -> Iterator[Session]:
    """Return a session of its own for each test."""
    made = virtual.session(request.node.nodeid, virtual.settings, virtual.tapes)
    yield made
    virtual.sessions.close(made)


@pytest.fixture(scope="session")
def base() -> Iterator[OpenAI]:
    """Return a client whose connections all others use: making one takes its time."""
    with OpenAI(base_url="http://127.0.0.1:9", api_key="sk-x") as made:
        yield made


@pytest.fixture
def client(session: Session, base: OpenAI) -> Client:
    """Return what makes an OpenAI client of the session, through the door that is named."""
    paths = {"openai": "/v1", "gateway": "/v1/acc/gw/openai", "compat": "/v1/acc/gw/compat"}

    def make(door: str = "openai", retries: int = 0) -> OpenAI:
        return base.with_options(base_url=session.url + paths[door], max_retries=retries)

    return make


@pytest.fixture
def waits(virtual: Gateway, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the seconds that the OpenAI package waits; it is the gateway's time that passes."""
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        assert virtual.time is not None
        virtual.time.advance(seconds)

    sleeping: Any = openai._base_client
    monkeypatch.setattr(sleeping.time, "sleep", sleep)
    return waited
