"""The cassettes that a gateway answers from, as they are on the disk from moment to moment."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import Lock

import msgspec
from msgspec.structs import replace

from mockgw import matching
from mockgw.cassette.held import Stamp, stamp
from mockgw.cassette.reader import find_cassettes
from mockgw.cassette.sidecar import Sidecars
from mockgw.errors import MockgwError
from mockgw.recordings.index import Index
from mockgw.recordings.reading import Tape, tape
from mockgw.recordings.recording import Recording

_SIZE = 2


class Book(msgspec.Struct, frozen=True):
    """A file as it was last seen: `tape` is what it holds, or held before `problem` came.

    `emptied` says that there is nothing in it any more, which is perhaps only for a moment.
    """

    stamp: Stamp | None
    tape: Tape
    problem: MockgwError | None = None
    emptied: bool = False


class Look(msgspec.Struct, frozen=True):
    """What a look at the disk found: every file in order, and those that were read for it."""

    books: Mapping[str, Book]
    read: frozenset[str]
    missing: Mapping[str, MockgwError] = msgspec.field(default_factory=dict)


class News(msgspec.Struct, frozen=True):
    """What has changed, in words for people; `problem` says that something is wrong."""

    text: str
    problem: bool = False


class Shelf:
    """The cassettes in files and folders, and the index of their recordings.

    A file that is broken keeps the recordings it had. `look` and `wrote` may run in a thread of
    their own, `take` may not.
    """

    def __init__(
        self,
        paths: Iterable[Path],
        clean: matching.Clean | None = None,
        sidecars: Sidecars | None = None,
        *,
        to_be_made: bool = False,
    ) -> None:
        self._paths = tuple(paths)
        self._sidecars = sidecars
        self._to_be_made = to_be_made
        self._last = Look({}, frozenset())
        self._changing = Lock()
        self.index = Index((), clean)
        self.index.made = self._keep

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files and folders that were named."""
        return self._paths

    @property
    def books(self) -> Mapping[str, Book]:
        """The files by path, in the order in which their recordings come."""
        return self._last.books

    @property
    def missing(self) -> Mapping[str, MockgwError]:
        """The named paths at which nothing is, with what is to be said about it."""
        return self._last.missing

    def open(self) -> "Shelf":
        """Read all cassettes; raises MockgwError for the first that is missing or broken."""
        look = self.look()
        problems = [*look.missing.values(), *(one.problem for one in look.books.values())]
        for problem in problems:
            if problem is not None:
                raise problem
        self.take(look)
        return self

    def look(self) -> Look:
        """Return what is on the disk now; only the files that have changed are read."""
        books: dict[str, Book] = {}
        missing: dict[str, MockgwError] = {}
        read: set[str] = set()
        for path in self._paths:
            if self._to_be_made and not path.exists():
                continue
            try:
                files = find_cassettes(path)
            except MockgwError as problem:
                missing[str(path)] = problem
                continue
            for file in files:
                name, found = str(file), _stamp(file)
                before = self._last.books.get(name)
                if name in books:
                    continue
                if before is not None and before.stamp == found and not before.emptied:
                    books[name] = before
                elif before is not None and _emptied(before.stamp, found):
                    # Many programs empty a file before they write it: the next look will tell.
                    books[name] = Book(found, before.tape, before.problem, emptied=True)
                else:
                    books[name] = self._read(file, found, before)
                    read.add(name)
        return Look(books, frozenset(read), missing)

    def wrote(self, path: Path, before: Stamp, after: Stamp) -> None:
        """Take note that this process added to a file what the index has already been given.

        If it was known as it stood before, it need not be read for that: a recorder would read its
        whole cassette after each answer.
        """
        name = str(path)
        with self._changing:
            books = dict(self._last.books)
            book = books.get(name)
            if book is None and not before[_SIZE]:
                books[name] = Book(after, Tape([]))
            elif book is not None and book.stamp == before and not (book.problem or book.emptied):
                books[name] = replace(book, stamp=after)
            self._last = replace(self._last, books=books)

    def _read(self, file: Path, found: Stamp | None, before: Book | None) -> Book:
        try:
            return Book(found, tape(file, self._sidecars))
        except MockgwError as problem:
            return Book(found, before.tape if before else Tape([]), problem)

    def take(self, look: Look) -> list[News]:
        """Let the index be of that look; return in words for people what has changed.

        A recording that is on the disk as before stays the same object, and so what is known of it
        stays true.
        """
        with self._changing:
            last, self._last = self._last, look
        gone = [name for name in last.books if name not in look.books]
        if not (gone or look.read or look.missing.keys() != last.missing.keys()):
            return []
        added: dict[str, list[Recording]] = {
            one.path: [] for one in self.index.added if one.path not in gone
        }
        for one in self.index.added:
            if one.path in added:
                added[one.path].append(one)
        for name in look.read:
            _settle(look.books[name], last.books.get(name), added.get(name, []))
        self.index.put(
            [one for book in look.books.values() for one in book.tape.recordings],
            [one for left in added.values() for one in left],
        )
        return _news(last, look, gone)

    def _keep(self) -> None:
        for book in self._last.books.values():
            book.tape.keep()


def _settle(book: Book, before: Book | None, added: list[Recording]) -> None:
    """Put the known recordings in the place of those just read that say the same.

    Of those added meanwhile only what was not in the file yet is left.
    """
    if book.problem is not None:
        return
    known: dict[str, list[Recording]] = defaultdict(list)
    for one in [*(before.tape.recordings if before else []), *added]:
        known[one.row.mark].append(one)
    found = book.tape.recordings
    for place, one in enumerate(found):
        if known[one.row.mark]:
            same = known[one.row.mark].pop(0)
            same.move(one)
            found[place] = same
    left = {id(one) for ones in known.values() for one in ones}
    added[:] = [one for one in added if id(one) in left]


def _stamp(file: Path) -> Stamp | None:
    try:
        return stamp(file.stat())
    except OSError:
        return None


def _emptied(before: Stamp | None, now: Stamp | None) -> bool:
    return before is not None and now is not None and bool(before[_SIZE]) and not now[_SIZE]


def _news(last: Look, look: Look, gone: list[str]) -> list[News]:
    told = [News(f"{name}: gone, with {_counted(last.books[name].tape)}") for name in gone]
    for name, book in look.books.items():
        if name not in look.read:
            continue
        if book.problem is None:
            word = "changed" if name in last.books else "new"
            told.append(News(f"{name}: {word}, {_counted(book.tape)}"))
        else:
            stays = (
                f"\n  Meanwhile {_counted(book.tape)} of before stay." if name in last.books else ""
            )
            told.append(News(f"{book.problem}{stays}", problem=True))
    absent = [look.missing[name] for name in look.missing if name not in last.missing]
    return [*told, *(News(str(problem), problem=True) for problem in absent)]


def _counted(found: Tape) -> str:
    count = len(found.recordings)
    return f"{count} recording{'' if count == 1 else 's'}"
