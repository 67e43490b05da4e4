"""The Responses API."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice

from mockgw.apis.responses import (
    building,
    collecting,
    prompt,
    reading,
    refusals,
    running,
    streaming,
    usage,
)
from mockgw.apis.responses.request import REQUEST
from mockgw.apis.responses.resolving import resolved
from mockgw.context import Context
from mockgw.digits import Digits
from mockgw.draft import Ask, Draft
from mockgw.model import Call, Json
from mockgw.ports import Birth, Operation, Padding
from mockgw.state.past import named


class Responses:
    """`/responses`: one answer of several items, stored unless the caller says otherwise."""

    name = "responses"
    creates = "responses.create"
    operations: tuple[Operation, ...] = (
        Operation("responses.create", "POST", "/responses"),
        Operation("responses.input_tokens", "POST", "/responses/input_tokens"),
        Operation("responses.compact", "POST", "/responses/compact"),
        Operation("responses.retrieve", "GET", "/responses/{id}"),
        Operation("responses.delete", "DELETE", "/responses/{id}"),
        Operation("responses.cancel", "POST", "/responses/{id}/cancel"),
        Operation("responses.input_items", "GET", "/responses/{id}/input_items"),
    )
    costs = usage.COSTS

    def request_schema(self) -> Json:
        """Return the JSON Schema of the body of `POST /responses`."""
        return REQUEST.schema()

    def check(self, call: Call, *, max_tokens_refused: bool) -> None:
        """Raise ApiError for what the real API would refuse; it never takes `max_tokens`."""
        refusals.check(call)

    def choices(self, call: Call) -> int:
        """Return 1: the API has no `n`."""
        return 1

    def ask(self, call: Call, before: Context) -> Ask:
        """Return what the call wants of its answer."""
        told = resolved(call, before)
        return replace(reading.ask(told, before), compacts=usage.compacts(told, before))

    def answer(self, call: Call, before: Context, drafts: tuple[Draft, ...], birth: Birth) -> Json:
        """Return the Response object that says what the draft says."""
        told = resolved(call, before)
        conversation = named(call.body.get("conversation"))
        own = Birth(_turn(birth.digits, before), birth.at) if conversation else birth
        made = building.answer(told, before, drafts[0], own)
        return _inside(made, conversation) if conversation else made

    def prompt(self, call: Call, before: Context) -> list[int]:
        """Return the prompt as tokens in their order."""
        return prompt.prompt(resolved(call, before), before)

    def recount(self, answer: Json, counts: Mapping[str, int]) -> Json:
        """Return the response with these counts in its usage, where it has one."""
        if answer["usage"] is None:
            return answer
        return {**answer, "usage": usage.recounted(answer["usage"], counts)}

    def events(self, answer: Json, call: Call, padding: Padding | None) -> Iterator[bytes]:
        """Yield the typed events of the response; of one that is retrieved, those not yet seen.

        Events that are told again carry no obfuscation.
        """
        if call.operation == self.creates:
            return streaming.events(answer, padding)
        return islice(streaming.events(answer, None), running.seen(call) + 1, None)

    def collect(self, stream: bytes) -> Json:
        """Return the Response object that the last event carries."""
        return collecting.collect(stream)


def _turn(digits: Digits, before: Context) -> Digits:
    """Return digits for one turn of a conversation, whose calls may all be equal.

    The count of repetitions does not tell them apart: it begins anew when the process does.
    """
    return Digits(digits.take(32), *(str(item.get("id")) for item in before.items[-1:]))


def _inside(answer: Json, conversation: str) -> Json:
    """Return the response with the conversation that it belongs to, where the key has its place."""
    told: Json = {}
    for name, value in answer.items():
        if name == "error":
            told["conversation"] = {"id": conversation}
        told[name] = value
    return told
