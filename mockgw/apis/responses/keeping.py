"""What the calls of the Responses API leave behind, whoever answered them."""

from collections.abc import Callable, Mapping

from mockgw.apis.responses import reading
from mockgw.apis.responses.filing import filed
from mockgw.apis.responses.resolving import resolved
from mockgw.apis.responses.running import looked
from mockgw.context import EMPTY, Context
from mockgw.digits import Digits
from mockgw.errors import ApiError
from mockgw.ids import Ids, partition_of
from mockgw.model import Call, Json
from mockgw.state import CONVERSATION, ITEM, RESPONSE, Record, Store, context
from mockgw.state.newest import Newest
from mockgw.state.past import lineage, named, references
from mockgw.state.record import within
from mockgw.state.run import OVER, Run, run_of

Keep = Callable[[Store, Call, Json], None]


def created(store: Store, call: Call, answer: Json) -> None:
    """Keep a response unless `store` is off, and append its turn to its conversation."""
    identifier, output = answer.get("id"), answer.get("output") or []
    told, asked = answer.get("conversation"), call.body.get("conversation")
    place = named(told) or named(asked) if told or asked else ""
    if isinstance(identifier, str) and call.newest is not None:
        _remember(call.newest, store, call, answer)
    # What runs in the background has to be asked for again, stored or not.
    stays = answer.get("store") or answer.get("background")
    if not isinstance(identifier, str) or not (stays or place):
        return
    before = _before(store, call) if place or any(references(call.body)) else EMPTY
    if not place:
        parent = str(call.body.get("previous_response_id") or "")
        made = Record(RESPONSE, identifier, lambda: _value(call, before, answer), parent)
        store.put(call.session, made)
        return
    value = _value(call, before, answer)
    value["found"] = [str(item.get("id")) for item in before.items]
    turn = _turn(store, call, answer, place, [*value["said"], *output])
    if answer.get("background"):
        # So that the conversation knows what may still be under way in it.
        turn = [_made(record, identifier) for record in turn]
    kept = [Record(RESPONSE, identifier, value)] if stays else []
    store.put(call.session, *kept, *turn)


def _remember(newest: Newest, store: Store, call: Call, answer: Json) -> None:
    """Have the connection remember the response, stored or not, until its next one."""
    previous = str(call.body.get("previous_response_id") or "")
    line = lineage(store, call.session, previous, newest) if previous else []
    newest.keep([*line, _value(call, _before(store, call), answer)])


def _before(store: Store, call: Call) -> Context:
    try:
        return context(store, call.session, call.body, call.newest)
    except ApiError:
        # A recorded answer may continue one that was never recorded.
        return EMPTY


def _value(call: Call, before: Context, answer: Json) -> Json:
    said = _said(call, before, answer, str(answer["id"]))
    return {"response": answer, "said": said, "reasoning": _costs(answer)}


def _said(call: Call, before: Context, answer: Json, identifier: str) -> list[Json]:
    at = answer.get("created_at")
    moment = float(at) if isinstance(at, int | float) else 0.0
    ids = Ids(Digits(identifier), moment, stored=True, partition=partition_of(identifier))
    return list(filed(reading.items(resolved(call, before).body), ids))


def _costs(answer: Json) -> dict[str, int]:
    """Return the tokens of the answer's reasoning items by their ids."""
    usage = answer.get("usage") or {}
    thought = (usage.get("output_tokens_details") or {}).get("reasoning_tokens") or 0
    output = answer.get("output") or []
    thinking = [str(item.get("id")) for item in output if item.get("type") == "reasoning"]
    return {name: thought // len(thinking) for name in thinking}


def _turn(store: Store, call: Call, answer: Json, place: str, items: list[Json]) -> list[Record]:
    """Return the records of a conversation's turn; one that was never made here begins with it."""
    records = []
    if store.get(call.session, CONVERSATION, place) is None:
        made = {"id": place, "object": "conversation", "created_at": answer.get("created_at")}
        records.append(Record(CONVERSATION, place, {**made, "metadata": {}}))
    return [*records, *inside(place, items, _costs(answer))]


def _made(record: Record, response: str) -> Record:
    if record.kind != ITEM:
        return record
    value = {**record.value, "made": response}
    return Record(ITEM, record.identifier, value, record.parent)


def inside(place: str, items: list[Json], costs: Mapping[str, int]) -> list[Record]:
    """Return the items as records of the conversation `place`."""
    return [
        Record(
            ITEM,
            within(place, str(item.get("id"))),
            {"item": item, "cost": costs.get(str(item.get("id")), 0)},
            place,
        )
        for item in items
    ]


def changed(store: Store, call: Call, answer: Json) -> None:
    """Keep what a cancelled response has become."""
    identifier = str(answer.get("id"))
    for value in store.lineage(call.session, identifier)[-1:]:
        parent = str(answer.get("previous_response_id") or "")
        told = {**value, "response": answer, "run": _ended(run_of(value))}
        record = Record(RESPONSE, identifier, told, parent)
        store.put(call.session, record)


def _ended(run: Run | None) -> Json | None:
    # Whether it was made as a stream still counts: only then can it be streamed again.
    return None if run is None else Run(None, shown=OVER, streamed=run.streamed).value


def deleted(store: Store, call: Call, answer: Json) -> None:
    """Forget the response."""
    if answer.get("deleted"):
        store.delete(call.session, RESPONSE, call.params.get("id", ""))


KEEPS: Mapping[str, Keep] = {
    "responses.create": created,
    "responses.cancel": changed,
    "responses.delete": deleted,
    "responses.retrieve": looked,
}
