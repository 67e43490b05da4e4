"""What goes wrong with a stream that is still to come is what goes wrong with the whole of it."""

from math import inf
from time import monotonic
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockgw.faults.fault import Fault, fault
from mockgw.faults.going import going
from mockgw.faults.growing import Growing
from mockgw.faults.kind import KINDS
from mockgw.sse import frames, split

HEADERS = (("content-type", "text/event-stream"),)
# Few, so that events are often alike, which is when a beginning can be taken for another.
EVENTS = st.sampled_from(
    [
        b'event: response.output_text.delta\ndata: {"delta":"a"}\n\n',
        b'event: response.output_text.delta\r\ndata: {"delta":"\xc3\xb8"}\r\n\r\n',
        b'data: {"choices":[{"delta":{"content":"b"},"finish_reason":null}]}\n\n',
        b'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n',
        b"data: [DONE]\n\n",
        b": nothing\n\n",
    ]
)
ODD = {"how": st.sampled_from(["close", "reset"]), "text": st.just("text/plain")}


@st.composite
def faults(draw: st.DrawFn, name: str) -> Fault:
    """Draw the fault of that name with any arguments that matter to a short stream."""
    told: list[Any] = []
    for one in KINDS[name].takes.values():
        small = st.integers(int(one.least), min(int(min(one.most, 1e6)), int(one.least) + 12))
        told.append(draw(ODD.get(one.kind, small)))
    return fault(":".join(map(str, [name, *told])))


@pytest.mark.parametrize("name", KINDS)
def test_a_stream_goes_wrong_in_parts_as_it_does_in_one(name: str) -> None:
    @settings(max_examples=60, deadline=None)
    @given(faults(name), st.lists(st.lists(EVENTS, min_size=1, max_size=4), max_size=8))
    def holds(broken: Fault, coming: list[list[bytes]]) -> None:
        events = tuple(one for some in coming for one in some)
        growing = Growing(broken, 200, HEADERS)
        out: list[bytes] = []
        pauses: dict[int, float] = {}
        for some in coming:
            growing.grow(some)
            if growing.told is not None:
                stands = dict(growing.told.pauses)
                pauses |= {at: stands[at] for at in range(len(out), growing.sure) if at in stands}
                out += growing.told.parts[len(out) : growing.sure]
        growing.end()
        assert growing.told is not None
        wanted = going(200, HEADERS, events, streamed=True)
        wanted = broken.apply(wanted) if events else wanted
        assert out == list(wanted.parts[: len(out)])
        assert pauses == {at: told for at, told in wanted.pauses if at < len(out)}
        assert growing.over
        assert growing.told == wanted
        assert growing.sure == len(wanted.parts)

    holds()


@pytest.mark.parametrize(
    ("told", "out"), [("duplicate_event:1", 3), ("comments", 3), ("split:9", 6), ("crlf", 3)]
)
def test_what_is_certain_lags_one_event_behind(told: str, out: int) -> None:
    growing = Growing(fault(told), 200, HEADERS)
    for number in range(4):
        growing.grow([b"data: {%d0000000}\n\n" % number])
    assert growing.sure >= out


def test_a_cut_is_over_before_the_stream_is() -> None:
    growing = Growing(fault("cut_after_events:2"), 200, HEADERS)
    seen = []
    for number in range(4):
        growing.grow([b"data: {%d}\n\n" % number])
        seen.append((growing.sure, growing.over))
    assert seen == [(0, False), (1, False), (2, True), (2, True)]


def test_of_what_comes_at_once_all_but_the_last_is_certain() -> None:
    growing = Growing(fault("comments"), 200, HEADERS)
    growing.grow([b"data: {%d}\n\n" % number for number in range(5)])
    assert growing.sure == 4


@pytest.mark.parametrize("told", ["gzip", "split:3", "stall:1"])
def test_a_long_stream_takes_no_long_time(told: str) -> None:
    growing = Growing(fault(told), 200, HEADERS)
    begun = monotonic()
    for number in range(6000):
        growing.grow([b"data: {%d}\n\n" % number])
    growing.end()
    assert growing.over
    assert monotonic() - begun < 60


@given(st.lists(EVENTS, max_size=6), st.lists(st.integers(1, 9), min_size=1))
def test_events_are_found_in_any_pieces(events: list[bytes], sizes: list[int]) -> None:
    whole, rest, found = b"".join(events) + b"data: torn", b"", []
    at = turn = 0
    while at < len(whole):
        size = sizes[turn % len(sizes)]
        got, rest = split(rest + whole[at : at + size])
        found += got
        at, turn = at + size, turn + 1
    assert [*found, rest] == list(frames(whole))


def test_a_stall_for_ever_stays_one() -> None:
    growing = Growing(fault("stall:2"), 200, HEADERS)
    for number in range(4):
        growing.grow([b"data: {%d}\n\n" % number])
    assert growing.told is not None
    assert growing.told.pauses == ((2, inf),)
