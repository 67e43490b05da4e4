"""The newest official client, openai 3.x, sync and async, against the server."""

import asyncio
from collections.abc import Iterator
from typing import Any, Literal

import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from pydantic import BaseModel

from mockgw.runner import Gateway, running
from mockgw.settings import Settings

PRO, CHAT = "gpt-5.5-pro", "gpt-5.5"
ACCOUNT = "/client/v4/accounts/acc/ai/v1"
HELLO: Any = [{"role": "user", "content": "Name a lake."}]
QUESTION: Any = [{"role": "user", "content": "What is the weather in Oslo?"}]
# Base URLs of the doors that an OpenAI client can be pointed at, with their prefix of the model.
DOORS = {
    "openai": ("/v1", ""),
    "session": ("/_s/one/v1", ""),
    "gateway": ("/v1/acc/gw/openai", ""),
    "gateway with version": ("/v1/acc/gw/openai/v1", ""),
    "cloudflare": (ACCOUNT, "openai/"),
}


class Island(BaseModel):
    name: str
    tidal: bool
    harbours: list[str]


class GetWeather(BaseModel):
    """Tells the weather of a city."""

    city: str
    unit: Literal["c", "f"]


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with running(Settings(port=0, mode="synth")) as started:
        yield started


@pytest.fixture
def client(gateway: Gateway) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{gateway.url}/v1", api_key="sk-any") as made:
        yield made


@pytest.mark.parametrize("door", DOORS)
def test_responses_answer_through_every_door(gateway: Gateway, door: str) -> None:
    path, prefix = DOORS[door]
    with OpenAI(base_url=gateway.url + path, api_key="sk-any") as client:
        answer = client.responses.create(model=prefix + PRO, input="Name a lake.")
        assert (answer.status, answer.model) == ("completed", f"{PRO}-2026-04-23")
        assert "Name a lake." in answer.output_text
        with client.responses.stream(model=prefix + PRO, input="Name a lake.") as stream:
            assert stream.get_final_response().output_text == answer.output_text


@pytest.mark.parametrize("door", [*DOORS, "compat"])
def test_chat_answers_through_every_door(gateway: Gateway, door: str) -> None:
    path, prefix = {**DOORS, "compat": ("/v1/acc/gw/compat", "openai/")}[door]
    with OpenAI(base_url=gateway.url + path, api_key="sk-any") as client:
        answer = client.chat.completions.create(model=prefix + CHAT, messages=HELLO)
        text = answer.choices[0].message.content
        assert text is not None
        assert "Name a lake." in text
        stream = client.chat.completions.create(model=prefix + CHAT, messages=HELLO, stream=True)
        told = [chunk.choices[0].delta.content or "" for chunk in stream]
    assert "".join(told) == text


def test_a_stream_of_responses_ends_with_the_whole_answer(client: OpenAI) -> None:
    events = list(client.responses.create(model=PRO, input="Name a lake.", stream=True))
    text = "".join(one.delta for one in events if one.type == "response.output_text.delta")
    last = events[-1]
    assert last.type == "response.completed"
    assert last.response.output_text == text
    assert last.response.usage is not None


def test_the_stream_helper_tells_what_was_parsed(client: OpenAI) -> None:
    with client.responses.stream(model=PRO, input="An island?", text_format=Island) as stream:
        snapshots = [one.snapshot for one in stream if one.type == "response.output_text.delta"]
        final = stream.get_final_response()
    assert isinstance(final.output_parsed, Island)
    assert Island.model_validate_json(snapshots[-1]) == final.output_parsed


def test_a_response_that_is_cut_has_no_final_response(client: OpenAI) -> None:
    with client.responses.stream(model=PRO, input="Hi", max_output_tokens=16) as stream:
        last = list(stream)[-1]
        with pytest.raises(RuntimeError, match=r"response\.completed"):
            stream.get_final_response()
    assert last.type == "response.incomplete"


