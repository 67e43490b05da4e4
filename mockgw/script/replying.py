"""An answer by its meaning."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from mockgw.errors import MockgwError
from mockgw.script.drafting import ONE_OF, TWICE, draft
from mockgw.script.meaning import Meaning
from mockgw.script.scripted import Scripted


def reply(answer: Any = None, **meaning: Any) -> Scripted:
    """Return an answer that says what was meant.

    `answer` is a text, a dict or pydantic model (structured output), a function of the call, or
    what `reply` or `fail` returned before. The rest are `text`, `reasoning` (tokens), `summary`
    (texts), `commentary` (what is said on the way), `items` (what hosted tools did: a type and
    its keys), `tool_calls` (name and arguments), `json`, `refusal`, `incomplete` (a reason),
    `failed` (a message: the answer breaks off), `choices` (an answer for each choice of a chat),
    `usage` (`input`, `output`, `reasoning`, `cached`), `body` (the exact object), `delay` and
    `pace` (seconds before the first event and between two), `timing` (a pace such as `realistic`)
    and `fault` (what goes wrong on its way).

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
        return Scripted(drafts=(draft(answer, known),))
    if answer is not None or (body is not None and choices is not None):
        raise MockgwError(TWICE, f"Give only one of: {ONE_OF}.")
    if body is not None:
        return Scripted(body=dict(body))
    if not choices:
        raise MockgwError("choices=[] has no answer in it.", "Give one for each choice.")
    return Scripted(drafts=tuple(draft(one, Meaning({})) for one in choices))
