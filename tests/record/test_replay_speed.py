import asyncio
from typing import Any

import aiohttp
import pytest

from mockgw.cassette.interaction import Interaction
from mockgw.model import Timing
from mockgw.modes import Means, responders
from mockgw.recordings import Recording
from mockgw.responders.speed import timed
from mockgw.runner import FrozenClock, running
from mockgw.settings import Settings
from mockgw.state import MemoryStore
from mockgw.tapes import Tapes
from tests.calls import call

FRAMES = [b"data: {}\n\n", b'data: {"a": 1}\n\n', b"data: [DONE]\n\n"]
ASKED: dict[str, Any] = {"messages": [{"role": "user", "content": "Hi"}], "stream": True}


def recorded(extra: dict[str, Any], frames: list[bytes] | None = None) -> Interaction:
    return Interaction(
        method="POST",
        uri="https://api.openai.com/v1/chat/completions",
        request_headers={"content-type": ("application/json",)},
        request_body=b'{"model": "gpt-5.5", "messages": [{"role": "user", "content": "Hi"}]}',
        status=200,
        reason="OK",
        response_headers={"content-type": ("text/event-stream",)},
        response_body=b"".join(FRAMES if frames is None else frames),
        extra=extra,
        path="tape.yaml",
        position=1,
    )


def recording(extra: dict[str, Any], frames: list[bytes] | None = None) -> Recording:
    return Tapes([recorded(extra, frames)]).recordings[0]


@pytest.mark.parametrize(
    ("extra", "timing"),
    [
        ({}, None),
        ({"ttfb_ms": 80}, Timing(0.08)),
        ({"ttfb_ms": 80, "sse_ms": "0 20 40"}, Timing(0.08, 0.0, (0.0, 0.02, 0.04))),
        ({"sse_ms": "0 20 x"}, Timing(0.0, 0.0, (0.0, 0.02, 0.0))),
        ({"sse_ms": "0 20 40 60"}, Timing(0.0, 0.04)),
        ({"sse_ms": "-5 20 40"}, Timing(0.0, 0.0, (0.0, 0.02, 0.04))),
    ],
)
def test_a_recording_tells_when_its_events_came(extra: Any, timing: Timing | None) -> None:
    assert recording(extra).timing == timing


@pytest.mark.parametrize(
    ("speed", "timing"),
    [
        (0.0, None),
        (1.0, Timing(0.08, 0.0, (0.0, 0.02, 0.04))),
        (2.0, Timing(0.04, 0.0, (0.0, 0.01, 0.02))),
        (0.5, Timing(0.16, 0.0, (0.0, 0.04, 0.08))),
        ("ttfb", Timing(0.08)),
        ("fixed:25", Timing(0.025, 0.025)),
    ],
)
def test_the_speed_says_when_events_come(speed: float | str, timing: Timing | None) -> None:
    tapes = Tapes([recorded({"ttfb_ms": 80, "sse_ms": "0 20 40"})])
    settings = Settings(mode="replay", replay_speed=speed)
    first = responders(Means(settings, tapes, MemoryStore(1), FrozenClock(0)))[0]
    found: Any = first.respond(call({"model": "gpt-5.5", **ASKED}))
    assert found.timing == timing


@pytest.mark.parametrize(
    ("recorded", "speed", "timing"),
    [
        # A head that came long before the first event: clients wait for the event.
        (Timing(0.1, 0.0, (3.0, 0.5)), 1.0, Timing(3.1, 0.0, (0.0, 0.5))),
        (Timing(0.1, 0.0, (3.0, 0.5)), "ttfb", Timing(3.1)),
        (Timing(0.1, 0.04), 2.0, Timing(0.05, 0.02)),
        (None, 1.0, None),
        (None, "ttfb", None),
        (None, "fixed:10", Timing(0.01, 0.01)),
        (Timing(0.1), "fixed:0", Timing(0.0, 0.0)),
    ],
)
def test_no_wait_of_a_recording_is_lost(
    recorded: Timing | None, speed: float | str, timing: Timing | None
) -> None:
    assert timed(recorded, speed) == timing


async def test_events_come_out_one_by_one_and_not_sooner_than_they_were_recorded() -> None:
    tapes = Tapes([recorded({"ttfb_ms": 40, "sse_ms": "0 60 60"})])
    settings = Settings(port=0, mode="replay", replay_speed=1.0)
    async with running(Settings(port=0, mode="synth")) as gateway:
        session = gateway.session("timed", settings, tapes)
        async with aiohttp.ClientSession() as client:
            begun = asyncio.get_running_loop().time()
            body = {"model": "gpt-5.5", **ASKED}
            async with client.post(f"{session.url}/v1/chat/completions", json=body) as answer:
                parts = [part async for part, _ in answer.content.iter_chunks()]
            lasted = asyncio.get_running_loop().time() - begun
    assert parts == FRAMES
    assert lasted >= 0.15