def test_responses_parse_gives_the_model(client: OpenAI) -> None:
    answer = client.responses.parse(model=PRO, input="An island?", text_format=Island)
    assert isinstance(answer.output_parsed, Island)
    assert Island.model_validate_json(answer.output_text) == answer.output_parsed


def test_a_stored_response_is_retrieved_until_it_is_deleted(client: OpenAI) -> None:
    made = client.responses.create(model=CHAT, input="Keep this.")
    assert client.responses.retrieve(made.id).output_text == made.output_text
    client.responses.delete(made.id)
    with pytest.raises(openai.NotFoundError, match=f"Response with id '{made.id}' not found"):
        client.responses.retrieve(made.id)


def test_what_is_not_stored_is_not_retrieved(client: OpenAI) -> None:
    made = client.responses.create(model=CHAT, input="Forget this.", store=False)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(made.id)


def test_a_chain_of_responses_pays_for_what_came_before(client: OpenAI) -> None:
    first = client.responses.create(model=CHAT, input="Name a lake.")
    second = client.responses.create(
        model=CHAT, input="And a river?", previous_response_id=first.id
    )
    alone = client.responses.create(model=CHAT, input="And a river?")
    assert first.usage is not None
    assert second.usage is not None
    assert alone.usage is not None
    reasoning = first.usage.output_tokens_details.reasoning_tokens
    # The answer costs as much again, without its thinking, and the question without its opening.
    said = first.usage.output_tokens - reasoning
    assert second.usage.input_tokens == first.usage.input_tokens - 2 + said + (
        alone.usage.input_tokens
    )
    assert second.previous_response_id == first.id
    assert second.id[5:21] == first.id[5:21]
    client.responses.delete(first.id)
    with pytest.raises(openai.BadRequestError) as caught:
        client.responses.create(model=CHAT, input="More?", previous_response_id=first.id)
    assert (caught.value.param, caught.value.code) == (
        "previous_response_id",
        "previous_response_not_found",
    )


def test_a_loop_of_function_calls_ends_in_an_answer(client: OpenAI) -> None:
    tools: Any = [openai.pydantic_function_tool(GetWeather, name="get_weather")]
    said: list[Any] = list(QUESTION)
    asked = client.responses.parse(model=PRO, input=said, tools=tools)
    calls = [item for item in asked.output if item.type == "function_call"]
    assert [type(call.parsed_arguments) for call in calls] == [GetWeather]
    said += asked.output
    said += [
        {"type": "function_call_output", "call_id": call.call_id, "output": "4 °C, rain"}
        for call in calls
    ]
    answered = client.responses.parse(model=PRO, input=said, tools=tools)
    assert [item.type for item in answered.output] == ["reasoning", "message"]
    assert "What is the weather in Oslo?" in answered.output_text


def test_a_loop_of_function_calls_may_continue_by_id(client: OpenAI) -> None:
    tools: Any = [openai.pydantic_function_tool(GetWeather, name="get_weather")]
    asked = client.responses.parse(model=CHAT, input=QUESTION, tools=tools)
    (call,) = [item for item in asked.output if item.type == "function_call"]
    answered = client.responses.create(
        model=CHAT,
        input=[{"type": "function_call_output", "call_id": call.call_id, "output": "4 °C"}],
        previous_response_id=asked.id,
    )
    assert answered.output_text != ""


def test_the_chat_stream_helper_gives_the_completion(client: OpenAI) -> None:
    with client.chat.completions.stream(
        model=CHAT, messages=HELLO, response_format=Island, stream_options={"include_usage": True}
    ) as stream:
        kinds = {event.type for event in stream}
        final = stream.get_final_completion()
    assert {"chunk", "content.delta", "content.done"} <= kinds
    assert isinstance(final.choices[0].message.parsed, Island)
    assert final.usage is not None
    assert final.usage.total_tokens == final.usage.prompt_tokens + final.usage.completion_tokens


