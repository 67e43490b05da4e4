"""What the installed `openai` package knows is served, or it is said why not.

Fails when a new version of the package brings an event, an item or a field of a chunk that nobody
has decided about.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

from openai.types.chat import ChatCompletionChunk
from openai.types.responses import ResponseOutputItem, ResponseStreamEvent
from pydantic import BaseModel

from mockgw.apis.chat import streaming as chat_streaming
from mockgw.apis.responses import streaming
from mockgw.draft import Does, Draft, Failure, Says
from tests.calls import complete, respond
from tests.exchanges import exchanges
from tests.wire import Json
from tests.wire import events as read

NO_AUDIO = "the Responses API gives no audio"
EVENTS_LEFT_OUT = {
    "response.audio.delta": NO_AUDIO,
    "response.audio.done": NO_AUDIO,
    "response.audio.transcript.delta": NO_AUDIO,
    "response.audio.transcript.done": NO_AUDIO,
}
GIVEN = "the caller gives it; no answer has it"
PROGRAMS = "programs that the model writes are not run"
ITEMS_LEFT_OUT = {
    "additional_tools": GIVEN,
    "apply_patch_call_output": GIVEN,
    "computer_call_output": GIVEN,
    "custom_tool_call_output": GIVEN,
    "function_call_output": GIVEN,
    "local_shell_call_output": GIVEN,
    "mcp_approval_response": GIVEN,
    "program": PROGRAMS,
    "program_output": PROGRAMS,
}
FIELDS_LEFT_OUT = {
    "choices.delta.audio": "answers are text",
    "moderation": "no answer is moderated",
    "usage.completion_tokens_details.text_tokens": "not on the wire",
    "usage.prompt_tokens_details.cache_write_tokens": "not on the wire of these models",
    "usage.prompt_tokens_details.image_tokens": "not on the wire",
    "usage.prompt_tokens_details.text_tokens": "not on the wire",
}
# What no request asks for of synthesis, but a test may want said.
TOLD = (
    Draft(8, (), (Says("No.", refusal=True),)),
    Draft(8, failure=Failure("server_error", "It broke.")),
    Draft(8, (), (Does("mcp_list_tools", {"server_label": "a", "error": "No server."}),)),
    Draft(8, (), (Does("mcp_call", {"name": "b", "server_label": "a", "error": {"type": "x"}}),)),
)


def members(union: Any) -> set[str]:
    """Return the values of `type` in a union of the package."""
    models = get_args(get_args(union)[0])
    return {name for one in models for name in get_args(one.model_fields["type"].annotation)}


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models that an annotation speaks of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from models_in(inner)


def fields(model: type[BaseModel], prefix: str = "") -> set[str]:
    """Return the paths of a model's fields, those of its inner models included."""
    found: set[str] = set()
    for name, field in model.model_fields.items():
        path = f"{prefix}{field.alias or name}"
        found.add(path)
        for inner in models_in(field.annotation):
            found |= fields(inner, f"{path}.")
    return found


def paths(value: Any, prefix: str = "") -> set[str]:
    """Return the paths of the keys of a JSON value."""
    if isinstance(value, list):
        return {path for one in value for path in paths(one, prefix)}
    if not isinstance(value, dict):
        return set()
    inner = {path for key, one in value.items() for path in paths(one, f"{prefix}{key}.")}
    return {f"{prefix}{key}" for key in value} | inner


@cache
def events() -> tuple[Json, ...]:
    """Return the events of all streams that the tests make."""
    asked = [event for one in exchanges().values() for event in one.events if "type" in event]
    thought = respond({"stream": True}, draft=Draft(8, (), (Says("Yes."),)))
    thought["output"][0]["content"] = [{"type": "reasoning_text", "text": "Hm."}]
    answers = [respond({"stream": True}, draft=draft) for draft in TOLD]
    told = (b"".join(streaming.events(one, None)) for one in (*answers, thought))
    return (*asked, *(event for stream in told for event in read(stream)))


def test_every_event_is_served_or_it_is_said_why_not() -> None:
    known = members(ResponseStreamEvent)
    assert known - {event["type"] for event in events()} == EVENTS_LEFT_OUT.keys()
    assert EVENTS_LEFT_OUT.keys() <= known


def test_every_item_is_served_or_it_is_said_why_not() -> None:
    known = members(ResponseOutputItem)
    done = {one["item"]["type"] for one in events() if one["type"] == "response.output_item.done"}
    assert known - done == ITEMS_LEFT_OUT.keys()
    assert ITEMS_LEFT_OUT.keys() <= known


def test_every_field_of_a_chunk_is_served_or_it_is_said_why_not() -> None:
    refused = complete({"model": "gpt-4o", "logprobs": True, "top_logprobs": 1}, TOLD[0])
    chunks = read(b"".join(chat_streaming.events(refused, None, with_usage=True)))
    chunks += [
        event for one in exchanges().values() if one.request.kind == "chat" for event in one.events
    ]
    missing = fields(ChatCompletionChunk) - paths(chunks)
    # An inner field of what is left out is left out with it.
    own = {path for path in missing if not any(path.startswith(f"{one}.") for one in missing)}
    assert own == FIELDS_LEFT_OUT.keys()
