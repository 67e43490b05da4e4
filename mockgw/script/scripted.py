"""One answer that waits for its call."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from mockgw.draft import Draft
from mockgw.errors import ApiError
from mockgw.faults.fault import Fault
from mockgw.model import Json, Timing
from mockgw.pace.pace import Pace


class Scripted(msgspec.Struct, frozen=True):
    """One answer that waits for its call.

    Exactly one of `drafts`, `body`, `error` and `make` is set: an answer by its meaning, an exact
    object, a refusal, or a function of the call that gives one of these. A single draft is what
    every choice of the answer says; several are a choice each. `usage` overrides the counts;
    `timing` and `paces` say when it comes, `fault` what goes wrong with it on its way; `where` is
    the place that queued it, for people.
    """

    drafts: tuple[Draft, ...] = ()
    body: Json | None = None
    error: ApiError | None = None
    make: Callable[[Any], Any] | None = None
    usage: Mapping[str, int] = msgspec.field(default_factory=dict)
    timing: Timing | None = None
    paces: tuple[Pace, ...] | None = None
    fault: Fault | None = None
    where: str = ""


def placed(scripted: Scripted, where: str) -> Scripted:
    """Return the answer with the place that queued it."""
    return replace(scripted, where=where)
