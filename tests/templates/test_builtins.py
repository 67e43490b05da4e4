"""Each built-in state as OpenAI's own package sees it, through several doors, in both forms."""

from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai import OpenAI
from openai.types.chat import ChatCompletion
from openai.types.responses import Response

from mockgw.faults.named import NAMES
from mockgw.runner import Gateway
from mockgw.templates.builtins import builtins
from tests.templates.ground import Ground
from tests.templates.test_conditions import WAYS
from tests.ways import CHAT

BASES = {
    "openai": "/v1",
    "gateway": "/v1/acc/gw/openai",
    "rest": "/client/v4/accounts/acc/ai/v1",
}
PARAMETERS: dict[str, Any] = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
    "required": ["city", "days"],
    "additionalProperties": False,
}
WITH_TOOLS = {"tool_call", "tool_call_with_text", "parallel_tool_calls"}
# What only a response can be; chat has no such states.
OF_RESPONSES = {
    "commentary": (["message", "message"], "completed"),
    "web_search": (["web_search_call", "message"], "completed"),
    "failed": (["message"], "failed"),
}
ANSWERS = [name for name in builtins() if name not in {*NAMES, *OF_RESPONSES}]
# What each says: its parts in the order of a response, then its status, and why a chat ended.
STATES: dict[str, tuple[list[str], str, str]] = {
    "answer": (["text"], "completed", "stop"),
    "empty": (["text"], "completed", "stop"),
    "echo": (["text"], "completed", "stop"),
    "reasoning": (["reasoning", "text"], "completed", "stop"),
    "reasoning_summary": (["reasoning", "text"], "completed", "stop"),
    "tool_call": (["call"], "completed", "tool_calls"),
    "tool_call_with_text": (["text", "call"], "completed", "tool_calls"),
    "parallel_tool_calls": (["call", "call"], "completed", "tool_calls"),
    "structured": (["text"], "completed", "stop"),
    "refusal": (["refusal"], "completed", "stop"),
    "incomplete": (["text"], "max_output_tokens", "length"),
    "incomplete_reasoning": (["reasoning"], "max_output_tokens", "length"),
    "incomplete_after_reasoning": (["reasoning", "text"], "max_output_tokens", "length"),
    "content_filter": (["text"], "content_filter", "content_filter"),
    "slow": (["text"], "completed", "stop"),
}


@pytest.fixture(params=BASES)
def client(request: pytest.FixtureRequest, synth: Gateway) -> Iterator[OpenAI]:
    """Return OpenAI's client behind a door."""
    base = f"{synth.url}/_s/{request.node.name}{BASES[request.param]}".replace("[", "-")
    with OpenAI(base_url=base.replace("]", ""), api_key="sk-x", max_retries=0) as made:
        yield made


def more(name: str, *, chat: bool) -> dict[str, Any]:
    """Return what a call must hold for the state to be one that it can have."""
    if name in WITH_TOOLS:
        tool = {"name": "forecast", "parameters": PARAMETERS, "strict": True}
        inner = {"function": tool} if chat else tool
        return {"tools": [{"type": "function", **inner}]}
    if name != "structured":
        return {}
    form = {"name": "trip", "schema": PARAMETERS, "strict": True}
    if chat:
        return {"response_format": {"type": "json_schema", "json_schema": form}}
    return {"text": {"format": {"type": "json_schema", **form}}}


def parts(answer: Response) -> list[str]:
    found = []
    for item in answer.output:
        if item.type == "message":
            found += ["text" if one.type == "output_text" else one.type for one in item.content]
        else:
            found.append({"function_call": "call"}.get(item.type, item.type))
    return found


def test_the_table_has_every_answer() -> None:
    assert list(STATES) == ANSWERS


def test_every_named_error_is_built_in() -> None:
    assert set(NAMES) <= set(builtins())


def respond(client: OpenAI, name: str, *, stream: bool) -> Response:
    asked: dict[str, Any] = {
        "model": "gpt-5.5",
        "input": "How many boats?",
        **more(name, chat=False),
    }
    if not stream:
        named = {"x-mockgw-template": name}
        whole: Response = client.responses.create(**asked, extra_headers=named)
        return whole
    with client.responses.create(**{**asked, "model": f"gpt-5.5@{name}"}, stream=True) as events:
        *_, last = events
    answer: Response = last.response
    return answer


@pytest.mark.parametrize("stream", [False, True], ids=["json", "stream"])
@pytest.mark.parametrize("name", [name for name in ANSWERS if name != "slow"])
def test_a_response_in_each_state(client: OpenAI, name: str, stream: bool) -> None:
    answer = respond(client, name, stream=stream)

    wanted, status, _ = STATES[name]
    reason = answer.incomplete_details.reason if answer.incomplete_details else "completed"
    assert (parts(answer), reason) == (wanted, status)
    assert answer.status == ("completed" if status == "completed" else "incomplete")
    assert answer.model.startswith("gpt-5.5-2")
    thought = answer.usage.output_tokens_details.reasoning_tokens if answer.usage else 0
    assert bool(thought) is ("reasoning" in wanted)


