"""`/_mockgw/cassettes`: what the gateway answers from, file by file."""

from collections import Counter

from mockgw.admin import Paths
from mockgw.model import Json
from mockgw.recordings import Shelf
from mockgw.tapes import Tapes


def cassettes(tapes: Tapes, shelf: Shelf, *, watch: bool) -> Paths:
    """Return the path that tells the cassettes; `watch` says whether they are watched."""
    return {("GET", "/cassettes"): lambda _: _told(tapes, shelf, watch=watch)}


def _told(tapes: Tapes, shelf: Shelf, *, watch: bool) -> Json:
    counts = Counter(one.path for one in tapes.recordings)
    unplayed = Counter(one.path for one in tapes.unused())
    problems = {name: str(book.problem) for name, book in shelf.books.items() if book.problem}
    problems |= {name: str(problem) for name, problem in shelf.missing.items()}
    return {
        "watch": watch,
        "cassettes": [
            {
                "file": name,
                "recordings": counts[name],
                "played": counts[name] - unplayed[name],
                "unplayed": unplayed[name],
                "problem": problems.get(name),
            }
            for name in dict.fromkeys([*shelf.books, *counts, *problems])
        ],
    }
