"""The newest official client, sync and async, on everything that is kept between calls."""

import inspect
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from openai.pagination import AsyncConversationCursorPage, AsyncCursorPage, AsyncPage
from openai.types import Model
from openai.types.chat import (
    ChatCompletion,
    ChatCompletionDeleted,
    ChatCompletionStoreMessage,
)
from openai.types.conversations import (
    Conversation,
    ConversationDeletedResource,
    ConversationItem,
    ConversationItemList,
)
from openai.types.responses import InputTokenCountResponse, Response, ResponseItem, ResponseUsage
from pydantic import TypeAdapter

from mockgw.runner import Gateway, running
from mockgw.settings import Settings

PRO, CHAT = "gpt-5.5-pro", "gpt-5.5"
LAKE: Any = [{"role": "user", "content": "Name a lake."}]
_PAGES = (AsyncPage, AsyncCursorPage, AsyncConversationCursorPage)


class Both:
    """A client called one way whichever it is, which keeps the bodies for the strict check."""

    def __init__(self, client: OpenAI | AsyncOpenAI) -> None:
        self.client = client

    async def ask(self, path: str, *given: Any, **named: Any) -> Any:
        """Call `path` of the client, such as `responses.retrieve`, and return what it gives."""
        called: Any = self.client
        for name in path.split("."):
            called = getattr(called, name)
        found = called(*given, **named)
        return await found if inspect.isawaitable(found) else found

    async def every(self, path: str, *given: Any, **named: Any) -> list[Any]:
        """Return everything that a list has, page after page."""
        page = await self.ask(path, *given, **named)
        if isinstance(page, _PAGES):
            return [one async for one in page]
        return list(page)

    async def body(self, path: str, *given: Any, **named: Any) -> Any:
        """Return the JSON of the answer as it came."""
        resource, _, verb = path.rpartition(".")
        answer = await self.ask(f"{resource}.with_raw_response.{verb}", *given, **named)
        return answer.http_response.json()

    async def close(self) -> None:
        """End the client's connections."""
        await self.ask("close")


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with running(Settings(port=0, mode="synth")) as started:
        yield started


@pytest.fixture(params=["sync", "async"])
async def client(request: pytest.FixtureRequest, gateway: Gateway) -> Any:
    kind: Any = OpenAI if request.param == "sync" else AsyncOpenAI
    doors = {"sync": "/_s/{}/v1", "async": "/_s/{}/v1/acc/gw/openai"}
    session = f"{request.param}-{request.node.originalname}"
    base = gateway.url + doors[request.param].format(session)
    both = Both(kind(base_url=base, api_key="sk-any", max_retries=0))
    yield both
    await both.close()


def strictly(kind: Any, value: Any) -> None:
    """Raise ValidationError when the value is not of the package's type as it stands."""
    TypeAdapter(kind).validate_python(value, strict=True)


async def test_responses_are_retrieved_listed_counted_compacted_and_deleted(client: Both) -> None:
    first = await client.ask("responses.create", model=PRO, input="Name a lake.")
    again: Any = {"model": PRO, "input": LAKE, "previous_response_id": first.id}
    counted = await client.body("responses.input_tokens.count", **again)
    strictly(InputTokenCountResponse, counted)
    second = await client.ask("responses.create", **again)
    assert second.usage.input_tokens == counted["input_tokens"]
    strictly(Response, await client.body("responses.retrieve", second.id))
    items = await client.every("responses.input_items.list", second.id, limit=2, order="asc")
    assert [one.type for one in items] == ["message", "reasoning", "message", "message"]
    page = await client.body("responses.input_items.list", second.id)
    strictly(list[ResponseItem], page["data"])
    compacted = await client.ask("responses.compact", **again)
    assert (compacted.object, compacted.output[-1].type) == ("response.compaction", "compaction")
    strictly(ResponseUsage, (await client.body("responses.compact", **again))["usage"])
    assert await client.ask("responses.delete", first.id) is None
    with pytest.raises(openai.NotFoundError, match="Response with id"):
        await client.ask("responses.retrieve", first.id)
    with pytest.raises(openai.BadRequestError) as refused:
        await client.ask("responses.create", **again)
    assert refused.value.code == "previous_response_not_found"
    with pytest.raises(openai.BadRequestError, match="Cannot cancel a synchronous response"):
        await client.ask("responses.cancel", second.id)


