"""How answers end, and what the official client makes of each end."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import openai
import pytest
from openai import OpenAI
from pydantic import BaseModel

from mockgw.draft import Calls, Draft, Failure, Says
from mockgw.runner import Gateway
from mockgw.script import Scripted

PRO, CHAT = "gpt-5.5-pro", "gpt-5.5"
HELLO: Any = [{"role": "user", "content": "Hi"}]
BROKEN = Failure("server_error", "The model broke off.")
TOOL: Any = {
    "type": "function",
    "name": "f",
    "parameters": {"type": "object", "properties": {}, "additionalProperties": False},
    "strict": True,
}
CHAT_TOOL: Any = {"type": "function", "function": {"name": "f"}}
LENGTH, FILTER = "max_output_tokens", "content_filter"
# A draft, the status, the reason, the types and statuses of the items, tokens out of which thought.
ENDS: dict[str, tuple[Draft, str, str | None, list[str], tuple[int, int] | None]] = {
    "completed": (Draft(8, (), (Says("Yes."),)), "completed", None, ["message completed"], (16, 8)),
    "in the reasoning": (Draft(64, incomplete=LENGTH), "incomplete", LENGTH, [], (64, 64)),
    "in the text": (
        Draft(8, (), (Says("One, two"),), LENGTH),
        "incomplete",
        LENGTH,
        ["message incomplete"],
        (16, 8),
    ),
    "in the arguments": (
        Draft(8, (), (Calls("f", '{"a'),), LENGTH),
        "incomplete",
        LENGTH,
        ["function_call incomplete"],
        (23, 8),
    ),
    "filtered": (
        Draft(8, (), (Says("One"),), FILTER),
        "incomplete",
        FILTER,
        ["message incomplete"],
        (14, 8),
    ),
    "failed": (Draft(failure=BROKEN), "failed", None, [], None),
    "failed after some text": (
        Draft(8, (), (Says("One"),), failure=BROKEN),
        "failed",
        None,
        ["message completed"],
        None,
    ),
}
every_end = pytest.mark.parametrize("name", ENDS)


class Island(BaseModel):
    name: str


class Stage:
    """A client of a session of its own, and the drafts that it is to be told."""

    def __init__(self, gateway: Gateway) -> None:
        self._session = gateway.opens("terminals")
        url = f"{gateway.url}/_s/terminals/v1"
        self.client = OpenAI(base_url=url, api_key="any", max_retries=0)

    def tell(self, draft: Draft) -> OpenAI:
        """Return the client, with a draft for its next call."""
        self._session.script.append(Scripted(drafts=(draft,)))
        return self.client


@pytest.fixture
def stage(synth: Gateway) -> Iterator[Stage]:
    """Return a stage on the synthesizing gateway."""
    made = Stage(synth)
    with made.client:
        yield made


@every_end
def test_a_response_tells_how_it_ended(stage: Stage, name: str) -> None:
    draft, status, reason, items, spent = ENDS[name]
    answer = stage.tell(draft).responses.create(model=PRO, input="Hi", tools=[TOOL])
    assert answer.status == status
    assert (answer.incomplete_details and answer.incomplete_details.reason) == reason
    told = [f"{one.type} {one.status}" for one in answer.output if one.type != "reasoning"]  # type: ignore[union-attr]
    assert told == items
    assert (answer.completed_at is not None) == (status == "completed")
    if spent is None:
        assert (answer.usage, answer.error and answer.error.message) == (None, BROKEN.message)
    else:
        assert answer.usage
        thought = answer.usage.output_tokens_details.reasoning_tokens
        assert (answer.usage.output_tokens, thought) == spent


@every_end
def test_a_stream_ends_as_the_response_did(stage: Stage, name: str) -> None:
    draft, status, *_ = ENDS[name]
    with stage.tell(draft).responses.with_streaming_response.create(
        model=PRO, input="Hi", tools=[TOOL], stream=True
    ) as raw:
        lines = [line for line in raw.iter_lines() if line.startswith("data: ")]
    events = [json.loads(line.removeprefix("data: ")) for line in lines]
    assert events[-1]["type"] == f"response.{status}"
    told = [event for event in events if event["type"] == "error"]
    if draft.failure is None:
        assert told == []
        return
    assert events[-2] == told[0]
    wanted = {"type": "server_error", "code": BROKEN.code, "message": BROKEN.message, "param": None}
    assert told[0] == {"type": "error", "error": wanted, "sequence_number": len(events) - 2}
    assert events[-1]["response"]["error"] == {"code": BROKEN.code, "message": BROKEN.message}


@every_end
def test_iterating_over_a_stream_raises_only_for_a_failure(stage: Stage, name: str) -> None:
    draft, status, *_ = ENDS[name]
    stream = stage.tell(draft).responses.create(model=PRO, input="Hi", tools=[TOOL], stream=True)
    if draft.failure is None:
        assert [event.type for event in stream][-1] == f"response.{status}"
        return
    with pytest.raises(openai.APIError, match="broke off") as caught:
        list(stream)
    assert caught.value.code == "server_error"


@every_end
def test_the_stream_helper_wants_a_response_that_completed(stage: Stage, name: str) -> None:
    draft, status, *_ = ENDS[name]
    with stage.tell(draft).responses.stream(model=PRO, input="Hi", tools=[TOOL]) as stream:
        if status == "completed":
            assert stream.get_final_response().output_text == "Yes."
            return
        wanted = openai.APIError if draft.failure else RuntimeError
        with pytest.raises(wanted):
            stream.get_final_response()


def test_parse_gives_nothing_for_an_answer_that_was_all_reasoning(stage: Stage) -> None:
    answer = stage.tell(ENDS["in the reasoning"][0]).responses.parse(
        model=PRO, input="An island?", text_format=Island
    )
    assert (answer.status, answer.output_parsed) == ("incomplete", None)


def test_parse_gives_nothing_for_a_refusal(stage: Stage) -> None:
    answer = stage.tell(Draft(8, (), (Says("No.", refusal=True),))).responses.parse(
        model=PRO, input="An island?", text_format=Island
    )
    (part,) = answer.output[-1].content  # type: ignore[union-attr,misc]
    assert (part.type, part.refusal, answer.output_parsed) == ("refusal", "No.", None)  # type: ignore[union-attr]


def test_parse_chokes_on_half_a_value(stage: Stage) -> None:
    half = Draft(8, (), (Says('{"name":"Ice'),), LENGTH)
    with pytest.raises(ValueError, match="EOF"):
        stage.tell(half).responses.parse(model=PRO, input="An island?", text_format=Island)


def _final(client: OpenAI) -> Any:
    with client.chat.completions.stream(
        model=CHAT, messages=HELLO, response_format=Island
    ) as stream:
        return stream.get_final_completion()


_CHAT: dict[str, Callable[[OpenAI], Any]] = {
    "parse": lambda client: client.chat.completions.parse(
        model=CHAT, messages=HELLO, response_format=Island
    ),
    "stream": _final,
}


@pytest.mark.parametrize("helper", _CHAT)
@pytest.mark.parametrize(
    ("draft", "error"),
    [
        (Draft(64, incomplete=LENGTH), openai.LengthFinishReasonError),
        (Draft(8, (), (Says('{"na'),), LENGTH), openai.LengthFinishReasonError),
        (Draft(8, (), (Says('{"na'),), FILTER), openai.ContentFilterFinishReasonError),
        # A body of a failure is a 500; a stream that has begun brings its error as an event.
        (Draft(8, failure=BROKEN), openai.APIError),
    ],
)
def test_the_helpers_of_chat_raise_for_an_early_end(
    stage: Stage, helper: str, draft: Draft, error: type[Exception]
) -> None:
    with pytest.raises(error) as raised:
        _CHAT[helper](stage.tell(draft))
    whole = helper == "parse" and draft.failure is not None
    assert isinstance(raised.value, openai.InternalServerError) == whole


@pytest.mark.parametrize(
    ("draft", "finish", "spent"),
    [
        (Draft(8, (), (Says("Yes."),)), "stop", (15, 8)),
        (Draft(64, incomplete=LENGTH), "length", (64, 64)),
        (Draft(0, (), (Says("One"),), LENGTH), "length", (3, 0)),
        (Draft(0, (), (Calls("f", '{"a'),), LENGTH), "length", (12, 0)),
        (Draft(0, (), (Says("One"),), FILTER), "content_filter", (3, 0)),
        (Draft(0, (), (Calls("f", "{}"),)), "tool_calls", (12, 0)),
    ],
)
def test_a_choice_tells_why_it_ended(
    stage: Stage, draft: Draft, finish: str, spent: tuple[int, int]
) -> None:
    answer = stage.tell(draft).chat.completions.create(
        model=CHAT, messages=HELLO, tools=[CHAT_TOOL]
    )
    assert answer.choices[0].finish_reason == finish
    assert answer.usage
    details = answer.usage.completion_tokens_details
    assert details
    assert (answer.usage.completion_tokens, details.reasoning_tokens) == spent
