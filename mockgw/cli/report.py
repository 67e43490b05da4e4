"""What the command line says about the requests that came in."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import rich_click as click

from mockgw.model import Entry
from mockgw.redaction.address import owners
from mockgw.redaction.span import Edit, edited, merged

if TYPE_CHECKING:
    from mockgw.recorder.ledger import Ledger

_CLIENT_ERROR = 400
_CREDENTIALS = re.compile(r"//[^/@]*@")
_KINDS = ("replayed", "synthesized", "passed_on", "scripted", "templated", "refused", "misses")


def line(entry: Entry, clean: Callable[[str], str] = str) -> str:
    """Return one line for the request, and the full text of a miss below it.

    `clean` takes out the secrets that what was asked and what is told of it may hold.
    """
    words = (entry.method, path_of(entry), entry.model, str(entry.status), *_origin(entry))
    shown = clean(" ".join(word for word in words if word))
    shown = click.style(shown, fg=None if entry.status < _CLIENT_ERROR else "red")
    return "\n".join([shown, *(clean(told) for told in _details(entry))])


def path_of(entry: Entry) -> str:
    """Return the path that was asked for, without the account and the gateway in it."""
    return address_of(entry.path)


def address_of(address: str) -> str:
    """Return an address without the account, the gateway and the credentials in it."""
    plain = _CREDENTIALS.sub("//", address)
    return edited(
        plain, (Edit(one.start, one.end, one.kind.upper()) for one in merged(owners(plain)))
    )


def misses(entries: Iterable[Entry]) -> list[str]:
    """Return the text of every request that nothing answered, once each."""
    return list(dict.fromkeys(entry.error for entry in entries if missed(entry)))


def missed(entry: Entry) -> bool:
    """Return whether there was nothing to answer the request with."""
    return entry.source == "missing"


def summary(counts: Mapping[str, int]) -> str:
    """Return how many requests came and what became of them, in one line."""
    requests = counts["requests"]
    rest = requests - sum(counts.get(kind, 0) for kind in _KINDS)
    parts = [f"{counts['replayed']} replayed", f"{counts['synthesized']} synthesized"]
    if counts.get("passed_on"):
        parts.append(f"{counts['passed_on']} passed on")
    if counts.get("scripted"):
        parts.append(f"{counts['scripted']} scripted")
    if counts.get("templated"):
        parts.append(f"{counts['templated']} from templates")
    if rest:
        parts.append(f"{rest} from state")
    if counts["refused"]:
        parts.append(f"{counts['refused']} refused")
    parts.append(f"{counts['misses']} missed")
    return f"{requests} request{'' if requests == 1 else 's'}: {', '.join(parts)}"


def upstream(ledger: "Ledger | None") -> str:
    """Return what became of the upstream's answers in one line, "" when there were none."""
    told = ledger.line() if ledger is not None else ""
    return f"the upstream's answers: {told}" if told else ""


def _origin(entry: Entry) -> tuple[str, ...]:
    return (entry.source, entry.match, address_of(entry.where))


def _details(entry: Entry) -> list[str]:
    notes = [f"  note: {note}" for note in entry.notes]
    return notes + [f"  {text}" for text in entry.error.splitlines()]
