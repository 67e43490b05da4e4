"""A secret that a stream tells in pieces is found, wherever it is cut."""

import json
from collections import defaultdict
from typing import Any

import pytest

from mockgw.redaction.redactor import redactor
from tests.redaction.planted import KEY, VALUE

REDACTOR = redactor({"MY_TOKEN": VALUE}, "salt")
PLACEHOLDER = REDACTOR.text(KEY)
Json = dict[str, Any]
RESPONSES = (
    "output_text refusal function_call_arguments custom_tool_call_input reasoning_text "
    "reasoning_summary_text mcp_call_arguments code_interpreter_call_code"
).split()
CHAT: tuple[tuple[str, Any], ...] = (
    ("content", lambda text: {"content": text}),
    ("refusal", lambda text: {"refusal": text}),
    ("function", lambda text: {"function_call": {"arguments": text}}),
    ("tool", lambda text: {"tool_calls": [{"index": 1, "function": {"arguments": text}}]}),
)


def told(kind: str, text: str, place: int = 0) -> Json:
    return {
        "type": f"response.{kind}.delta",
        "item_id": f"msg_{place}",
        "output_index": place,
        "content_index": 0,
        "delta": text,
        "sequence_number": 1,
    }


def chunk(delta: Json, index: int = 0) -> Json:
    return {"id": "chatcmpl-1", "choices": [{"index": index, "delta": delta, "logprobs": None}]}


def stream(*events: Json, end: str = "\n", ascii_only: bool = True) -> bytes:
    lines = [f"data: {json.dumps(event, ensure_ascii=ascii_only)}{end}{end}" for event in events]
    return ("".join(lines) + f"data: [DONE]{end}{end}").encode()


def events(body: bytes) -> list[Json]:
    lines = [line[6:] for line in body.splitlines() if line.startswith(b"data: {")]
    return [json.loads(line) for line in lines]


def sums(body: bytes) -> list[str]:
    """Return the sum of the deltas of each item, in order."""
    found: dict[str, str] = defaultdict(str)
    for event in events(body):
        found[event["item_id"]] += event["delta"]
    return list(found.values())


@pytest.mark.parametrize("kind", RESPONSES)
def test_a_delta_cut_anywhere_gives_the_redacted_sum(kind: str) -> None:
    text = f"é {KEY}\n😀"
    for cut in range(len(text) + 1):
        before, after = text[:cut], text[cut:]
        between = told("output_text", "another item", 7)
        body = stream(told(kind, before), between, told(kind, after))
        redacted = REDACTOR.body(body)
        assert sums(redacted) == [f"é {PLACEHOLDER}\n😀", "another item"]
        assert len(events(redacted)) == 3
        assert json.dumps(between) in redacted.decode()


@pytest.mark.parametrize(("name", "delta"), CHAT, ids=[name for name, _ in CHAT])
def test_a_chunk_cut_anywhere_gives_the_redacted_sum(name: str, delta: Any) -> None:
    for cut in range(1, len(KEY)):
        body = stream(
            chunk({"role": "assistant"}),
            chunk(delta(KEY[:cut])),
            chunk({"content": "other choice"}, index=1),
            chunk(delta(KEY[cut:])),
        )
        expected = stream(
            chunk({"role": "assistant"}),
            chunk(delta(PLACEHOLDER)),
            chunk({"content": "other choice"}, index=1),
            chunk(delta("")),
        )
        assert REDACTOR.body(body) == expected


def test_a_secret_of_one_letter_each_delta_is_found_with_its_name() -> None:
    for text in (f'{{"user": "me", "password": "{"Hunter" + "Two22"}", "x": 1}}', f"-{VALUE}-"):
        for ascii_only in (True, False):
            pieces = [told("output_text", letter) for letter in text]
            body = REDACTOR.body(stream(*pieces, ascii_only=ascii_only))
            assert sums(body) == [REDACTOR.text(text)]
            assert len(events(body)) == len(text)
            assert sums(body) != [text]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_two_secrets_in_a_row_are_both_found(end: str) -> None:
    text = f"{KEY} and {VALUE}"
    for size in (1, 2, 5, 11, 40):
        pieces = [text[place : place + size] for place in range(0, len(text), size)]
        body = stream(*(told("output_text", piece) for piece in pieces), end=end)
        assert sums(REDACTOR.body(body)) == [f"{PLACEHOLDER} and {REDACTOR.text(VALUE)}"]


def test_the_last_events_tell_the_same_placeholder() -> None:
    done = {"type": "response.output_text.done", "text": f"My {KEY}."}
    body = stream(told("output_text", f"My {KEY[:9]}"), told("output_text", f"{KEY[9:]}."), done)
    final = events(REDACTOR.body(body))
    assert final[2] == {**done, "text": f"My {PLACEHOLDER}."}
    assert final[0]["delta"] + final[1]["delta"] == final[2]["text"]


def test_items_and_choices_are_not_mixed_up() -> None:
    text, other = told("output_text", KEY[:9]), told("output_text", KEY[9:], 1)
    body = stream(text, other, chunk({"content": KEY[:9]}), chunk({"content": KEY[9:]}, index=1))
    assert REDACTOR.body(body) == body


def test_a_torn_event_does_not_stop_the_others() -> None:
    whole = stream(told("output_text", KEY[:20]), told("output_text", KEY[20:]))
    body = REDACTOR.body(whole + b'data: {"type": "response.output_text.delta", "delta": "ab')
    assert KEY[20:].encode() not in body
    assert body.endswith(b'"delta": "ab')


def spelled(text: str) -> list[Json]:
    """Return the tokens of a text as a model tells them with their log probabilities."""
    tokens = [text[place : place + 3] for place in range(0, len(text), 3)]
    return [
        {"token": token, "logprob": -0.1, "bytes": list(token.encode()), "top_logprobs": []}
        for token in tokens
    ]


def test_log_probabilities_that_spell_a_secret_are_emptied() -> None:
    message = {"role": "assistant", "content": KEY}
    answer = {
        "choices": [
            {
                "index": 0,
                "message": message,
                "logprobs": {"content": spelled(KEY), "refusal": None},
            },
            {"index": 1, "message": message, "logprobs": {"content": spelled("none here")}},
        ]
    }
    choices = json.loads(REDACTOR.body(json.dumps(answer).encode()))["choices"]
    assert choices[0]["logprobs"] == {"content": [], "refusal": None}
    assert choices[1]["logprobs"] == {"content": spelled("none here")}


def test_log_probabilities_of_a_stream_are_emptied_where_they_spell_a_secret() -> None:
    text = f"The key: {KEY} is it"
    body = stream(
        *({**told("output_text", one["token"]), "logprobs": [one]} for one in spelled(text))
    )
    assert REDACTOR.scan(body)
    redacted = REDACTOR.body(body)
    assert REDACTOR.scan(redacted) == []
    left = "".join(one["token"] for event in events(redacted) for one in event["logprobs"])
    # The token that ends the key holds the space after it.
    assert left == "The key: is it"
    assert sums(redacted) == [text.replace(KEY, PLACEHOLDER)]


def test_names_with_escapes_and_names_told_twice_do_no_harm() -> None:
    odd = f'data: {{"type":"x.delta","d\\u0065lta":"{KEY[:30]}","delta":"{KEY[:20]}"}}\n\n'
    rest = f'data: {{"type":"x.delta","delta":"{KEY[20:]}"}}\n\n'
    redacted = REDACTOR.body((odd + rest).encode())
    assert KEY[:30].encode() not in redacted
    assert len(events(redacted)) == 2
