"""The Chat Completions API."""

from collections.abc import Iterator, Mapping

from mockgw.apis.chat import building, collecting, prompt, reading, refusals, streaming, usage
from mockgw.apis.chat.request import REQUEST
from mockgw.context import Context
from mockgw.draft import Ask, Draft
from mockgw.model import Call, Json
from mockgw.ports import Birth, Operation, Padding


class Chat:
    """`/chat/completions`: one message per choice."""

    name = "chat"
    creates = "chat.create"
    operations: tuple[Operation, ...] = (
        Operation("chat.create", "POST", "/chat/completions"),
        Operation("chat.list", "GET", "/chat/completions"),
        Operation("chat.retrieve", "GET", "/chat/completions/{id}"),
        Operation("chat.update", "POST", "/chat/completions/{id}"),
        Operation("chat.delete", "DELETE", "/chat/completions/{id}"),
        Operation("chat.messages", "GET", "/chat/completions/{id}/messages"),
    )
    costs = usage.COSTS

    def request_schema(self) -> Json:
        """Return the JSON Schema of the body of `POST /chat/completions`."""
        return REQUEST.schema()

    def check(self, call: Call, *, max_tokens_refused: bool) -> None:
        """Raise ApiError for what the real API would refuse."""
        refusals.check(call, max_tokens_refused=max_tokens_refused)

    def choices(self, call: Call) -> int:
        """Return `n`, 1 when it is left out."""
        return int(call.body.get("n") or 1)

    def ask(self, call: Call, before: Context) -> Ask:
        """Return what the call wants of its answer; nothing comes before a chat call."""
        return reading.ask(call)

    def answer(self, call: Call, before: Context, drafts: tuple[Draft, ...], birth: Birth) -> Json:
        """Return the chat.completion that says what the drafts say, one choice each."""
        return building.answer(call, drafts, birth)

    def prompt(self, call: Call, before: Context) -> list[int]:
        """Return the prompt as tokens in their order."""
        return prompt.prompt(call)

    def recount(self, answer: Json, counts: Mapping[str, int]) -> Json:
        """Return the completion with these counts in its usage."""
        return {**answer, "usage": usage.recounted(answer["usage"], counts)}

    def events(self, answer: Json, call: Call, padding: Padding | None) -> Iterator[bytes]:
        """Yield the chunks of the completion, the usage chunk when the call asked for it."""
        options = call.body.get("stream_options")
        asked = isinstance(options, dict) and options.get("include_usage") is True
        return streaming.events(answer, padding, with_usage=asked)

    def collect(self, stream: bytes) -> Json:
        """Return the completion that the chunks add up to."""
        return collecting.collect(stream)
