"""An answer by its meaning."""

import json as stdlib_json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mockgw.draft import Calls, Draft, Says
from mockgw.errors import MockgwError
from mockgw.script.meaning import Meaning, not_among, one_of
from mockgw.script.scripted import Scripted

_INCOMPLETE = ("max_output_tokens", "content_filter")
_TWICE = "An answer says one thing."
_ONE_OF = "a text, a dict or a model, text, json, refusal, body, choices"


def reply(answer: Any = None, **meaning: Any) -> Scripted:
    """Return an answer that says what was meant.

    `answer` is a text, a dict or pydantic model (structured output), a function of the call, or
    what `reply` or `fail` returned before. The rest are `text`, `reasoning` (tokens), `summary`
    (texts), `tool_calls` (name and arguments), `json`, `refusal`, `incomplete` (a reason),
    `choices` (an answer for each choice of a chat), `usage` (`input`, `output`, `reasoning`,
    `cached`), `body` (the exact object), `delay` and `pace` (seconds before the first event and
    between two), `timing` (a pace such as `realistic`) and `fault` (what goes wrong on its way).

    Raises MockgwError for what no answer can be.
    """
    known = Meaning(meaning)
    if isinstance(answer, Scripted):
        known.done()
        return answer
    made = replace(
        _said(answer, known),
        usage=known.usage(),
        timing=known.timing(),
        paces=known.paces(),
        fault=known.fault(),
    )
    known.done()
    return made


def _said(answer: Any, known: Meaning) -> Scripted:
    if callable(answer) and not isinstance(answer, type):
        return Scripted(make=answer)
    body = known.take("body", Mapping, "a dict")
    choices = known.take("choices", list | tuple, "a list of answers")
    if body is None and choices is None:
        return Scripted(drafts=(_draft(answer, known),))
    if answer is not None or (body is not None and choices is not None):
        raise MockgwError(_TWICE, f"Give only one of: {_ONE_OF}.")
    if body is not None:
        return Scripted(body=dict(body))
    if not choices:
        raise MockgwError("choices=[] has no answer in it.", "Give one for each choice.")
    return Scripted(drafts=tuple(_draft(one, Meaning({})) for one in choices))


def _draft(answer: Any, known: Meaning) -> Draft:
    reasoning = known.take("reasoning", int, "a number of tokens") or 0
    if reasoning < 0:
        raise MockgwError(f"reasoning={reasoning} is no number of tokens.", "Give at least 0.")
    summary = known.take("summary", str | list | tuple, "a text or a list of texts") or ()
    incomplete = known.take("incomplete", str, one_of(_INCOMPLETE)) or ""
    if incomplete and incomplete not in _INCOMPLETE:
        raise not_among("incomplete", incomplete, _INCOMPLETE)
    given = known.take("tool_calls", list | tuple, "a list of calls") or ()
    parts: tuple[Says | Calls, ...] = (*_says(answer, known), *(_call(one) for one in given))
    if not parts and not incomplete and not reasoning:
        parts = (Says(""),)
    summaries = (summary,) if isinstance(summary, str) else tuple(summary)
    return Draft(reasoning, summaries, parts, incomplete)


def _says(answer: Any, known: Meaning) -> tuple[Says, ...]:
    text = known.take("text", str, "a text")
    refusal = known.take("refusal", str, "a text")
    told: list[Says] = []
    if isinstance(answer, str):
        told.append(Says(answer))
    elif answer is not None:
        told.append(Says(_json(answer), structured=True))
    if text is not None:
        told.append(Says(text))
    told += [Says(_json(value), structured=True) for value in known.value("json")]
    if refusal is not None:
        told.append(Says(refusal, refusal=True))
    if len(told) > 1:
        raise MockgwError(_TWICE, f"Give only one of: {_ONE_OF}.")
    return tuple(told)


def _json(value: Any) -> str:
    dump = getattr(value, "model_dump_json", None)
    if callable(dump) and not isinstance(value, type):
        return str(dump())
    try:
        return stdlib_json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError) as problem:
        message = f"{value!r} cannot be said in JSON: {problem}."
        raise MockgwError(message, "Give plain data.") from None


def _call(one: Any) -> Calls:
    if isinstance(one, Mapping):
        name, arguments = one.get("name"), one.get("arguments", {})
    elif isinstance(one, tuple | list) and len(one) == 2:  # noqa: PLR2004 - name and arguments
        name, arguments = one
    else:
        name, arguments = None, None
    if not isinstance(name, str) or not name or not isinstance(arguments, Mapping | str):
        raise MockgwError(
            f"{one!r} is no tool call.",
            'Give ("name", {"argument": 1}), or a text in place of the dict.',
        )
    payload = arguments if isinstance(arguments, str) else _json(dict(arguments))
    return Calls(name, payload)
