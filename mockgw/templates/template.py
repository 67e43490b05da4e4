"""One template: when it answers, what, and which state it leads to."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from mockgw.templates import matcher
from mockgw.templates.condition import Condition, condition
from mockgw.templates.document import Part
from mockgw.templates.fake import check_locale
from mockgw.templates.matcher import Matcher
from mockgw.templates.problem import Problem, TemplateError, nearest
from mockgw.templates.reply import Reply, replies

START = "start"
_THEN = ("last", "repeat", "error")
_TEXT = {"type": "string", "minLength": 1}
# The words of a template: what each means, and what an editor is told of it.
WORDS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "name": (
        "What it is called, in the journal and by others. File and line when left out.",
        _TEXT,
    ),
    "description": ("What it is for, in one line.", {"type": "string"}),
    "when": (
        "What must hold of a call, all of it. Every call when left out.",
        {"$ref": "#/$defs/when"},
    ),
    "reply": (
        "What is answered: a text, a map of words, or a list of these, played in its order.",
        {"$ref": "#/$defs/replies"},
    ),
    "then": (
        "What follows the end of a list: its last reply again, all of them again, or an error.",
        {"type": "string", "enum": list(_THEN)},
    ),
    "scenario": ("The state machine that it belongs to; each session has its own.", _TEXT),
    "state": (
        f"The state, or states, in which it answers. The first one is {START}.",
        matcher.GLOBS_SCHEMA,
    ),
    "to": ("The state that it leads to.", _TEXT),
    "locale": ("The language of made-up data, such as de_DE.", _TEXT),
}


class Template(msgspec.Struct, frozen=True):
    """A template that was checked; `nth` asks how often everything else held in the session.

    `states` are those in which it answers, empty for any; `to` is the state it leads to, "" when
    it changes nothing. `part` is where it stands.
    """

    name: str
    part: Part
    description: str
    condition: Condition | None
    nth: Matcher | None
    after: tuple[Part, ...]
    replies: tuple[Reply, ...]
    then: str
    scenario: str
    states: tuple[Part, ...]
    to: str
    locale: str

    @property
    def where(self) -> str:
        """File and line, for people."""
        return self.part.where

    @property
    def told(self) -> str:
        """When it answers, in words."""
        told = [self.condition.told] if self.condition is not None else []
        if self.nth is not None:
            told.append(f"nth {self.nth.told}")
        if self.states:
            told.append(
                f"{self.scenario} in state {' or '.join(str(s.value) for s in self.states)}"
            )
        return ", ".join(one for one in told if one) or "any call"


def template(part: Part) -> Template:
    """Return the template that a part is; raises TemplateError with every mistake in it."""
    if not part.fields:
        raise part.wrong("This is no template.", "Write a map with when: and reply:.")
    read = _Reading(part)
    when = read.take("when", lambda one: one)
    made = Template(
        name=read.text("name") or part.where,
        part=part,
        description=read.text("description"),
        condition=read.take("when", condition),
        nth=read.take("when", _nth),
        after=_after(when),
        replies=read.take("reply", replies) or (),
        then=read.word("then", _THEN) or "last",
        scenario=read.text("scenario"),
        states=read.take("state", _states) or (),
        to=read.text("to"),
        locale=read.take("locale", check_locale) or "",
    )
    read.done()
    return made


class _Reading:
    """Takes the words of a template one by one, and gathers the mistakes."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._problems: list[Problem] = []

    def take(self, name: str, read: Callable[[Part], Any]) -> Any:
        """Return what is read of a word, None when it is not there or wrong."""
        part = self._part.fields.get(name)
        if part is None:
            return None
        try:
            return read(part)
        except TemplateError as problem:
            self._problems += [one for one in problem.problems if one not in self._problems]
            return None

    def text(self, name: str) -> str:
        """Return the text of a word, "" when it is not there."""
        return self.take(name, _text) or ""

    def word(self, name: str, known: tuple[str, ...]) -> str:
        """Return the word, which must be one of the known."""

        def read(part: Part) -> str:
            if part.value not in known:
                raise part.wrong(f"{name} is {part.value!r}.", nearest(part.value, known))
            return str(part.value)

        return self.take(name, read) or ""

    def done(self) -> None:
        """Raise TemplateError with every mistake, those of the words together included."""
        part, fields = self._part, self._part.fields
        for name, key in part.keys.items():
            if name not in WORDS:
                self._add(key, f"{name!r} is no word of a template.", nearest(name, WORDS))
        if "reply" not in fields:
            self._add(part, "The template has no reply.", "Write reply: and what is answered.")
        for name in ("state", "to"):
            if name in fields and "scenario" not in fields:
                hint = "Write scenario: and a name, the same for all its templates."
                self._add(part.keys[name], f"{name} stands without a scenario.", hint)
        if "scenario" in fields and not {"state", "to"} & set(fields):
            hint = "Write state: and the state in which it answers, or to: and where it leads."
            self._add(part.keys["scenario"], "The scenario has no state here.", hint)
        if "then" in fields and not isinstance(fields.get("reply", part).value, list):
            hint = "Give reply a list, or leave then away."
            self._add(part.keys["then"], "then stands beside a single reply.", hint)
        if self._problems:
            raise TemplateError(sorted(self._problems, key=lambda one: (one.line, one.column)))

    def _add(self, part: Part, message: str, hint: str) -> None:
        self._problems.append(Problem(part.file, part.line, part.column, message, hint))


def _text(part: Part) -> str:
    if not isinstance(part.value, str) or not part.value:
        raise part.wrong(f"{part.value!r} is no text.", "Give a text; numbers in quotes.")
    return part.value


def _nth(part: Part) -> Matcher | None:
    given = part.fields.get("nth")
    return None if given is None else matcher.number(given)


def _after(when: Part | None) -> tuple[Part, ...]:
    """Return every name of a template that the conditions speak of."""
    if when is None:
        return ()
    found: list[Part] = []
    for name, inner in when.fields.items():
        if name == "after":
            found += inner.items or (inner,)
        elif name == "not":
            found += _after(inner)
        elif name == "any":
            found += [one for branch in inner.items for one in _after(branch)]
    return tuple(found)


def _states(part: Part) -> tuple[Part, ...]:
    states = part.items or (part,)
    for one in states:
        _text(one)
    return states
