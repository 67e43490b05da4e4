"""An answer out of nothing: what a model might say to an Ask, drawn from a chance.

Whatever limits the answer (budget, stop) is applied to a draft that does not depend on it, so that
a larger budget shows more of the same answer.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from mockgw.canonical import encode
from mockgw.draft import Ask, Calls, Costs, Does, Draft, Hosted, Part, Says, Tool, fit, shortened
from mockgw.errors import ApiError
from mockgw.synth import hosted, lark
from mockgw.synth.instance import UnsatisfiableSchema, instance
from mockgw.synth.pattern import NoMatch, matching
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
    return fit(Draft(reasoning, summary, _parts(ask, chance)), ask.budget, costs)


def _parts(ask: Ask, chance: Random) -> tuple[Part, ...]:
    """Return what is done, what is called, and what is said when nobody has to act first."""
    chosen = _chosen(ask)
    done: tuple[Part, ...] = (hosted.approved(ask.approved),) if ask.approved else ()
    for tool in [one for one in chosen if isinstance(one, Hosted)][: ask.most_hosted]:
        done += hosted.deeds(tool, _searched(ask), chance)
    calls = [one for one in chosen if isinstance(one, Tool)]
    if any(isinstance(part, Does) and part.kind == "tool_search_output" for part in done):
        calls += _searched(ask).tools
    done += tuple(_call(tool, chance) for tool in calls)
    if not hosted.waits(done):
        said = _stopped(_says(ask, chance), ask.stop)
        done += (hosted.cited(said, ask, done, chance),)
    return (*done, Does("compaction")) if ask.compacts else done


def _summary(ask: Ask, chance: Random) -> tuple[str, ...]:
    if not ask.summary or ask.summary == "none":
        return ()
    count = 1 if ask.summary == "concise" else 2
    told = (thought(chance) for _ in range(count))
    return tuple(f"**{heading}**\n\n{sentence}" for heading, sentence in told)


def _chosen(ask: Ask) -> Sequence[Tool | Hosted]:
    """Return the tools to use: a named one always, others once per turn.

    Of several, those that the user's words name are used, all at once unless the caller wants
    one at a time; if none is named, the first.
    """
    kind, _, name = ask.choice.partition(":")
    if kind == "named":
        return [tool for tool in ask.tools if tool.name == name][:1]
    if kind == "hosted":
        return [tool for tool in ask.hosted if _is_named(tool, name.split(":"))][:1]
    if kind == "none" or (ask.answered and kind != "required"):
        return []
    offered = _offered(ask)
    said = set(_WORD.findall(ask.text.lower()))
    fits = [tool for tool in offered if _names(tool) & said]
    return (fits if ask.parallel else fits[:1]) or offered[:1]


def _offered(ask: Ask) -> list[Tool | Hosted]:
    """Return the tools that can be used now, functions first; a search only for what is hidden."""
    hidden = any(tool.deferred for tool in ask.tools)
    direct = [tool for tool in ask.tools if not tool.deferred]
    if ask.answered:
        # Who has to call something calls what is left: an agent's tool for its last word, mostly.
        direct = [tool for tool in direct if tool.name not in ask.used] or direct
    usable = [
        tool
        for tool in ask.hosted
        if tool.kind in hosted.KINDS and (tool.kind != "tool_search" or hidden)
    ]
    searching = [tool for tool in usable if tool.kind == "tool_search"]
    return [*searching, *direct, *(tool for tool in usable if tool not in searching)]


def _is_named(tool: Hosted, name: list[str]) -> bool:
    label = tool.settings.get("server_label")
    return tool.kind == name[0] and (len(name) == 1 or label == name[1])


def _searched(ask: Ask) -> Ask:
    """Return the ask with the one tool that a search finds: the one the user's words name."""
    hidden = [tool for tool in ask.tools if tool.deferred]
    said = set(_WORD.findall(ask.text.lower()))
    fits = [tool for tool in hidden if _names(tool) & said]
    return replace(ask, tools=tuple((fits or hidden)[:1]))


def _names(tool: Tool | Hosted) -> set[str]:
    if isinstance(tool, Hosted):
        label = str(tool.settings.get("server_label") or "")
        name = f"{tool.kind} {label} {hosted.KINDS.get(tool.kind, '')}"
    else:
        name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", tool.name)
    return {word for word in _WORD.findall(name.lower()) if len(word) > 3}  # noqa: PLR2004 - not "get"


def _call(tool: Tool, chance: Random) -> Calls:
    if tool.kind == "custom":
        said = _obeying(*tool.grammar, tool, chance) if tool.grammar else prose(chance, 1)
        return Calls(tool.name, said, "custom", tool.namespace)
    value = _value(tool.parameters or {"type": "object", "properties": {}}, chance, tool.name)
    payload = encode(value if isinstance(value, dict) else {}).decode()
    return Calls(tool.name, payload, namespace=tool.namespace)


def _obeying(syntax: str, definition: str, tool: Tool, chance: Random) -> str:
    try:
        if syntax == "lark":
            return lark.sentence(definition, chance)
        return matching(rf"^(?:{definition})$", chance)
    except NoMatch as problem:
        raise _unsatisfiable("grammar", tool.name, problem) from None


def _says(ask: Ask, chance: Random) -> Says:
    if ask.schema is not None:
        text = encode(_value(ask.schema, chance, "the response format")).decode()
        return Says(text, structured=True)
    if ask.json_object:
        return Says(encode({"answer": prose(chance, 1)}).decode())
    if ask.predicted:
        # A caller who predicts a text wants it back with little changed.
        return Says(f"{ask.predicted.rstrip()}\n{prose(chance, 1)}")
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
        return instance(schema, chance)  # type: ignore[arg-type] # it says itself what is none
    except UnsatisfiableSchema as problem:
        raise _unsatisfiable("schema", owner, problem) from None


def _unsatisfiable(what: str, owner: str, problem: Exception) -> ApiError:
    return ApiError(
        400,
        f"mockgw found no value for the {what} of {owner}: {problem}",
        type="mockgw_error",
        code=f"unsatisfiable_{what}",
        origin="mockgw",
    )


def _stopped(said: Says, stops: tuple[str, ...]) -> Says:
    ends = [place for place in (said.text.find(stop) for stop in stops if stop) if place >= 0]
    return shortened(said, said.text[: min(ends)]) if ends else said
