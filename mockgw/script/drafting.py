"""What an answer says, from the words that somebody said it in."""

import json as stdlib_json
from collections.abc import Mapping
from typing import Any

from mockgw.draft import Calls, Does, Draft, Failure, Part, Says
from mockgw.errors import MockgwError
from mockgw.script.meaning import Meaning, not_among, one_of

TWICE = "An answer says one thing."
ONE_OF = "a text, a dict or a model, text, json, refusal, body, choices"
_INCOMPLETE = ("max_output_tokens", "content_filter")
_FAILED = "server_error"


def draft(answer: Any, known: Meaning) -> Draft:
    """Return what `answer` and the keywords say; raises MockgwError for what no answer can be."""
    reasoning = known.take("reasoning", int, "a number of tokens") or 0
    if reasoning < 0:
        raise MockgwError(f"reasoning={reasoning} is no number of tokens.", "Give at least 0.")
    summary = known.take("summary", str | list | tuple, "a text or a list of texts") or ()
    incomplete = known.take("incomplete", str, one_of(_INCOMPLETE)) or ""
    if incomplete and incomplete not in _INCOMPLETE:
        raise not_among("incomplete", incomplete, _INCOMPLETE)
    failure = _failure(known.take("failed", str | Mapping, "a text, or a dict of code and message"))
    if failure and incomplete:
        raise MockgwError("An answer ends in one way.", "Give failed or incomplete, not both.")
    parts = _parts(answer, known)
    if not parts and not incomplete and not reasoning and failure is None:
        parts = (Says(""),)
    summaries = (summary,) if isinstance(summary, str) else tuple(summary)
    return Draft(reasoning, summaries, parts, incomplete, failure)


def _parts(answer: Any, known: Meaning) -> tuple[Part, ...]:
    """Return what is said and done: the commentary first, tool calls last."""
    commentary = known.take("commentary", str, "a text")
    items = known.take("items", list | tuple, "a list of items") or ()
    calls = known.take("tool_calls", list | tuple, "a list of calls") or ()
    return (
        *((Says(commentary, phase="commentary"),) if commentary is not None else ()),
        *(_item(one) for one in items),
        *_says(answer, known),
        *(_call(one) for one in calls),
    )


def _failure(given: str | Mapping[str, Any] | None) -> Failure | None:
    if given is None:
        return None
    told = {"message": given} if isinstance(given, str) else dict(given)
    message, code = told.pop("message", ""), told.pop("code", _FAILED)
    if told or not isinstance(message, str) or not isinstance(code, str):
        raise MockgwError(f"failed={given!r} says no failure.", "Give a text, or code and message.")
    return Failure(code, message)


def _item(one: Any) -> Does:
    """Return an item of a hosted tool: its type, and the keys that are not to be the usual ones."""
    if isinstance(one, str):
        return Does(one)
    if isinstance(one, Mapping) and isinstance(one.get("type"), str):
        return Does(one["type"], {name: value for name, value in one.items() if name != "type"})
    if isinstance(one, tuple | list) and len(one) == 2:  # noqa: PLR2004 - type and data
        kind, data = one
        if isinstance(kind, str) and isinstance(data, Mapping):
            return Does(kind, dict(data))
    raise MockgwError(
        f"{one!r} is no item.", 'Give ("web_search_call", {"status": "completed"}), or its type.'
    )


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
        raise MockgwError(TWICE, f"Give only one of: {ONE_OF}.")
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
