"""The table that `mockgw record` shows on a terminal: one row per request, the newest below."""

from collections import deque
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from mockgw.cli.report import address_of, path_of
from mockgw.model import Entry

_COLUMNS = ("time", "door", "model", "status", "bytes", "first byte", "what became of it")
_NUMBERS = frozenset({"status", "bytes", "first byte"})
# Lines of the terminal that are not rows: head, borders, and what stands above and below.
_AROUND = 8
_FEWEST = 5
_REFUSED = 400


class Board:
    """Shows entries as they are told; the table stays on the screen when it ends.

    Used as `with Board() as board: …`, and called with each entry; `clean` takes out the secrets
    that an entry may tell.
    """

    def __init__(self, console: Console | None = None, clean: Callable[[str], str] = str) -> None:
        self._console = console or Console(stderr=True)
        self._clean = clean
        rows = max(self._console.size.height - _AROUND, _FEWEST)
        self._rows: deque[tuple[int, list[str]]] = deque(maxlen=rows)
        self._count = 0
        self._live: Live | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __call__(self, entry: Entry) -> None:
        """Show one more request."""
        moment = datetime.now().astimezone()  # noqa: TID251 - it is for the eye of who sits there
        cells = [f"{moment:%H:%M:%S}", *(_plain(self._clean(cell)) for cell in _told(entry))]
        self._rows.append((entry.status, cells))
        self._count += 1
        if self._live is None:
            # Not sooner: the URL and what is said at the start stand above the table.
            self._live = Live(
                get_renderable=self.table,
                console=self._console,
                refresh_per_second=8,
                redirect_stdout=False,
            )
            self._live.start()

    def close(self) -> None:
        """Show the last state, and leave it on the screen."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def table(self) -> Table:
        """Return the newest requests as a table."""
        rows = self._rows.copy()
        hidden = self._count - len(rows)
        table = Table(caption=f"{hidden} earlier ones are not shown" if hidden > 0 else None)
        for name in _COLUMNS:
            side = "right" if name in _NUMBERS else "left"
            table.add_column(name, justify=side, overflow="fold")  # type: ignore[arg-type] # one of rich's words
        for status, cells in rows:
            style = "red" if status >= _REFUSED else ""
            table.add_row(*(Text(cell) for cell in cells), style=style)
        return table


def _told(entry: Entry) -> tuple[str, ...]:
    asked = entry.source == "live"
    return (
        entry.door,
        entry.model or path_of(entry),
        str(entry.status),
        f"{entry.size:,}" if asked else "",
        f"{entry.waited * 1000:,.0f} ms" if asked else "",
        _fate(entry),
    )


def _fate(entry: Entry) -> str:
    if entry.notes:
        return entry.notes[-1]
    if entry.error:
        return entry.error.partition("\n")[0]
    return f"{entry.source} {address_of(entry.where)}".strip()


def _plain(text: str) -> str:
    """Return the text without what a terminal would obey."""
    return "".join(sign if sign.isprintable() else "\N{MIDDLE DOT}" for sign in text)