async def test_conversations_are_made_changed_gone_on_with_and_deleted(client: Both) -> None:
    made = await client.ask("conversations.create", items=LAKE, metadata={"topic": "lakes"})
    strictly(Conversation, await client.body("conversations.retrieve", made.id))
    changed = await client.ask("conversations.update", made.id, metadata={"topic": "seas"})
    assert (changed.id, changed.metadata) == (made.id, {"topic": "seas"})
    for number in range(3):
        turn: Any = {"model": PRO, "input": f"And {number}?", "conversation": made.id}
        told = await client.ask("responses.create", **turn)
        assert told.conversation.id == made.id
    items = await client.every("conversations.items.list", made.id, limit=4, order="asc")
    assert (len(items), items[-1].id) == (1 + 3 * 3, told.output[-1].id)
    strictly(ConversationItemList, await client.body("conversations.items.list", made.id))
    await client.ask("conversations.delete", made.id)


async def test_items_of_a_conversation_have_the_official_types(client: Both) -> None:
    made = await client.ask("conversations.create")
    parts: Any = [
        {"type": "input_text", "text": "See"},
        {"type": "input_image", "image_url": "https://example.com/a.png"},
        {"type": "input_file", "file_id": "file_1"},
    ]
    given: Any = [
        {"role": "user", "content": parts},
        {"role": "assistant", "content": "I see."},
        {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "call_1", "output": "4"},
        {"type": "custom_tool_call", "call_id": "call_2", "name": "g", "input": "x"},
        {"type": "custom_tool_call_output", "call_id": "call_2", "output": "y"},
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm."}]},
    ]
    added = await client.body("conversations.items.create", made.id, items=given)
    strictly(ConversationItemList, added)
    for item in added["data"]:
        found = await client.body(
            "conversations.items.retrieve", item["id"], conversation_id=made.id
        )
        strictly(ConversationItem, found)
    name = added["data"][0]["id"]
    left = await client.ask("conversations.items.delete", name, conversation_id=made.id)
    assert left.id == made.id
    with pytest.raises(openai.NotFoundError, match="not found in conversation"):
        await client.ask("conversations.items.retrieve", name, conversation_id=made.id)
    deleted = await client.body("conversations.delete", made.id)
    strictly(ConversationDeletedResource, deleted)
    with pytest.raises(openai.NotFoundError, match="Conversation with id"):
        await client.ask("conversations.retrieve", made.id)


async def test_completions_are_stored_listed_changed_and_deleted(client: Both) -> None:
    ask: Any = {"model": CHAT, "messages": LAKE, "store": True}
    made = [
        await client.ask("chat.completions.create", **ask, metadata={"n": str(number % 2)})
        for number in range(5)
    ]
    listed = await client.every("chat.completions.list", limit=2)
    assert [one.id for one in listed] == [one.id for one in made]
    odd = await client.every("chat.completions.list", metadata={"n": "1"}, model=CHAT, order="desc")
    assert [one.id for one in odd] == [made[3].id, made[1].id]
    strictly(ChatCompletion, await client.body("chat.completions.retrieve", made[0].id))
    changed = await client.ask("chat.completions.update", made[0].id, metadata={"n": "9"})
    assert changed.metadata == {"n": "9"}
    messages = await client.body("chat.completions.messages.list", made[0].id)
    assert [one["content"] for one in messages["data"]] == ["Name a lake."]
    # The package types what users said as what a model says.
    told = [{**one, "role": "assistant", "refusal": None} for one in messages["data"]]
    strictly(list[ChatCompletionStoreMessage], told)
    strictly(ChatCompletionDeleted, await client.body("chat.completions.delete", made[0].id))
    with pytest.raises(openai.NotFoundError):
        await client.ask("chat.completions.retrieve", made[0].id)


async def test_models_are_listed_and_retrieved(client: Both) -> None:
    names = {one.id for one in await client.every("models.list")}
    assert {PRO, CHAT} <= names
    strictly(Model, await client.body("models.retrieve", PRO))
    with pytest.raises(openai.NotFoundError) as refused:
        await client.ask("models.retrieve", "claude")
    assert refused.value.code == "model_not_found"
