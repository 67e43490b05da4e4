"""The Responses API."""

from collections.abc import Iterator, Mapping

from mockgw.apis.responses import building, collecting, reading, refusals, streaming, usage
from mockgw.apis.responses.request import REQUEST
from mockgw.context import Context
from mockgw.draft import Ask, Draft
from mockgw.model import Call, Json
from mockgw.ports import Birth, Operation, Padding


class Responses:
    """`/responses`: one answer of several items, stored unless the caller says otherwise."""

    name = "responses"
    creates = "responses.create"
    operations: tuple[Operation, ...] = (
        Operation("responses.create", "POST", "/responses"),
        Operation("responses.retrieve", "GET", "/responses/{id}"),
        Operation("responses.delete", "DELETE", "/responses/{id}"),
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
        return reading.ask(call, before)

    def answer(self, call: Call, before: Context, drafts: tuple[Draft, ...], birth: Birth) -> Json:
        """Return the Response object that says what the draft says."""
        return building.answer(call, before, drafts[0], birth.digits, birth.at)

    def recount(self, answer: Json, counts: Mapping[str, int]) -> Json:
        """Return the response with these counts in its usage."""
        return {**answer, "usage": usage.recounted(answer["usage"], counts)}

    def events(self, answer: Json, call: Call, padding: Padding | None) -> Iterator[bytes]:
        """Yield the typed events of the response."""
        return streaming.events(answer, padding)

    def collect(self, stream: bytes) -> Json:
        """Return the Response object that the last event carries."""
        return collecting.collect(stream)
