"""`/_mockgw/verdict`: what the calls show against the client."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from mockgw.admin import Paths
from mockgw.admin.asking import made, session_of
from mockgw.errors import MockgwError
from mockgw.journal import Journal
from mockgw.model import Json, Raw
from mockgw.phrase import nearest

if TYPE_CHECKING:
    from mockgw.verdict.identity import Scan

_KNOWN = ("session", "ignore", "secrets")


def judged(journal: Journal, passed: Callable[[str], Callable[[], float]], scan: "Scan") -> Paths:
    """Return the path that judges the calls of one `session`, or of all.

    `passed` tells the time of a session; `scan` looks for secrets in bodies, when the query asks
    for that.
    """

    def judge(raw: Raw) -> Json:
        asked = parse_qs(raw.query, keep_blank_values=True)
        session = session_of(raw, known=asked)
        entries = journal.entries(session)
        ignore = [one for one in ",".join(asked.get("ignore", [])).split(",") if one]

        # Most servers are never asked for it.
        from mockgw.verdict import verdict  # noqa: PLC0415
        from mockgw.verdict.report import as_json  # noqa: PLC0415

        def found() -> Json:
            _check(asked)
            secrets = scan if asked.get("secrets", [""])[-1] == "true" else None
            now = passed(session or "")()
            return as_json(verdict(entries, now=now, scan=secrets, ignore=ignore), len(entries))

        return made(found, "verdict")

    return {("GET", "/verdict"): judge}


def _check(asked: dict[str, list[str]]) -> None:
    for name in asked:
        if name not in _KNOWN:
            raise MockgwError(f"{name!r} has no meaning here.", nearest(name, _KNOWN))
    secrets = asked.get("secrets", ["false"])[-1]
    if secrets not in {"true", "false"}:
        raise MockgwError(f"secrets={secrets!r} is neither.", "Give true or false.")
