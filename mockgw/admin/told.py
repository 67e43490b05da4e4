"""`/_mockgw/journal`: what was asked, how it was answered, and how the answer went out."""

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from itertools import islice
from urllib.parse import parse_qs

from mockgw.admin import Paths
from mockgw.admin.asking import made
from mockgw.admin.exported import Redacts, as_cassette, as_har, as_lines
from mockgw.errors import MockgwError
from mockgw.journal import Journal
from mockgw.model import Entry, Json, Raw, Wire
from mockgw.phrase import nearest

_FIELDS = ("session", "source", "operation", "model", "door", "fault")
_KNOWN = (*_FIELDS, "status", "since", "limit", "format")
_FORMATS: Mapping[str, str] = {
    "json": "application/json",
    "jsonl": "application/jsonl",
    "har": "application/json",
    "cassette": "application/yaml",
}
_LENGTH_OF_STATUS = 3


def told(journal: Journal, clean: Callable[[Json], Json], redactor: Callable[[], Redacts]) -> Paths:
    """Return the path that tells the journal's entries, those that the query wants.

    `clean` takes the secrets out of an entry; each is cleaned once, when it is first asked for
    after it was answered. `redactor` gives what does the same to whole exchanges.
    """
    cleaned: dict[int, Json] = {}

    def cleanly(entry: Entry) -> Json:
        if entry.number in cleaned:
            return cleaned[entry.number]
        shown = clean(journal.told(entry))
        if entry.course.outcome:
            cleaned[entry.number] = shown
        return shown

    def tell(raw: Raw) -> Json | Wire:
        asked = parse_qs(raw.query, keep_blank_values=True)
        found = made(lambda: _wanted(journal.entries(), asked), "journal")
        held = {one.number for one in journal.entries()}
        for number in cleaned.keys() - held:
            del cleaned[number]
        match asked.get("format", ["json"])[-1]:
            case "jsonl" as form:
                data = as_lines(map(cleanly, found))
            case "har" as form:
                data = as_har(found, redactor())
            case "cassette" as form:
                data = as_cassette(found, redactor())
            case _:
                return {"counts": journal.counts(), "entries": [cleanly(one) for one in found]}
        return Wire(200, (("content-type", _FORMATS[form]), ("cache-control", "no-store")), data)

    return {("GET", "/journal"): tell}


def _wanted(entries: list[Entry], asked: Mapping[str, list[str]]) -> list[Entry]:
    """Return the entries that a query wants, oldest first.

    Raises MockgwError for a parameter that there is not, and for a value that it does not take.
    """
    for name in asked:
        if name not in _KNOWN:
            raise MockgwError(f"{name!r} has no meaning here.", nearest(name, _KNOWN))
    form = asked.get("format", ["json"])[-1]
    if form not in _FORMATS:
        raise MockgwError(f"There is no format {form!r}.", nearest(form, _FORMATS))
    since, limit = _whole(asked, "since", 0), _whole(asked, "limit", len(entries))
    statuses = [one for one in ",".join(asked.get("status", [])).split(",") if one]
    for one in statuses:
        _check(one)
    fields = {
        name: [one for text in asked[name] for one in text.split(",")]
        for name in _FIELDS
        if name in asked
    }

    def wanted(entry: Entry) -> bool:
        if entry.number <= since or (statuses and not _has(entry, statuses)):
            return False
        return all(_fits(str(getattr(entry, name)), told) for name, told in fields.items())

    newest = islice(filter(wanted, reversed(entries)), limit)
    return list(newest)[::-1]


def _fits(value: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(value, one) for one in patterns)


def _has(entry: Entry, statuses: list[str]) -> bool:
    status = str(entry.course.status or entry.status)
    return any(all(a in {b, "x"} for a, b in zip(one, status, strict=True)) for one in statuses)


def _check(status: str) -> None:
    right = len(status) == _LENGTH_OF_STATUS and status[0] in "12345"
    if not right or any(one not in "x0123456789" for one in status[1:]):
        raise MockgwError(f"status={status!r} is no status.", "Give 429, 4xx or several of them.")


def _whole(asked: Mapping[str, list[str]], name: str, default: int) -> int:
    text = asked.get(name, [str(default)])[-1]
    if not text.isdecimal() or not text.isascii():
        raise MockgwError(f"{name}={text!r} is no number.", "Give a whole number.")
    return int(text[:18])
