"""The templates of a gateway and of its sessions, and what has come of them in each session."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Lock

import msgspec

from mockgw.context import Context
from mockgw.errors import MockgwError
from mockgw.model import Call
from mockgw.templates.builtins import builtins
from mockgw.templates.reading import State, load, state_of
from mockgw.templates.reply import Reply
from mockgw.templates.subject import ODD, Subject
from mockgw.templates.template import START, Template

_MOST_SESSIONS = 10_000
_MOST_TEMPLATES = 10_000


class Past(msgspec.Struct):
    """What has come of the templates in one session, by name, and where its scenarios stand."""

    held: dict[str, int] = msgspec.field(default_factory=dict)
    answered: dict[str, int] = msgspec.field(default_factory=dict)
    states: dict[str, str] = msgspec.field(default_factory=dict)


class Chosen(msgspec.Struct, frozen=True):
    """The template that answers a call: with which reply, and how often it held, from 1.

    `reply` is None when the list of replies is at its end, and says so with an error. `held` are
    all templates whose conditions held on the way to it.
    """

    template: Template
    reply: Reply | None
    nth: int
    subject: Subject
    held: tuple[Template, ...]


class Templates:
    """Templates in the order in which they are asked: those of the session, those of the files.

    Built-in ones answer only when they are called by name.
    """

    def __init__(self, paths: Sequence[str | Path] = ()) -> None:
        """Read the files; raises TemplateError for a mistake, MockgwError for a wrong path."""
        self._paths = tuple(paths)
        self._own: tuple[Template, ...] = ()
        self._added: OrderedDict[str, tuple[Template, ...]] = OrderedDict()
        self._past: OrderedDict[str, Past] = OrderedDict()
        self._read: State = ()
        self.problem = ""
        self._reading = Lock()
        self.reload()

    def reload(self) -> None:
        """Read the files again; raises as at first, and then keeps what there was.

        `problem` tells what was wrong with them when they were last read, "" for nothing.
        """
        # Whoever asks for it last gets what is there last.
        with self._reading:
            # Looked at before they are read: what changes meanwhile is read once more.
            self._read = state_of(self._paths)
            try:
                self._own = load(self._paths)
            except MockgwError as problem:
                self.problem = str(problem)
                raise
            self.problem = ""

    def stale(self) -> bool:
        """Tell whether the files have changed since they were read."""
        return state_of(self._paths) != self._read

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files and folders."""
        return tuple(map(Path, self._paths))

    @property
    def told(self) -> str:
        """How many there are and where, for people."""
        count = len(self._own)
        where = ", ".join(map(str, self._paths))
        return f"{count} template{'' if count == 1 else 's'} in {where}"

    @property
    def own(self) -> tuple[Template, ...]:
        """The templates of the files."""
        return self._own

    def of(self, session: str) -> tuple[Template, ...]:
        """Return the templates that are asked in a session, first asked first."""
        added = self._added.get(session, ())
        return (*added, *self._own) if added else self._own

    def added(self) -> dict[str, tuple[Template, ...]]:
        """Return what was added, by session."""
        return dict(self._added)

    def add(self, session: str, made: Iterable[Template]) -> None:
        """Have templates answer in a session; one of the same name takes the other's place.

        The newest are asked last of those added.
        """
        new = tuple(made)
        names = {one.name for one in new}
        kept = tuple(one for one in self._added.get(session, ()) if one.name not in names)
        self._added[session] = (*kept, *new)[-_MOST_TEMPLATES:]
        past = self.past(session)
        for name in names:
            past.held.pop(name, None)
            past.answered.pop(name, None)
        while len(self._added) > _MOST_SESSIONS:
            self._added.popitem(last=False)

    def remove(self, session: str) -> int:
        """Take back what was added to a session, and forget its past; tell how many there were."""
        self.forget(session)
        return len(self._added.pop(session, ()))

    def forget(self, session: str | None = None) -> None:
        """Begin anew in a session, or in all: counts, lists of replies and scenarios."""
        if session is None:
            self._past.clear()
        else:
            self._past.pop(session, None)

    def past(self, session: str) -> Past:
        """Return what has come of the templates in a session."""
        past = self._past.get(session)
        if past is None:
            past = self._past[session] = Past()
            while len(self._past) > _MOST_SESSIONS:
                self._past.popitem(last=False)
        return past

    def named(self, session: str, name: str) -> Template | None:
        """Return the template of that name, built-in ones last, or None."""
        own = next((one for one in self.of(session) if one.name == name), None)
        return own or builtins().get(name)

    def names(self, session: str) -> list[str]:
        """Return every name that can be called."""
        return [*(one.name for one in self.of(session)), *builtins()]

    def choose(self, call: Call, before: Context) -> Chosen | None:
        """Return the first template that answers the call, None when none does.

        Raises CannotSay when a function that was asked has failed.
        """
        candidates = self.of(call.session)
        if not candidates:
            return None
        past = self.past(call.session)
        subject = Subject(call, before, past.answered)
        held: list[Template] = []
        for one in candidates:
            if not (_in_state(one, past) and _holds(one, subject)):
                continue
            held.append(one)
            if one.nth is None or one.nth.fits(past.held.get(one.name, 0) + 1):
                return self._chosen(one, subject, held)
        self._count(call.session, held)
        return None

    def called(self, one: Template, call: Call, before: Context) -> Chosen:
        """Return the template as it answers a call that names it, whatever its conditions."""
        return self._chosen(one, Subject(call, before, self.past(call.session).answered), [one])

    def _chosen(self, one: Template, subject: Subject, held: list[Template]) -> Chosen:
        past = self.past(subject.call.session)
        place = past.answered.get(one.name, 0)
        replies = one.replies
        reply: Reply | None
        if place < len(replies):
            reply = replies[place]
        elif one.then == "repeat":
            reply = replies[place % len(replies)]
        else:
            reply = replies[-1] if one.then == "last" else None
        return Chosen(one, reply, past.held.get(one.name, 0) + 1, subject, tuple(held))

    def took(self, chosen: Chosen) -> None:
        """Take note that a template answers: of its count, its place in the list, its state."""
        session, one = chosen.subject.call.session, chosen.template
        self._count(session, chosen.held)
        past = self.past(session)
        past.answered[one.name] = past.answered.get(one.name, 0) + 1
        if one.to:
            past.states[one.scenario] = one.to

    def _count(self, session: str, held: Iterable[Template]) -> None:
        counts = self.past(session).held
        for one in held:
            counts[one.name] = counts.get(one.name, 0) + 1


def _in_state(one: Template, past: Past) -> bool:
    if not one.states:
        return True
    state = past.states.get(one.scenario, START)
    return any(part.value == state for part in one.states)


def _holds(one: Template, subject: Subject) -> bool:
    try:
        return one.condition is None or one.condition.holds(subject)
    except ODD:
        # The body is not what its API takes: the call is for those who refuse it.
        return False
