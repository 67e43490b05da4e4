"""A stream that was recorded comes again at the pace at which it came."""

import asyncio
import random
from pathlib import Path

import aiohttp
import pytest

from mockgw.cassette.reader import read
from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.record.test_odd_upstreams import CHUNKED, CREATED, DONE, STREAM, recording
from tests.record.upstreams import chunks, raw

GAPS = [random.Random(3).choice([0.0, 0.02, 0.05, 0.12]) for _ in range(60)]


async def arrivals(gateway: Gateway) -> list[float]:
    """Return the seconds after which each event came."""
    times: list[float] = []
    loop = asyncio.get_running_loop()
    body = {"model": "gpt-5.5", "input": "pace", "stream": True}
    async with aiohttp.ClientSession() as client:
        begun, heard = loop.time(), b""
        async with client.post(f"{gateway.url}/v1/responses", json=body) as answer:
            async for part in answer.content.iter_any():
                heard += part
                now = loop.time() - begun
                times += [now] * (heard.count(b"\n\r\n") - len(times))
    return times


@pytest.mark.slow
async def test_each_event_comes_when_it_came(tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    pieces = [part for gap in GAPS for part in (gap, chunks([CREATED]))]
    answer = (0.1, STREAM + CHUNKED + b"\r\n", *pieces, chunks([DONE]) + b"0\r\n\r\n")
    async with raw(*answer) as upstream, recording(upstream, tape) as gateway:
        first = await arrivals(gateway)
    extra = read(tape)[0].extra
    told, at = [], float(extra["ttfb_ms"])
    for gap in extra["sse_ms"].split():
        at += int(gap)
        told.append(at / 1000)
    settings = Settings(port=0, mode="replay", replay_speed=1.0, cassettes=(str(tape),))
    async with running(settings) as gateway:
        again = await arrivals(gateway)
    assert len(first) == len(told) == len(again) == len(GAPS) + 1
    # What the tape tells is what the client saw; the bound leaves room for a busy machine.
    assert p95(first, told) < 0.05
    assert p95(first, again) < 0.1
    # A gap is never lost: the whole does not come sooner than it did.
    assert again[-1] > told[-1] - 0.005


def p95(one: list[float], other: list[float]) -> float:
    apart = sorted(abs(a - b) for a, b in zip(one, other, strict=True))
    return apart[int(len(apart) * 0.95)]
