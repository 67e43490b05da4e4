"""`/_mockgw/journal`: what was asked, and how it was answered."""

from urllib.parse import parse_qs

from mockgw.admin import Paths
from mockgw.journal import Journal
from mockgw.model import Json, Raw


def told(journal: Journal) -> Paths:
    """Return the path that tells the journal's entries, of one `session` if the query names it."""

    def entries(raw: Raw) -> Json:
        session = parse_qs(raw.query).get("session", [None])[0]
        return {"counts": journal.counts(), "entries": journal.told(session)}

    return {("GET", "/journal"): entries}
