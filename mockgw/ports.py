"""The seams: what a door, an API, a responder and a clock must be able to do."""

from asyncio import Future
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

import msgspec

from mockgw.context import Context
from mockgw.digits import Digits
from mockgw.draft import Ask, Costs, Draft
from mockgw.errors import ApiError
from mockgw.model import Call, Forward, Json, Raw, Reply

Padding = Callable[[int], str]
_WITH_BODY = frozenset({"PATCH", "POST", "PUT"})


class Clock(Protocol):
    """Where time comes from."""

    def now(self) -> float:
        """Return the present moment in unix seconds."""
        ...


class Sleeper(Protocol):
    """Who waits for a moment."""

    def wake(self, now: float) -> None:
        """Do what is due: the moment has come, and it is `now`."""
        ...

    def rest(self, now: float) -> None:
        """Do what can wait until all who were woken together have done what is due."""
        ...

    def done(self) -> bool:
        """Tell whether it waits no more."""
        ...


class Timer(Protocol):
    """How time passes while an answer is written."""

    def now(self) -> float:
        """Return the present moment, in seconds from a moment of the timer's own."""
        ...

    def ago(self, seconds: float) -> float:
        """Return the moment that lies so many seconds of the machine back.

        For a time that stands it is the present one: the machine's own work takes none of it.
        """
        ...

    def at(self, moment: float) -> "Future[None]":
        """Return what is done once the moment has come; infinity never comes."""
        ...

    def wakes(self, sleeper: Sleeper, moment: float) -> None:
        """Wake somebody from the running loop once the moment has come, never from this call."""
        ...


class MovedTime(Timer, Protocol):
    """A time that stands until it is moved on."""

    def advance(self, seconds: float) -> float:
        """Move on, wake whoever waited for that, and return the new moment."""
        ...

    def next(self) -> float | None:
        """Return the moment that somebody waits for first, None when nobody waits."""
        ...


class Operation(msgspec.Struct, frozen=True):
    """One thing an API can do: its name, its method and its path below the API's base.

    `optional` says that its body, where it has one, may be left out.
    """

    name: str
    method: str
    path: str
    optional: bool = False

    @property
    def body(self) -> bool:
        """Whether a body is read."""
        return self.method in _WITH_BODY and not self.path.endswith("/cancel")


class Api(Protocol):
    """One of the provider's APIs: what it takes, refuses, says and streams."""

    name: str
    operations: tuple[Operation, ...]
    creates: str
    costs: Costs

    def request_schema(self) -> Json:
        """Return the JSON Schema of the body that creates something."""
        ...

    def check(self, call: Call, *, max_tokens_refused: bool) -> None:
        """Raise ApiError for what the real API would refuse."""
        ...

    def choices(self, call: Call) -> int:
        """Return how many answers the call wants at once."""
        ...

    def ask(self, call: Call, before: Context) -> Ask:
        """Return what the call wants of its answer."""
        ...

    def answer(
        self, call: Call, before: Context, drafts: tuple[Draft, ...], birth: "Birth"
    ) -> Json:
        """Return the provider's object that says what the drafts say."""
        ...

    def prompt(self, call: Call, before: Context) -> list[int]:
        """Return the prompt as tokens in their order, for what a cache knows of its beginning."""
        ...

    def recount(self, answer: Json, counts: Mapping[str, int]) -> Json:
        """Return the object with `input`, `output`, `reasoning` and `cached` tokens as given."""
        ...

    def events(self, answer: Json, call: Call, padding: Padding | None) -> Iterator[bytes]:
        """Yield the stream that would have brought the object, one event per item."""
        ...

    def collect(self, stream: bytes) -> Json:
        """Return the object that a recorded stream brought."""
        ...


class Birth(msgspec.Struct):
    """What makes an answer's ids: digits of its own, and its first moment in unix seconds.

    Whoever makes an answer of it leaves in `again` what gives the ids that another birth in the
    same second would have, always in the same order; None where more than ids depends on it.
    """

    digits: Digits
    at: float
    again: Callable[[Digits, float], list[str] | None] = lambda digits, at: None  # noqa: ARG005


class Claim(msgspec.Struct, frozen=True):
    """A path that a door knows as its own.

    `path` is what is left for the provider's API (`/responses`), "" when the body decides;
    `params` are names in the path: account, gateway, model. `creates` says that nothing else is
    done there than create answers; `own` are operations of the door itself, in place of the API's.
    """

    path: str
    params: Mapping[str, str] = msgspec.field(default_factory=dict)
    creates: bool = False
    own: tuple[Operation, ...] = ()


class Peeled(msgspec.Struct, frozen=True):
    """A request without its door: the provider's body, the model's name and the gateway options."""

    body: Json
    model: str
    options: Mapping[str, Any] = msgspec.field(default_factory=dict)


class Door(Protocol):
    """One way in: takes its wrapping off a request and puts it around an answer.

    `error_forms` are the forms of an error that its callers may see: `openai`, `gateway`, `rest`.
    """

    name: str
    run_path: bool
    stream_type: str
    error_forms: frozenset[str]

    def claim(self, segments: list[str]) -> Claim | None:
        """Return what the path asks of this door, or None when it is another door's.

        `segments` are the path's parts, still percent-encoded. Raises ApiError for a path that is
        this door's and leads nowhere.
        """
        ...

    def key(self, raw: Raw) -> str | None:
        """Return the key that the caller shows, or None when a key is not asked of it."""
        ...

    def peel(self, raw: Raw, claim: Claim, body: Json) -> Peeled:
        """Return what the request says, without the door."""
        ...

    def dress(self, answer: Json, call: Call) -> Json:
        """Return the object with what this door adds to a JSON body."""
        ...

    def envelope(self, body: bytes) -> bytes:
        """Return the bytes of a JSON answer with this door's envelope around them."""
        ...

    def refuse(self, error: ApiError, model: str, trace: str) -> tuple[int, bytes]:
        """Return status and body that say the error in this door's form."""
        ...

    def headers(self, trace: str, at: float) -> tuple[tuple[str, str], ...]:
        """Return the headers of every answer through this door; `trace` is 32 hex digits."""
        ...


class Responder(Protocol):
    """Somebody who may answer a call.

    One whose class has a set `answers` answers the operations in it and no others.
    """

    def respond(self, call: Call) -> Reply | Forward | None:
        """Return an answer, the wish to ask the upstream, or None to let the next responder try.

        Raises ApiError to refuse the call for good.
        """
        ...