def test_chat_parse_gives_the_model(client: OpenAI) -> None:
    answer = client.chat.completions.parse(model=CHAT, messages=HELLO, response_format=Island, n=2)
    found = [choice.message.parsed for choice in answer.choices]
    assert [type(one) for one in found] == [Island, Island]
    assert found[0] != found[1]


def test_a_loop_of_chat_tools_ends_in_an_answer(client: OpenAI) -> None:
    tools = [openai.pydantic_function_tool(GetWeather, name="get_weather")]
    with client.chat.completions.stream(model=CHAT, messages=QUESTION, tools=tools) as stream:
        asked = stream.get_final_completion().choices[0]
    assert asked.finish_reason == "tool_calls"
    (call,) = asked.message.tool_calls or []
    assert isinstance(call.function.parsed_arguments, GetWeather)
    told: Any = {"role": "tool", "tool_call_id": call.id, "content": "4 °C, rain"}
    history: Any = [*QUESTION, asked.message, told]
    answered = client.chat.completions.parse(model=CHAT, messages=history, tools=tools)
    assert answered.choices[0].finish_reason == "stop"
    assert answered.choices[0].message.content


def test_a_cut_completion_cannot_be_parsed(client: OpenAI) -> None:
    with pytest.raises(openai.LengthFinishReasonError) as caught:
        client.chat.completions.parse(
            model=CHAT, messages=HELLO, response_format=Island, max_completion_tokens=16
        )
    assert caught.value.completion.choices[0].finish_reason == "length"


RESPONSE_ERRORS: list[tuple[dict[str, Any], type[openai.APIStatusError], Any, Any]] = [
    (
        {"max_output_tokens": 8},
        openai.BadRequestError,
        "max_output_tokens",
        "integer_below_min_value",
    ),
    ({"max_output_tokens": "x"}, openai.BadRequestError, "max_output_tokens", "invalid_type"),
    ({"temperature": 0.5}, openai.BadRequestError, "temperature", None),
    (
        {"reasoning": {"effort": "low"}},
        openai.BadRequestError,
        "reasoning.effort",
        "unsupported_value",
    ),
    ({"model": "no-such"}, openai.NotFoundError, None, "model_not_found"),
    ({"extra_body": {"nonsense": 1}}, openai.BadRequestError, "nonsense", "unknown_parameter"),
]


@pytest.mark.parametrize(("wrong", "kind", "param", "code"), RESPONSE_ERRORS)
def test_refusals_are_exceptions_with_their_fields(
    client: OpenAI, wrong: Any, kind: type[openai.APIStatusError], param: Any, code: Any
) -> None:
    with pytest.raises(kind) as caught:
        client.responses.create(**{"model": PRO, "input": "Hi", **wrong})
    error = caught.value
    assert (error.param, error.code, error.type) == (param, code, "invalid_request_error")
    assert error.request_id is not None
    assert error.request_id.startswith("req_")
    assert isinstance(error.body, dict)
    assert list(error.body) == ["message", "type", "param", "code"]


@pytest.mark.parametrize("stream", [False, True])
def test_chat_with_a_pro_model_is_not_found(client: OpenAI, stream: bool) -> None:
    with pytest.raises(openai.NotFoundError, match="only supported in v1/responses") as caught:
        client.chat.completions.create(model=PRO, messages=HELLO, stream=stream)
    assert (caught.value.param, caught.value.code) == ("model", None)


def test_a_wrong_key_is_an_authentication_error() -> None:
    settings = Settings(port=0, mode="synth", api_keys=("sk-the-right-one",))
    with running(settings) as guarded:
        base = f"{guarded.url}/v1"
        with (
            OpenAI(base_url=base, api_key="sk-quite-a-wrong-one") as wrong,
            pytest.raises(openai.AuthenticationError) as caught,
        ):
            wrong.responses.create(model=PRO, input="Hi")
        assert (caught.value.code, caught.value.param) == ("invalid_api_key", None)
        assert "sk-quite-a-wrong-one" not in str(caught.value)
        with OpenAI(base_url=base, api_key="sk-the-right-one") as right:
            assert right.responses.create(model=PRO, input="Hi").output_text


