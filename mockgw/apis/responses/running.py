"""A response of the background before its end: what it shows, and when its events come."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from mockgw.apis import paging
from mockgw.apis.responses import streaming
from mockgw.apis.responses.event import Events
from mockgw.canonical import encode
from mockgw.model import Call, Json
from mockgw.state import RESPONSE, Record, Store
from mockgw.state.run import IN_PROGRESS, OVER, QUEUED, Run, run_of

_IN_PROGRESS = b"event: response.in_progress\n"
_LAST = (
    b"event: response.completed\n",
    b"event: response.incomplete\n",
    b"event: response.failed\n",
)


def shown(response: Json, status: str) -> Json:
    """Return the response as it is shown with that status; `over` is the response itself."""
    return response if status == OVER else streaming.begun(response, status)


def length(response: Json) -> float:
    """Return the seconds that the response says it took."""
    ended, begun = response.get("completed_at"), response.get("created_at")
    if isinstance(ended, int | float) and isinstance(begun, int | float):
        return max(float(ended - begun), 0.0)
    # One that was not completed does not say.
    return 1.0


def moments(events: Sequence[bytes], response: Json, run: Run) -> Iterator[float]:
    """Yield when each event of the whole stream comes, in seconds after the run began.

    What is queued is silent, then the model thinks for as long as its reasoning's share of the
    tokens is, and the deltas come evenly in what is left.
    """
    usage = response.get("usage") or {}
    thought = (usage.get("output_tokens_details") or {}).get("reasoning_tokens") or 0
    share = thought / usage["output_tokens"] if usage.get("output_tokens") else 0.0
    deltas = sum(_is_delta(event) for event in events)
    step = run.running * (1 - share) / deltas if deltas else 0.0
    moment, thinking = 0.0, run.running * share
    for event in events:
        if event.startswith(_IN_PROGRESS):
            moment = run.queued
        elif _is_delta(event):
            moment, thinking = moment + thinking + step, 0.0
        elif event.startswith(_LAST):
            moment = run.queued + run.running
        yield moment


def _is_delta(event: bytes) -> bool:
    return event.startswith(b".delta\n", event.find(b"\n") - 6)


def seen(call: Call) -> int:
    """Return the number of the last event that the caller of a stream has seen, -1 for none."""
    if call.operation == "responses.create":
        return -1
    return int(paging.last(call.query, "starting_after") or -1)


def until(
    events: Iterable[bytes], replaced: Callable[[], Json | None], first: int
) -> Iterator[bytes]:
    """Yield the events until another response takes the place of theirs, and then its end.

    `first` is the number of the first of them.
    """
    for number, event in enumerate(events, first):
        other = replaced()
        if other is not None:
            yield Events(None, number).whole("response.failed", encode(other))
            return
        yield event


def replaced(store: Store, session: str, identifier: str) -> Json | None:
    """Return the response if it was cancelled, else None."""
    response: Json = (store.get(session, RESPONSE, identifier) or {}).get("response") or {}
    return response if response.get("status") == "cancelled" else None


def kept(store: Store, call: Call, answer: Json, run: Json) -> None:
    """Note of a response that was just stored that it runs."""
    _put(store, call, answer, {"run": run})


def looked(store: Store, call: Call, answer: Json) -> None:
    """Take note of what a look at a response showed, where each look takes it on."""
    if not answer.get("background"):
        return
    run = run_of(store.get(call.session, RESPONSE, str(answer.get("id"))) or {})
    if run is None or run.at is not None or run.shown == OVER:
        return
    status = str(answer.get("status"))
    run = Run(
        None, shown=status if status in {QUEUED, IN_PROGRESS} else OVER, streamed=run.streamed
    )
    _put(store, call, answer, {"run": run.value})


def _put(store: Store, call: Call, answer: Json, told: Json) -> None:
    identifier = str(answer.get("id"))
    value = store.get(call.session, RESPONSE, identifier)
    if value is not None:
        parent = str(answer.get("previous_response_id") or "")
        store.put(call.session, Record(RESPONSE, identifier, {**value, **told}, parent))