def complete(client: OpenAI, name: str, *, stream: bool) -> tuple[str, str | None, int]:
    said: Any = [{"role": "user", "content": "How many boats?"}]
    asked: dict[str, Any] = {"model": "gpt-5.5", "messages": said, **more(name, chat=True)}
    if not stream:
        named = {"x-mockgw-template": name}
        answer: ChatCompletion = client.chat.completions.create(**asked, extra_headers=named)
        (choice,) = answer.choices
        calls = choice.message.tool_calls or []
        return choice.finish_reason, choice.message.refusal, len(calls)
    model = f"openai/gpt-5.5@{name}"
    with client.chat.completions.create(**{**asked, "model": model}, stream=True) as chunks:
        choices = [one.choices[0] for one in chunks if one.choices]
    refusal = "".join(one.delta.refusal or "" for one in choices) or None
    made = {call.index for one in choices for call in one.delta.tool_calls or []}
    return choices[-1].finish_reason, refusal, len(made)


@pytest.mark.parametrize("stream", [False, True], ids=["json", "stream"])
@pytest.mark.parametrize("name", [name for name in ANSWERS if name != "slow"])
def test_a_chat_in_each_state(client: OpenAI, name: str, stream: bool) -> None:
    finish, refusal, calls = complete(client, name, stream=stream)

    wanted, _, ended = STATES[name]
    assert (finish, calls) == (ended, wanted.count("call"))
    assert (refusal is not None) is (name == "refusal")


@pytest.mark.parametrize("stream", [False, True], ids=["json", "stream"])
@pytest.mark.parametrize("name", OF_RESPONSES)
def test_what_only_a_response_can_be(client: OpenAI, name: str, stream: bool) -> None:
    if stream and name == "failed":
        # The stream's `error` event comes first, and the package raises it.
        with pytest.raises(openai.APIError, match="had an error while it wrote"):
            respond(client, name, stream=True)
        return

    answer = respond(client, name, stream=stream)

    assert ([one.type for one in answer.output], answer.status) == OF_RESPONSES[name]


@pytest.mark.parametrize("name", NAMES)
def test_each_error_is_raised_as_what_its_status_says(client: OpenAI, name: str) -> None:
    with pytest.raises(openai.APIStatusError) as caught:
        client.responses.create(model=f"gpt-5.5@{name}", input="Hi")

    assert caught.value.status_code == NAMES[name].status
    assert "@" not in str(caught.value)


def test_slowness_is_a_matter_of_timing() -> None:
    (reply,) = builtins()["slow"].replies

    assert (reply.part.value["delay"], reply.part.value["pace"]) == (2, 0.05)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_name_is_understood_at_every_door(ground: Ground, way: Any) -> None:
    body = {"messages": [{"role": "user", "content": "Hi"}]} if way in CHAT else {"input": "Hi"}

    suffixed = ground.ask(body, way=way, model="gpt-5.5@refusal")
    named = ground.ask(body, way=way, headers={"X-Mockgw-Template": "refusal"})

    for reply in (suffixed, named):
        assert (reply.status, reply.headers["x-mockgw-source"]) == (200, "template")
        assert b"I'm sorry, but I can't help with that." in reply.body
        assert b"@" not in reply.body
    assert ground.last.notes == ("template refusal: called by name",)


def test_a_name_that_is_none_is_told_with_the_nearest(ground: Ground) -> None:
    status, code, message = ground.refused("Hi", model="gpt-5.5@refusl")

    assert (status, code) == (400, "no_template")
    assert message.startswith("There is no template 'refusl'. Did you mean refusal?")


def test_a_template_of_ones_own_can_be_called_by_name_and_comes_first(ground: Ground) -> None:
    ground.add("- name: refusal\n  when: {text: never}\n  reply: My own.")

    assert ground.text("Hi", model="gpt-5.5@refusal") == "My own."


def test_a_pro_model_is_one_with_a_name_behind_it(ground: Ground) -> None:
    answer = ground.ask("Hi", model="gpt-5.5-pro@answer").json()

    assert answer["model"].startswith("gpt-5.5-pro-2")


def test_a_tool_call_of_a_call_without_tools_says_why_not(ground: Ground) -> None:
    status, code, message = ground.refused("Hi", model="gpt-5.5@tool_call")

    assert (status, code) == (400, "unfit_reply")
    assert "there is no 0 in an empty list, in '{{ tools[0].name }}'" in message
