"""What a template asks of a call: the table of the words of `when`."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from mockgw import apis
from mockgw.asked import Asked
from mockgw.doors import DOORS
from mockgw.templates import matcher
from mockgw.templates.document import Part
from mockgw.templates.matcher import Matcher
from mockgw.templates.path import found, steps
from mockgw.templates.problem import CannotSay, Problem, TemplateError, nearest
from mockgw.templates.subject import Subject

_MOST_LEVELS = 8
Test = Callable[[Subject], bool]


class Condition(msgspec.Struct, frozen=True):
    """A test of a call and of what came before it in its session, and the same in words."""

    holds: Test
    told: str


class Word(msgspec.Struct, frozen=True):
    """A word of `when`: what it means, what it takes, and how it is read."""

    description: str
    schema: dict[str, Any]
    read: Callable[[Part], Condition]


def condition(part: Part, level: int = 0) -> Condition:
    """Return what a `when` asks: all of its words must hold.

    Raises TemplateError with every mistake in it.
    """
    if callable(part.value):
        return _predicate(part)
    if not part.fields:
        hint = (
            f"Write a map, such as text: hello. Known: {', '.join(WORDS)}, any, not, and $.paths."
        )
        raise part.wrong("when asks nothing.", hint)
    if level > _MOST_LEVELS:
        raise part.wrong("any and not are nested too deep.", "Write several templates.")
    asked: list[Condition] = []
    problems: list[Problem] = []
    for name, inner in part.fields.items():
        try:
            asked.append(_read(name, part.keys[name], inner, level))
        except TemplateError as problem:
            problems += problem.problems
    if problems:
        raise TemplateError(problems)
    return _every(asked)


def _read(name: str, key: Part, inner: Part, level: int) -> Condition:
    if name == "any":
        return _any(inner, level)
    if name == "not":
        denied = condition(inner, level + 1)
        return Condition(lambda call: not denied.holds(call), f"not ({denied.told})")
    if name.startswith("$"):
        return _path(name, key, inner)
    if name == "nth" and level:
        raise key.wrong("nth stands inside any or not.", "Write it beside them, not in them.")
    if name not in WORDS:
        raise key.wrong(f"{name!r} asks nothing.", nearest(name, (*WORDS, "any", "not")))
    return WORDS[name].read(inner)


def _every(asked: list[Condition]) -> Condition:
    return Condition(
        lambda call: all(one.holds(call) for one in asked),
        ", ".join(one.told for one in asked if one.told),
    )


def _any(part: Part, level: int) -> Condition:
    if not part.items:
        raise part.wrong("any has no list.", "Give a list of maps like that of when.")
    asked = [condition(one, level + 1) for one in part.items]
    told = " or ".join(f"({one.told})" for one in asked)
    return Condition(lambda call: any(one.holds(call) for one in asked), told)


def _predicate(part: Part) -> Condition:
    judge = part.value
    name = getattr(judge, "__name__", "function")

    def holds(call: Subject) -> bool:
        try:
            return bool(judge(Asked(call.call)))
        except Exception as problem:  # noqa: BLE001 - it is the caller's code
            told = f"{type(problem).__name__}: {problem}"
            reason = f"the function {name} of its when ({part.where}) raised {told}"
            raise CannotSay(reason) from None

    return Condition(holds, f"{name} says so")


def _path(path: str, key: Part, part: Part) -> Condition:
    try:
        way = steps(path)
    except ValueError as problem:
        hint = "Write it like $.input[0].role, $.tools[*].name or $['odd key']."
        raise key.wrong(f"{path!r} is no path: {problem}.", hint) from None
    wanted = part.fields.get("exists")
    if wanted is not None and not isinstance(wanted.value, bool):
        raise wanted.wrong("exists is neither true nor false.", "Give true or false.")
    inner = matcher.value(part)

    def holds(call: Subject) -> bool:
        there = found(call.call.body, way)
        if wanted is not None and wanted.value is False:
            return not there
        return any(inner.fits(one) for one in there)

    told = inner.told or ("is there" if wanted is None or wanted.value else "is not there")
    return Condition(holds, f"{path} {told}")


def _of(what: str, make: Callable[[Part], Matcher], get: Callable[[Subject], Any]) -> Any:
    """Return what reads a word that asks one thing of the call."""

    def read(part: Part) -> Condition:
        inner = make(part)
        return Condition(lambda call: inner.fits(get(call)), f"{what} {inner.told}")

    return read


def _listed(what: str, make: Callable[[Part], Matcher], get: Callable[[Subject], Any]) -> Any:
    """Return what reads a word that asks it of one of several things."""

    def read(part: Part) -> Condition:
        inner = make(part)
        return Condition(
            lambda call: any(inner.fits(one) for one in get(call)), f"{what} {inner.told}"
        )

    return read


def _named(what: str, get: Callable[[Subject], Mapping[str, Any]]) -> Callable[[Part], Condition]:
    """Return what reads a word that asks texts by their names."""

    def read(part: Part) -> Condition:
        if not part.fields:
            raise part.wrong(f"{what} names nothing.", f"Write {what}: {{name: value}}.")
        asked = [_one(name, inner) for name, inner in part.fields.items()]
        return _every(asked)

    def _one(name: str, part: Part) -> Condition:
        inner = matcher.present(part, bare="equals")

        def holds(call: Subject) -> bool:
            given = get(call).get(name)
            return inner.fits(given if given is None or isinstance(given, str) else str(given))

        # A header may be a key: what is asked of it is not told.
        return Condition(holds, f"{what} {name}" + (f" {inner.told}" if what != "header" else ""))

    return read


def _choice(what: str, known: tuple[str, ...], get: Callable[[Subject], str]) -> Any:
    """Return what reads a word that takes one of a few names, or a list of them."""

    def read(part: Part) -> Condition:
        given = part.items or (part,)
        for one in given:
            if one.value not in known:
                raise one.wrong(f"There is no {what} {one.value!r}.", nearest(one.value, known))
        wanted = {one.value for one in given}
        told = f"{what} is {' or '.join(sorted(wanted))}"
        return Condition(lambda call: get(call) in wanted, told)

    return read


def _stream(part: Part) -> Condition:
    if not isinstance(part.value, bool):
        raise part.wrong("stream is neither true nor false.", "Give true or false.")
    wanted = part.value
    return Condition(lambda call: call.call.stream is wanted, f"stream is {wanted}".lower())


def _nth(part: Part) -> Condition:
    # How often the others held is counted by whoever holds the templates.
    matcher.number(part)
    for one in part.items or (part,):
        if type(one.value) is int and one.value < 1:
            raise one.wrong(f"nth is {one.value}, and no call is.", "Count from 1.")
    return Condition(_always, "")


def _always(_: Subject) -> bool:
    return True


def _after(part: Part) -> Condition:
    names = [one.value for one in part.items or (part,)]
    if not names or not all(isinstance(one, str) for one in names):
        raise part.wrong("after names no template.", "Give the name of a template, or a list.")
    told = f"after {' and '.join(names)}"
    return Condition(lambda call: all(call.answered.get(one) for one in names), told)


def _models(part: Part) -> Matcher:
    """Return the test of a model; `openai/` in front of a pattern says nothing."""
    return matcher.globs(part, without="openai/")


def _choices(known: tuple[str, ...]) -> dict[str, Any]:
    one = {"type": "string", "enum": list(known)}
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


PATH_SCHEMA = matcher.VALUE_SCHEMA
_MAP_SCHEMA = {"type": "object", "additionalProperties": matcher.PRESENT_SCHEMA, "minProperties": 1}
# Several doors share a name: it is told once.
_DOOR_NAMES = tuple(dict.fromkeys(door.name for door in DOORS))
_OPERATIONS = tuple(api.creates for api in apis.APIS)
WORDS: Mapping[str, Word] = {
    "text": Word(
        "What the user said last.",
        matcher.TEXT_SCHEMA,
        _of("text", matcher.text, lambda call: call.text),
    ),
    "system": Word(
        "What system and developer said, and the instructions.",
        matcher.TEXT_SCHEMA,
        _of("system", matcher.text, lambda call: call.system),
    ),
    "model": Word(
        "The model, with or without openai/ in front: a pattern of * and ?, or a list of them.",
        matcher.GLOBS_SCHEMA,
        _of("model", _models, lambda call: call.call.model),
    ),
    "operation": Word(
        "The operation of the API.",
        _choices(_OPERATIONS),
        _choice("operation", _OPERATIONS, lambda call: call.call.operation),
    ),
    "door": Word(
        "The door that the call came in by.",
        _choices(_DOOR_NAMES),
        _choice("door", _DOOR_NAMES, lambda call: call.call.door),
    ),
    "stream": Word("Whether events are asked for.", {"type": "boolean"}, _stream),
    "turn": Word(
        "How many messages of the user there are, those of previous responses included.",
        matcher.NUMBER_SCHEMA,
        _of("turn", matcher.number, lambda call: call.turn),
    ),
    "tool": Word(
        "One of the tools on offer has this name (a pattern); a hosted one, this type.",
        matcher.GLOBS_SCHEMA,
        _listed("tool", matcher.globs, lambda call: call.tools),
    ),
    "tool_result": Word(
        "What tools gave since the user last spoke; true and false ask whether there is any.",
        matcher.PRESENT_SCHEMA,
        _of("tool_result", matcher.present, lambda call: call.tool_result),
    ),
    "schema": Word(
        "The name of the schema that the answer must obey; true and false ask if there is one.",
        matcher.PRESENT_SCHEMA,
        _of("schema", lambda part: matcher.present(part, "glob"), lambda call: call.schema),
    ),
    "header": Word(
        "Request headers by name, in any case; the bare text is the whole value.",
        _MAP_SCHEMA,
        _named("header", lambda call: call.call.headers),
    ),
    "metadata": Word(
        "The call's metadata by name; the bare text is the whole value.",
        _MAP_SCHEMA,
        _named("metadata", lambda call: call.metadata),
    ),
    "session": Word(
        "The session's name: a pattern of * and ?, or a list of them.",
        matcher.GLOBS_SCHEMA,
        _of("session", matcher.globs, lambda call: call.call.session),
    ),
    "nth": Word(
        "The how-manieth call of the session that everything else here holds for.",
        matcher.NUMBER_SCHEMA,
        _nth,
    ),
    "after": Word(
        "Templates that must have answered in the session before.",
        matcher.GLOBS_SCHEMA,
        _after,
    ),
}
