"""What the command line says about the requests that came in."""

from collections.abc import Iterable, Mapping

import rich_click as click

from mockgw.model import Entry

_CLIENT_ERROR = 400
_KINDS = ("replayed", "synthesized", "passed_on", "scripted", "refused", "misses")


def line(entry: Entry) -> str:
    """Return one line for the request, and the full text of a miss below it."""
    words = (entry.method, entry.path, entry.model, str(entry.status), *_origin(entry))
    shown = " ".join(word for word in words if word)
    shown = click.style(shown, fg=None if entry.status < _CLIENT_ERROR else "red")
    return "\n".join([shown, *_details(entry)])


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
    if rest:
        parts.append(f"{rest} from state")
    if counts["refused"]:
        parts.append(f"{counts['refused']} refused")
    parts.append(f"{counts['misses']} missed")
    return f"{requests} request{'' if requests == 1 else 's'}: {', '.join(parts)}"


def _origin(entry: Entry) -> tuple[str, ...]:
    return (entry.source, entry.match, entry.where)


def _details(entry: Entry) -> list[str]:
    notes = [f"  note: {note}" for note in entry.notes]
    return notes + [f"  {text}" for text in entry.error.splitlines()]
