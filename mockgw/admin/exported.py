"""The journal as other tools read it: JSON lines, a HAR, a cassette."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Protocol

from mockgw import __version__
from mockgw.canonical import encode, pretty
from mockgw.cassette.archive import har
from mockgw.cassette.emitter import HEAD, item
from mockgw.cassette.interaction import Interaction
from mockgw.faults.kind import KINDS
from mockgw.model import Entry, Json

# Whose answer it would have been, door by door.
_HOSTS = {
    "openai": "https://api.openai.com",
    "gateway": "https://gateway.ai.cloudflare.com",
    "binding": "https://workers-binding.ai",
}
_REST = "https://api.cloudflare.com"
# What mockgw says for itself is nobody's answer.
_OWN = frozenset(
    "no_recording unfit_reply unsatisfiable_schema mockgw_defect failed_matcher no_upstream".split()
)
_SESSION = "/_s/"


class Redacts(Protocol):
    """Takes secrets out of exchanges, and looks once more for what is left."""

    def interaction(self, one: Interaction) -> Interaction:
        """Return the exchange as it may be kept."""
        ...

    def scan(self, data: bytes) -> list[Any]:
        """Return the secrets that are left in the bytes."""
        ...


def as_lines(told: Iterable[Json]) -> bytes:
    """Return one line of JSON for each entry."""
    return b"".join(encode(one) + b"\n" for one in told)


def as_har(entries: Iterable[Entry], redactor: Redacts) -> bytes:
    """Return the entries whose words are still held as a HAR, without their secrets."""
    found = ((one, exchange(one)) for one in entries)
    cleaned = (
        (redactor.interaction(told), max(one.course.ended - one.course.arrived, 0.0), _word(one))
        for one, told in found
        if told is not None
    )
    return pretty(har(cleaned, __version__)) + b"\n"


def as_cassette(entries: Iterable[Entry], redactor: Redacts) -> bytes:
    """Return the answers of the entries as a cassette, readable and without their secrets.

    Left out are answers of which mockgw says that there is none, those that were spoiled on their
    way, those whose words the journal holds no longer, and those in which redaction leaves a
    secret; a comment at the end counts them.
    """
    parts, left = [HEAD], 0
    for one in entries:
        told = exchange(one) if _worth(one) else None
        text = item(redactor.interaction(told)) if told is not None else ""
        if text and not redactor.scan(text.encode()):
            parts.append(text)
        else:
            left += 1
    if len(parts) == 1:
        parts[0] = HEAD.replace("interactions:\n", "interactions: []\n")
    if left:
        parts.append(f"# {left} left out: no answer, a spoiled one, or one that is not held.\n")
    return "".join(parts).encode()


def exchange(entry: Entry) -> Interaction | None:
    """Return what was said in a call, secrets still in it; None when it is no longer held."""
    spoken = entry.course.spoken
    if spoken is None:
        return None
    answered = spoken.answered if isinstance(spoken.answered, bytes) else spoken.answered()
    at = datetime.fromtimestamp(entry.at, UTC).isoformat(timespec="milliseconds")
    waited = round(1000 * (entry.waited or entry.course.delay))
    return Interaction(
        method=entry.method,
        uri=_uri(entry),
        request_headers={name.lower(): (one,) for name, one in spoken.asked_headers.items()},
        request_body=spoken.asked,
        status=entry.status,
        reason=_reason(entry.status),
        response_headers=dict(_several(spoken.headers)),
        response_body=answered,
        extra={"v": 1, "at": at, "ttfb_ms": waited},
    )


def _worth(entry: Entry) -> bool:
    spoiled = entry.course.status or entry.fault.partition(":")[0] in KINDS
    return bool(entry.operation) and entry.code not in _OWN and not spoiled


def _uri(entry: Entry) -> str:
    path = entry.path
    if path.startswith(_SESSION):
        path = "/" + path.removeprefix(_SESSION).partition("/")[2]
    host = _HOSTS.get(entry.door, _REST)
    return f"{host}{path}{'?' + entry.query if entry.query else ''}"


def _several(headers: Iterable[tuple[str, str]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    headers = tuple(headers)
    for name in dict.fromkeys(name for name, _ in headers):
        yield name, tuple(value for known, value in headers if known == name)


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _word(entry: Entry) -> str:
    told = [entry.source, entry.match, entry.fault and f"fault {entry.fault}"]
    return ", ".join(word for word in told if word)
