"""What a template answers: a reply by its meaning, checked when loaded, said for each call."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from jsonschema_rs import ValidationError

from mockgw import script
from mockgw.canonical import encode
from mockgw.errors import MockgwError
from mockgw.script import Scripted
from mockgw.templates.document import Part, texts
from mockgw.templates.evaluation import Scope
from mockgw.templates.expression import Expression, is_expression
from mockgw.templates.problem import CannotSay, Problem, TemplateError
from mockgw.templates.reply_words import TEXTUAL, WORDS

_JSON_TYPE = "application/json"
# Where an expression of any type may stand beside a text.
_ANY_TYPE = frozenset({"json", "tool_calls", "choices"})
_UNKNOWN = "…"
# What must be there for the other words to be read, while its value is still to come.
_MEANWHILE: Mapping[str, Any] = {"error": "server_error", "status": 500, "body": _UNKNOWN}


class Verbatim(msgspec.Struct, frozen=True):
    """An answer that goes out as it is: status, content type, bytes; `carrier` has its timing."""

    status: int
    content_type: str
    body: bytes
    carrier: Scripted


Said = Scripted | Verbatim


class Reply:
    """One reply; `part` is where it stands, `refuses` that it is no answer by meaning."""

    def __init__(self, part: Part) -> None:
        """Read a reply; raises TemplateError for what no answer can be."""
        self.part = part
        fields = {"text": part} if isinstance(part.value, str) else part.fields
        if not fields:
            hint = "Write a text, or a map such as text: Hello."
            raise part.wrong("The reply says nothing.", hint)
        self.refuses = not {"error", "status", "raw"}.isdisjoint(fields)
        self._fields = {name: _worked_out(inner, name) for name, inner in fields.items()}
        self._fixed: Said | None = None
        dry = {
            name: _MEANWHILE.get(name, _stand_in(inner)) if _changes(inner) else inner.value
            for name, inner in fields.items()
            if name in TEXTUAL or _is_shaped(name, inner) or not _changes(inner)
        }
        try:
            _check_types(dry)
            made = _meant(dry)
        except _Misfit as problem:
            place = _at(fields.get(problem.word, part), problem.path)
            raise place.wrong(problem.message, problem.hint) from None
        except MockgwError as problem:
            raise _place(problem, part).wrong(problem.message, problem.hint) from None
        if not _changes(part):
            self._fixed = made

    def said(self, scope: Scope) -> Said:
        """Return what is said to a call; raises CannotSay when it is nothing that can be said."""
        if self._fixed is not None:
            return self._fixed
        told = {name: make(scope) for name, make in self._fields.items()}
        try:
            _check_types(told)
            return _meant(told)
        except MockgwError as problem:
            raise CannotSay(problem.message.rstrip(".")) from None


class _Misfit(MockgwError):  # noqa: N818 - an outcome
    """A word of a reply has a value that it cannot have."""

    def __init__(self, word: str, path: list[Any], message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.word = word
        self.path = path


def _check_types(told: Mapping[str, Any]) -> None:
    """Raise MockgwError for a known word whose value is of another kind."""
    for name, given in told.items():
        word = WORDS.get(name)
        if word is None or not word.checked:
            continue
        try:
            word.validator.validate(given)
        except ValidationError as problem:
            shown = _shown(given)
            path = list(problem.instance_path)
            raise _Misfit(name, path, f"{name} is {shown}.", f"Give {word.takes}.") from None


def _shown(value: Any) -> str:
    try:
        told = encode(value).decode()
    except (TypeError, ValueError, OverflowError):
        told = type(value).__name__
    return told if len(told) <= 60 else f"{told[:59]}…"  # noqa: PLR2004 - fits a line


def _meant(told: Mapping[str, Any]) -> Said:
    given = dict(told)
    if "answer" in given:
        raise MockgwError("'answer' has no meaning here.", "Write text, or json for a value.")
    if given.pop("raw", False):
        return _verbatim(given)
    for name in ("body", "content_type"):
        if name in given:
            hint = "Add raw: true; then it goes out as it is, and nothing checks it."
            raise MockgwError(f"{name} stands without raw.", hint)
    if "error" in given and "status" in given:
        raise MockgwError("A reply has an error or a status.", "Give one of them.")
    for name in ("error", "status"):
        if name in given:
            error = given.pop(name)
            return script.fail(error, given.pop("message", None), **given)
    return script.reply(**given)


def _verbatim(given: dict[str, Any]) -> Verbatim:
    if "body" not in given:
        raise MockgwError("raw has no body.", "Write body: and what goes out, text or JSON.")
    body, status = given.pop("body"), given.pop("status", 200)
    is_text = isinstance(body, str)
    plain = "text/html; charset=utf-8" if is_text and body.startswith("<") else "text/plain"
    kind = given.pop("content_type", plain if is_text else _JSON_TYPE)
    sent = body.encode("utf-8", "replace") if isinstance(body, str) else encode(body)
    return Verbatim(status, kind, sent, script.reply("", **given))


Make = Callable[[Scope], Any]


def _worked_out(part: Part, name: str) -> Make:
    """Return what gives the value of a word for a call."""
    return _made(part, textual=name in TEXTUAL, level=0, word=name)


def _made(part: Part, *, textual: bool, level: int, word: str) -> Make:
    if not _changes(part):
        return lambda _: part.value
    if isinstance(part.value, str):
        expression = Expression(part)
        # A choice that is a text is said; what stands deeper may be a value of any kind.
        return (
            expression.text if textual or (word == "choices" and level == 1) else expression.value
        )
    if part.fields:
        inner = {
            name: _made(one, textual=textual, level=level + 1, word=word)
            for name, one in part.fields.items()
        }
        return lambda scope: {name: make(scope) for name, make in inner.items()}
    listed = [_made(one, textual=textual, level=level + 1, word=word) for one in part.items]
    return lambda scope: [make(scope) for make in listed]


def _changes(part: Part) -> bool:
    return any(is_expression(one.value) for one in texts(part))


def _stand_in(part: Part) -> Any:
    """Return the value with something in place of what is not known yet."""
    if part.fields:
        return {name: _stand_in(inner) for name, inner in part.fields.items()}
    if part.items:
        return [_stand_in(inner) for inner in part.items]
    unknown = isinstance(part.value, str) and is_expression(part.value)
    return _UNKNOWN if unknown else part.value


def _is_shaped(name: str, part: Part) -> bool:
    """Tell whether the form of a value is known, though something in it is still to come."""
    if name in _MEANWHILE:
        return True
    return name in _ANY_TYPE and (name == "json" or not isinstance(part.value, str))


def _at(part: Part, path: list[Any]) -> Part:
    for step in path:
        if isinstance(step, int) and step < len(part.items):
            part = part.items[step]
        elif step in part.fields:
            part = part.fields[step]
    return part


def _place(problem: MockgwError, part: Part) -> Part:
    """Return what a complaint of the script speaks of, else the whole reply."""
    for name, key in part.keys.items():
        if problem.message.startswith((f"{name!r}", f"{name}=", f"{name} ")):
            return key
    for inner in part.fields.values():
        if repr(inner.value) in problem.message:
            return inner
    return part


def replies(part: Part) -> tuple[Reply, ...]:
    """Return the replies of a template: one, or a list that is played in its order.

    Raises TemplateError with every mistake in them.
    """
    if not isinstance(part.value, list):
        return (Reply(part),)
    if not part.items:
        raise part.wrong("The list of replies is empty.", "Give at least one.")
    made: list[Reply] = []
    problems: list[Problem] = []
    for one in part.items:
        try:
            made.append(Reply(one))
        except TemplateError as problem:
            problems += problem.problems
    if problems:
        raise TemplateError(problems)
    return tuple(made)
