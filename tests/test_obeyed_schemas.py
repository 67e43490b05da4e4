"""Structured texts and arguments of calls, as they come over the wire, obey their schemas."""

import json
from collections.abc import Iterator

from jsonschema import Draft202012Validator

from tests.exchanges import Exchange, exchanges
from tests.requests_table import Json


def parameters_of(body: Json, name: str) -> Json:
    offered = [*(body.get("tools") or ()), *(body.get("functions") or ())]
    grouped = [inner for one in offered if one.get("type") == "namespace" for inner in one["tools"]]
    for tool in [*offered, *grouped]:
        inner: Json = tool.get("function", tool)
        if inner.get("name") == name:
            parameters: Json = inner.get("parameters", {"type": "object"})
            return parameters
    raise LookupError(name)


def schema_of(body: Json) -> Json | None:
    form = (body.get("text") or {}).get("format") or body.get("response_format") or {}
    if form.get("type") == "json_schema":
        schema: Json = form.get("json_schema", form)["schema"]
        return schema
    return {"type": "object"} if form.get("type") == "json_object" else None


def texts_and_calls(answer: Json) -> tuple[list[str], list[Json]]:
    texts, calls = [], []
    for item in answer.get("output", ()):
        if item["type"] == "message":
            texts.append(item["content"][0]["text"])
        elif item["type"] == "function_call":
            calls.append(item)
    for choice in answer.get("choices", ()):
        message = choice["message"]
        called = [one["function"] for one in message.get("tool_calls", ()) if "function" in one]
        called += [message["function_call"]] if "function_call" in message else []
        calls += called
        texts += [] if called else [message["content"]]
    return texts, calls


def is_whole(answer: Json) -> bool:
    ends = [choice["finish_reason"] for choice in answer.get("choices", ())]
    return answer.get("status") != "incomplete" and "length" not in ends


def values(exchange: Exchange) -> Iterator[tuple[str, Json]]:
    """Yield every text that a schema rules, with the schema."""
    body = exchange.request.body
    texts, calls = texts_and_calls(exchange.answer)
    for call in calls:
        yield call["arguments"], parameters_of(body, call["name"])
    schema = schema_of(body)
    if schema is not None:
        for text in texts:
            yield text, schema


def test_structured_texts_and_arguments_obey_their_schemas() -> None:
    checked = 0
    for name, exchange in exchanges().items():
        if is_whole(exchange.answer):
            for text, schema in values(exchange):
                checker = Draft202012Validator.FORMAT_CHECKER
                problems = list(
                    Draft202012Validator(schema, format_checker=checker).iter_errors(
                        json.loads(text)
                    )
                )
                assert problems == [], name
                checked += 1
    assert checked >= 30
