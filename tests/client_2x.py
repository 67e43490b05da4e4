"""What a caller does with openai 2.x: `python client_2x.py BASE_URL` prints what came of it.

A stand-alone script, for the interpreter that has that line of the package.
"""

import json
import sys
from typing import Any

import openai
from openai import OpenAI
from pydantic import BaseModel

PRO, CHAT = "gpt-5.5-pro", "gpt-5.5"
HELLO: Any = [{"role": "user", "content": "Name a lake."}]
QUESTION: Any = [{"role": "user", "content": "What is the weather in Oslo?"}]


class Island(BaseModel):
    name: str
    harbours: list[str]


class GetWeather(BaseModel):
    """Tells the weather of a city."""

    city: str


TOOLS: Any = [openai.pydantic_function_tool(GetWeather, name="get_weather")]


def responses(client: OpenAI) -> dict[str, Any]:
    """Return what plain, streamed, parsed and chained responses say."""
    plain = client.responses.create(model=PRO, input="Name a lake.")
    events = list(client.responses.create(model=PRO, input="Name a lake.", stream=True))
    deltas = [one.delta for one in events if one.type == "response.output_text.delta"]
    with client.responses.stream(model=PRO, input="An island?", text_format=Island) as stream:
        streamed = stream.get_final_response().output_parsed
    parsed = client.responses.parse(model=PRO, input="An island?", text_format=Island)
    chained = client.responses.create(model=PRO, input="More?", previous_response_id=plain.id)
    retrieved = client.responses.retrieve(plain.id)
    client.responses.delete(plain.id)
    return {
        "text": plain.output_text,
        "streamed text": "".join(deltas),
        "last event": events[-1].type,
        "parsed": type(parsed.output_parsed).__name__,
        "parsed alike": parsed.output_parsed == streamed,
        "chained to": chained.previous_response_id == plain.id,
        "retrieved": retrieved.output_text,
        "after deletion": failure(lambda: client.responses.retrieve(plain.id)),
    }


def responses_loop(client: OpenAI) -> dict[str, Any]:
    """Return how a loop of function calls went."""
    with client.responses.stream(model=PRO, input=QUESTION, tools=TOOLS) as stream:
        asked = stream.get_final_response()
    (call,) = [item for item in asked.output if item.type == "function_call"]
    output = {"type": "function_call_output", "call_id": call.call_id, "output": "4 °C"}
    said = [*QUESTION, *asked.output, output]
    answered = client.responses.parse(model=PRO, input=said, tools=TOOLS)
    return {"called": type(call.parsed_arguments).__name__, "text": answered.output_text}


def state(client: OpenAI) -> dict[str, Any]:
    """Return what is kept between calls, and listed."""
    conversation = client.conversations.create(items=HELLO, metadata={"topic": "lakes"})
    turn = client.responses.create(model=PRO, input="More?", conversation=conversation.id)
    items = list(client.conversations.items.list(conversation.id, limit=2, order="asc"))
    given = list(client.responses.input_items.list(turn.id, order="asc"))
    counted = client.responses.input_tokens.count(
        model=PRO, input="And?", conversation=conversation.id
    )
    kept = client.chat.completions.create(
        model=CHAT, messages=HELLO, store=True, metadata={"n": "1"}
    )
    listed = list(client.chat.completions.list(metadata={"n": "1"}))
    client.chat.completions.update(kept.id, metadata={"n": "2"})
    messages = list(client.chat.completions.messages.list(kept.id))
    client.conversations.delete(conversation.id)
    return {
        "items": [one.type for one in items],
        "last item": items[-1].id == turn.output[-1].id,
        "given": [one.type for one in given],
        "counted": counted.input_tokens > 0,
        "listed": [one.id for one in listed] == [kept.id],
        "messages": [one.content for one in messages],
        "changed": client.chat.completions.retrieve(kept.id).metadata,
        "deleted": client.chat.completions.delete(kept.id).deleted,
        "models": CHAT in {one.id for one in client.models.list()},
        "after deletion": failure(lambda: client.conversations.retrieve(conversation.id)),
    }


def chat(client: OpenAI) -> dict[str, Any]:
    """Return what plain, streamed and parsed completions say."""
    plain = client.chat.completions.create(model=CHAT, messages=HELLO)
    chunks = client.chat.completions.create(model=CHAT, messages=HELLO, stream=True)
    deltas = [chunk.choices[0].delta.content or "" for chunk in chunks]
    parsed = client.chat.completions.parse(model=CHAT, messages=HELLO, response_format=Island)
    with client.chat.completions.stream(model=CHAT, messages=QUESTION, tools=TOOLS) as stream:
        asked = stream.get_final_completion().choices[0]
    (call,) = asked.message.tool_calls or []
    told = {"role": "tool", "tool_call_id": call.id, "content": "4 °C"}
    history: Any = [*QUESTION, asked.message, told]
    answered = client.chat.completions.parse(model=CHAT, messages=history, tools=TOOLS)
    return {
        "text": plain.choices[0].message.content,
        "streamed text": "".join(deltas),
        "parsed": type(parsed.choices[0].message.parsed).__name__,
        "called": type(call.function.parsed_arguments).__name__,
        "finish": [asked.finish_reason, answered.choices[0].finish_reason],
    }


def refusals(client: OpenAI) -> list[Any]:
    """Return the exceptions that bad calls raise."""
    return [
        failure(lambda: client.responses.create(model=PRO, input="Hi", max_output_tokens=8)),
        failure(lambda: client.chat.completions.create(model=PRO, messages=HELLO)),
        failure(
            lambda: client.chat.completions.parse(
                model=CHAT, messages=HELLO, response_format=Island, max_completion_tokens=16
            )
        ),
    ]


def failure(call: Any) -> list[Any]:
    """Return name, param and code of the exception that the call raises."""
    try:
        call()
    except openai.OpenAIError as problem:
        fields = [getattr(problem, name, None) for name in ("param", "code")]
        return [type(problem).__name__, *fields]
    return ["nothing was raised"]


def main() -> None:
    """Do it all, and write one JSON object."""
    with OpenAI(base_url=sys.argv[1], api_key="sk-any", max_retries=0) as client:
        told = {
            "version": openai.__version__,
            "responses": responses(client),
            "loop": responses_loop(client),
            "chat": chat(client),
            "state": state(client),
            "refusals": refusals(client),
        }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
