"""An answer that is asked for again is made of the one before, and nobody can tell."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from mockgw import framing
from mockgw.canonical import encode
from mockgw.doors import DOORS
from mockgw.encoding import Encoder
from mockgw.model import Answer, Call, Frames
from mockgw.mould import Mould, Stencil
from mockgw.responders.synth import Synth
from mockgw.runner import FrozenClock
from mockgw.state import MemoryStore
from tests import calls
from tests.requests_table import TABLE, Request

HELLO = {"model": "gpt-5.5", "input": "Hello"}
IDS = ("resp_11", "msg_22")


def synth(at: float = calls.AT) -> Synth:
    return Synth(0, MemoryStore(100), FrozenClock(at))


def again(call: Call, number: int, maker: Synth) -> Answer:
    answer = maker.respond(replace(call, repetition=number))
    assert answer is not None
    return answer


def said(call: Call, answer: Answer, encoder: Encoder) -> bytes:
    door = next(one for one in DOORS if one.name == call.door)
    body = encoder.encode(call, answer, door).body
    if isinstance(body, Frames):
        assert body.size == sum(map(len, body))
        assert body.count == len(tuple(body))
        assert body.prepared(framing.chunked) == framing.chunked(tuple(body))
    return body if isinstance(body, bytes) else b"".join(body)


def each_way(request: Request) -> Iterator[Call]:
    for places in (calls.NATIVE, calls.CATALOGUE):
        for stream in (False, True):
            body: Any = {**request.body, "stream": stream}
            yield calls.call(body, path=places[request.kind])


@pytest.mark.parametrize("request_", TABLE, ids=lambda one: one.name)
def test_what_is_asked_again_is_answered_as_if_it_were_made_anew(
    request_: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    for call in each_way(request_):
        maker, other, encoder = synth(), synth(), Encoder(0, obfuscate=True)
        monkeypatch.setattr(other, "_keep", lambda *_: None)
        for number in range(1, 5):
            made = again(call, number, maker)
            fresh = again(call, number, other)
            assert fresh.mould is None
            assert (made.object, made.notes) == (fresh.object, fresh.notes)
            assert said(call, made, encoder) == said(call, fresh, Encoder(0, obfuscate=True))


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    "asked", [HELLO, {"model": "gpt-5.5", "messages": [{"role": "user", "content": "Hi"}]}]
)
def test_a_plain_answer_is_made_once(asked: Any, stream: bool) -> None:
    call, maker = calls.call({**asked, "stream": stream}), synth()
    moulds = [again(call, number, maker).mould for number in (1, 2, 3, 4)]
    assert moulds[:2] == [None, None]
    assert moulds[2] is moulds[3] is not None


def test_the_options_of_a_stream_are_no_part_of_the_mould() -> None:
    maker, encoder = synth(), Encoder(0, obfuscate=True)
    plain = calls.call({**HELLO, "stream": True})
    bare = calls.call({**HELLO, "stream": True, "stream_options": {"include_obfuscation": False}})
    told = [said(one, again(one, 3, maker), encoder) for one in (plain, plain, plain, bare)]
    assert b"obfuscation" in told[2]
    assert b"obfuscation" not in told[3]


def test_another_second_makes_another_answer() -> None:
    call, clock = calls.call(HELLO), [calls.AT]

    class Running:
        def now(self) -> float:
            return clock[0]

    maker = Synth(0, MemoryStore(100), Running())
    for number in range(1, 4):
        again(call, number, maker)
    clock[0] += 0.5
    within = again(call, 4, maker)
    assert within.mould is not None
    assert within.object == again(call, 4, synth(clock[0])).object
    clock[0] += 1
    assert again(call, 5, maker).object == again(call, 5, synth(clock[0])).object


def test_a_long_prompt_is_counted_by_the_cache_each_time() -> None:
    call, maker = calls.call({"model": "gpt-5.5", "input": "word " * 3_000}), synth()
    spared = [
        again(call, number, maker).object["usage"]["input_tokens_details"]["cached_tokens"]
        for number in (1, 2, 3)
    ]
    assert spared[0] == 0
    assert spared[1] == spared[2] > 2_000


def test_a_large_answer_is_made_anew_each_time() -> None:
    call, maker = (
        calls.call({**HELLO, "metadata": {f"key {n}": "x" * 512 for n in range(16)}}),
        synth(),
    )
    assert [again(call, number, maker).mould for number in range(1, 5)] == [None] * 4


def test_an_object_is_filled_with_other_ids_and_shares_the_rest() -> None:
    first = {"id": IDS[0], "output": [{"id": IDS[1], "content": ["x"]}, {"id": None}], "usage": {}}
    made = Mould(first, IDS).filled(("resp_33", "msg_44"))
    assert made == {
        **first,
        "id": "resp_33",
        "output": [{"id": "msg_44", "content": ["x"]}, {"id": None}],
    }
    assert first["id"] == IDS[0]
    assert made["usage"] is first["usage"]


def test_an_id_inside_a_longer_text_has_no_mould() -> None:
    with pytest.raises(ValueError, match="longer"):
        Mould({"id": IDS[0], "url": f"https://x/{IDS[0]}"}, IDS)


def test_a_stencil_fills_every_place() -> None:
    text = b"a resp_11 b msg_22 c resp_11"
    assert Stencil(text, IDS).filled(("RESP_33", "MSG_44")) == b"a RESP_33 b MSG_44 c RESP_33"
    assert Stencil(b"nothing", IDS).filled(IDS) == b"nothing"


def test_what_a_mould_writes_is_the_json_of_what_it_fills() -> None:
    first = {"id": IDS[0], "output": [{"id": IDS[1], "text": "“tide” 🌊"}], "previous": IDS[0]}
    mould = Mould(first, IDS)
    for ids in (IDS, ("resp_33", "msg_44"), IDS[::-1]):
        assert mould.written(ids) == encode(mould.filled(ids))
