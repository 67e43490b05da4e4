"""OpenAI's language: Responses in lanes, of each of which the connection knows the newest."""

from collections.abc import Iterable
from functools import partial

from msgspec import structs

from mockgw.errors import ApiError
from mockgw.faults.going import Going
from mockgw.model import Raw, Wire
from mockgw.pipeline import Road
from mockgw.sockets.order import CREATE, Order, failed, order, refused, unsteered
from mockgw.sockets.talk import Answering, Voice, streams, travel
from mockgw.state.newest import Newest

_MOST_KNOWN = 1000
_REFUSED = 400
_OPEN_TOO_LONG = ApiError(
    400,
    "Responses websocket connection limit reached (60 minutes). Create a new websocket connection "
    "to continue.",
    code="websocket_connection_limit_reached",
)


class Responses:
    """Takes orders for responses; `opened` is the request that opened the connection.

    Orders with the same `stream_id` are a lane, and so are those without one.
    """

    longest = 3600.0
    protocol = ""

    def __init__(self, road: Road, opened: Raw) -> None:
        self._road = road
        self._opened = opened
        self._newest = Newest()
        # The newest responses, each with the lane that it is in.
        self._known: dict[str, str] = {}

    def take(self, text: str) -> tuple[str, Answering]:
        """Return an order's lane, and its answer; a refusal of what is none, or comes too late."""
        try:
            asked = order(text)
        except ApiError as error:
            return "", partial(self._refused, text, error)
        if asked.kind == CREATE:
            return asked.lane, lambda: (self._made(asked), _Events(asked))
        # What is to steer a response waits for its end, in the lane of the response.
        lane = self._known.get(asked.steers, "")
        return lane, lambda: unsteered(asked, known=asked.steers in self._known)

    def _refused(self, text: str, error: ApiError) -> tuple[Wire, Voice]:
        body = text.encode("utf-8", "replace")
        raw = structs.replace(self._opened, method="POST", body=body)
        return self._road.refuse(raw, error), _Events(Order("", {}))

    def farewell(self) -> bytes:
        """Return the error that says that the hour is over."""
        return refused(_OPEN_TOO_LONG)

    def _made(self, asked: Order) -> Wire:
        """Return the answer to one order; what fails to continue a lane's newest forgets it."""
        self._newest.turn(asked.lane, warms=asked.warms)
        told = travel(self._road, asked.raw(self._opened, self._newest))
        if told.status >= _REFUSED:
            self._newest.forget(str(asked.body.get("previous_response_id")))
            return told
        self._known[self._newest.identifier] = asked.lane
        if len(self._known) > _MOST_KNOWN:
            del self._known[next(iter(self._known))]
        return told


class _Events:
    """Tells a response as the events of its stream, and a refusal as an event of its own."""

    def __init__(self, asked: Order) -> None:
        self._asked = asked

    def begins(self, answer: Going) -> Iterable[bytes]:
        return ()

    def says(self, event: bytes) -> bytes:
        return self._asked.tagged(event)

    def ends(self, answer: Going, heard: bytes) -> Iterable[bytes]:
        return () if streams(answer) else (self._asked.tagged(failed(answer.status, heard)),)
