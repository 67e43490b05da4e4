"""What can be wrong with an answer: every fault once, with what it takes and where it fits."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec

from mockgw.faults import breaking, dressing, mangling
from mockgw.faults.going import FOR_EVER, Going

_LONGEST = 100_000_000


class Argument(msgspec.Struct, frozen=True):
    """A value behind a fault's name: what it is when nobody says, and its bounds.

    `kind` is `count`, `seconds`, `how` (`close` or `reset`) or `text`.
    """

    kind: Literal["count", "seconds", "how", "text"]
    default: Any
    least: float = 0
    most: float = _LONGEST


class Kind(msgspec.Struct, frozen=True):
    """A fault: what it makes of an answer, and what it takes.

    `fits` says which answers can have it: `any`, a `stream`, or the stream of a `chat`. `unheard`
    says that the request counts as one that nobody heard.

    `apply` is also asked about beginnings of a stream that is still to grow: parts in front that
    it makes of one beginning and of the next longer one alike must be those that it makes of all.
    """

    apply: Callable[..., Going]
    takes: Mapping[str, Argument] = msgspec.field(default_factory=dict)
    fits: Literal["any", "stream", "chat"] = "any"
    unheard: bool = False


_HOW = Argument("how", "close")
_EVENT = {"event": Argument("count", 1, 1)}
KINDS: Mapping[str, Kind] = {
    "refused": Kind(breaking.refused, unheard=True),
    "reset": Kind(breaking.reset),
    "reset_after_headers": Kind(breaking.reset_after_headers),
    "slow_headers": Kind(breaking.slow_headers, {"seconds": Argument("seconds", 5.0)}),
    "stall": Kind(
        breaking.stall,
        {"events": Argument("count", 1), "seconds": Argument("seconds", FOR_EVER, 0, FOR_EVER)},
    ),
    "cut_after_events": Kind(
        breaking.cut_after_events, {"events": Argument("count", 1), "how": _HOW}
    ),
    "cut_after_bytes": Kind(
        breaking.cut_after_bytes, {"count": Argument("count", 100), "how": _HOW}
    ),
    "cut_in_character": Kind(breaking.cut_in_character, {"how": _HOW}),
    "cut_in_frame": Kind(breaking.cut_in_frame, {**_EVENT, "how": _HOW}),
    "split": Kind(breaking.split, {"count": Argument("count", 1, 1)}),
    "duplicate_event": Kind(mangling.duplicate_event, _EVENT, "stream"),
    "reorder_events": Kind(mangling.reorder_events, _EVENT, "stream"),
    "malformed_event": Kind(mangling.malformed_event, _EVENT, "stream"),
    "no_done": Kind(mangling.no_done, {}, "chat"),
    "no_terminal": Kind(mangling.no_terminal, {}, "stream"),
    "event_after_terminal": Kind(mangling.event_after_terminal, {}, "stream"),
    "giant_event": Kind(mangling.giant_event, {"count": Argument("count", 1_000_000, 1)}, "stream"),
    "comments": Kind(mangling.comments, {}, "stream"),
    "crlf": Kind(mangling.crlf, {}, "stream"),
    "wrong_content_type": Kind(
        dressing.wrong_content_type, {"kind": Argument("text", "text/html")}
    ),
    "gzip": Kind(dressing.gzip),
    "gzip_unannounced": Kind(dressing.gzip_unannounced),
    "http_1_0": Kind(dressing.http_1_0),
    "error_200": Kind(dressing.error_200),
    "edge_page": Kind(dressing.edge_page, {"status": Argument("count", 502, 500, 599)}),
}