@pytest.mark.parametrize("stream", [False, True])
def test_a_miss_is_told_once_and_not_retried(stream: bool) -> None:
    with (
        running(Settings(port=0, mode="replay")) as tape,
        OpenAI(base_url=f"{tape.url}/v1", api_key="sk-any", max_retries=5) as client,
    ):
        with pytest.raises(openai.NotFoundError, match="No recording answers") as caught:
            client.responses.create(model=PRO, input="Never recorded.", stream=stream)
        assert caught.value.code == "no_recording"
        assert caught.value.response.headers["x-should-retry"] == "false"
        assert len(tape.journal) == 1


def test_the_raw_response_shows_the_headers(gateway: Gateway, client: OpenAI) -> None:
    raw = client.responses.with_raw_response.create(model=PRO, input="Hi")
    assert raw.headers["content-type"] == "application/json"
    assert raw.headers["openai-version"] == "2020-10-01"
    assert int(raw.headers["openai-processing-ms"]) > 0
    assert raw.headers["x-mockgw-source"] == "synth"
    answer = raw.parse()
    assert answer._request_id == raw.headers["x-request-id"]
    with OpenAI(base_url=f"{gateway.url}/v1/acc/gw/openai", api_key="sk-any") as through:
        passed = through.responses.with_raw_response.create(model=PRO, input="Hi")
    assert len(passed.headers["cf-aig-log-id"]) == 26
    assert passed.headers["cf-aig-step"] == "0"
    assert passed.parse().output_text == answer.output_text


async def test_the_async_client_does_the_same(gateway: Gateway) -> None:
    async with AsyncOpenAI(base_url=f"{gateway.url}/v1", api_key="sk-any") as client:
        answer = await client.responses.create(model=PRO, input="Name a lake.")
        events = await client.responses.create(model=PRO, input="Name a lake.", stream=True)
        told = [e.delta async for e in events if e.type == "response.output_text.delta"]
        assert "".join(told) == answer.output_text
        async with client.responses.stream(
            model=PRO, input="An island?", text_format=Island
        ) as stream:
            final = await stream.get_final_response()
        assert isinstance(final.output_parsed, Island)
        async with client.chat.completions.stream(
            model=CHAT, messages=HELLO, response_format=Island
        ) as chunks:
            completion = await chunks.get_final_completion()
        assert isinstance(completion.choices[0].message.parsed, Island)


async def test_the_async_client_loops_and_is_refused(gateway: Gateway) -> None:
    tools: Any = [openai.pydantic_function_tool(GetWeather, name="get_weather")]
    async with AsyncOpenAI(base_url=gateway.url + ACCOUNT, api_key="sk-any") as client:
        asked = await client.responses.parse(model=f"openai/{PRO}", input=QUESTION, tools=tools)
        (call,) = [item for item in asked.output if item.type == "function_call"]
        assert isinstance(call.parsed_arguments, GetWeather)
        output: Any = {"type": "function_call_output", "call_id": call.call_id, "output": "4 °C"}
        said: Any = [*QUESTION, *asked.output, output]
        answered = await client.responses.parse(model=f"openai/{PRO}", input=said, tools=tools)
        assert answered.output_text
        with pytest.raises(openai.BadRequestError):
            await client.responses.create(model=PRO, input="Hi", max_output_tokens=1)


async def test_many_async_calls_get_their_own_answers(gateway: Gateway) -> None:
    async with AsyncOpenAI(base_url=f"{gateway.url}/v1", api_key="sk-any") as client:
        asked = [f"Question number {number}?" for number in range(30)]
        answers = await asyncio.gather(
            *(client.responses.create(model=CHAT, input=question) for question in asked)
        )
    for question, answer in zip(asked, answers, strict=True):
        assert question in answer.output_text
    assert len({answer.id for answer in answers}) == 30
