"""An answer out of nothing: what a model might say to an Ask, drawn from a chance.

Whatever limits the answer (budget, stop) is applied to a draft that does not depend on it, so that
a larger budget shows more of the same answer.
"""

import re
from dataclasses import replace
from random import Random

from mockgw.canonical import encode
from mockgw.draft import Ask, Calls, Costs, Draft, Says, Tool, fit
from mockgw.errors import ApiError
from mockgw.synth.instance import UnsatisfiableSchema, instance
from mockgw.synth.prose import prose, thought

# Reasoning tokens by effort, least and most.
_EFFORTS = {
    "none": (0, 0),
    "minimal": (8, 32),
    "low": (24, 72),
    "medium": (64, 176),
    "high": (160, 416),
    "xhigh": (416, 960),
}
_SENTENCES = {"low": (1, 2), "medium": (2, 5), "high": (5, 9)}
_QUOTE = 80
_WORD = re.compile(r"[a-z0-9]+")


def imagine(ask: Ask, chance: Random, costs: Costs) -> Draft:
    """Return the answer to an ask, cut to its budget.

    Raises ApiError 400 when a schema has no value that mockgw can find.
    """
    reasoning = chance.randint(*_EFFORTS.get(ask.effort or "none", _EFFORTS["medium"]))
    summary = _summary(ask, chance) if reasoning else ()
    called = _called(ask)
    parts: tuple[Says | Calls, ...]
    if called:
        parts = tuple(_call(tool, chance) for tool in called)
    else:
        parts = (_stopped(_says(ask, chance), ask.stop),)
    return fit(Draft(reasoning, summary, parts), ask.budget, costs)


def _summary(ask: Ask, chance: Random) -> tuple[str, ...]:
    if not ask.summary or ask.summary == "none":
        return ()
    count = 1 if ask.summary == "concise" else 2
    told = (thought(chance) for _ in range(count))
    return tuple(f"**{heading}**\n\n{sentence}" for heading, sentence in told)


def _called(ask: Ask) -> list[Tool]:
    """Return the tools to call: a named one always, others once per turn.

    Of several, those that the user's words name are called, all at once unless the caller wants
    one at a time; if none is named, the first.
    """
    kind, _, name = ask.choice.partition(":")
    if kind == "named":
        return [tool for tool in ask.tools if tool.name == name][:1]
    if not ask.tools or kind == "none" or (ask.answered and kind != "required"):
        return []
    said = set(_WORD.findall(ask.text.lower()))
    fits = [tool for tool in ask.tools if _names(tool) & said]
    return (fits if ask.parallel else fits[:1]) or [ask.tools[0]]


def _names(tool: Tool) -> set[str]:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", tool.name).lower()
    return {word for word in _WORD.findall(spaced) if len(word) > 3}  # noqa: PLR2004 - not "get"


def _call(tool: Tool, chance: Random) -> Calls:
    if tool.kind == "custom":
        return Calls(tool.name, prose(chance, 1), "custom")
    value = _value(tool.parameters or {"type": "object", "properties": {}}, chance, tool.name)
    return Calls(tool.name, encode(value if isinstance(value, dict) else {}).decode())


def _says(ask: Ask, chance: Random) -> Says:
    if ask.schema is not None:
        text = encode(_value(ask.schema, chance, "the response format")).decode()
        return Says(text, structured=True)
    if ask.json_object:
        return Says(encode({"answer": prose(chance, 1)}).decode())
    least, most = _SENTENCES.get(ask.verbosity, _SENTENCES["medium"])
    return Says(_quote(ask.text) + prose(chance, chance.randint(least, most)))


def _quote(text: str) -> str:
    """Begin with what was asked, so that an answer can be told from another at a glance."""
    line = " ".join(text.split())
    if not line:
        return ""
    shown = line if len(line) <= _QUOTE else line[:_QUOTE].rstrip() + "…"
    return f"A synthesized answer to “{shown}”: "


def _value(schema: object, chance: Random, owner: str) -> object:
    try:
        return instance(schema, chance)  # type: ignore[arg-type]
    except UnsatisfiableSchema as problem:
        raise ApiError(
            400,
            f"mockgw found no value for the schema of {owner}: {problem}",
            type="mockgw_error",
            code="unsatisfiable_schema",
            origin="mockgw",
        ) from None


def _stopped(said: Says, stops: tuple[str, ...]) -> Says:
    ends = [place for place in (said.text.find(stop) for stop in stops if stop) if place >= 0]
    return replace(said, text=said.text[: min(ends)]) if ends else said
