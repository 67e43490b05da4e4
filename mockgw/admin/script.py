"""`/_mockgw/script`: what the next calls of a session are answered."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from mockgw.admin import Paths
from mockgw.admin.asking import body_of, listed, made, session_of
from mockgw.draft import Calls, Draft, Says
from mockgw.errors import MockgwError
from mockgw.model import Json, Raw
from mockgw.script import Scripted, fail, placed, reply
from mockgw.sessions import Opens, Session

_KEYS = ("session", "replies")
_MOST = 10_000


def script(opens: Opens) -> Paths:
    """Return the paths that queue answers, tell those that wait, and take them away."""

    def told(raw: Raw) -> Json:
        return _left(opens(session_of(raw) or ""))

    def queue(raw: Raw) -> Json:
        body = body_of(raw, _KEYS)
        session = opens(session_of(raw, body) or "")
        replies = listed(body, "replies")
        if not replies:
            made(_nothing, "replies")
        if len(session.script) + len(replies) > _MOST:
            made(_too_many, "replies")
        read = [
            made(partial(scripted, one), f"replies[{number}]") for number, one in enumerate(replies)
        ]
        session.script.extend(placed(one, "/_mockgw/script") for one in read)
        return _left(session)

    def clear(raw: Raw) -> Json:
        session = opens(session_of(raw) or "")
        session.script.clear()
        return _left(session)

    place = "/script"
    return {("POST", place): queue, ("GET", place): told, ("DELETE", place): clear}


def scripted(given: Any) -> Scripted:
    """Return the answer that a JSON value means: a text, or the keywords of `reply` or `fail`.

    Raises MockgwError for what no answer can be.
    """
    if isinstance(given, str):
        return reply(given)
    if not isinstance(given, Mapping):
        raise MockgwError(
            f"{given!r} is no answer.", "Give a text, or an object with its keywords."
        )
    if not given:
        raise MockgwError("{} says nothing.", "Give text, json, tool_calls, error or another.")
    keywords = {str(key): value for key, value in given.items()}
    if "error" not in keywords:
        return reply(**keywords)
    error = keywords.pop("error")
    if not isinstance(error, str) and type(error) is not int:
        raise MockgwError(f"error={error!r} is no error.", "Give a status or a name.")
    return fail(error, **keywords)


def _left(session: Session) -> Json:
    return {"session": session.name, "waiting": [_told(one) for one in session.script]}


def _told(one: Scripted) -> Json:
    if one.error is not None:
        kind: Json = {"error": one.error.name or one.error.status}
    elif one.body is not None:
        kind = {"body": one.body.get("id")}
    elif one.make is not None:
        kind = {"function": getattr(one.make, "__name__", "")}
    else:
        kind = {"says": [_said(draft) for draft in one.drafts]}
    broken = one.fault or (one.error.fault if one.error is not None else None)
    return {**kind, "queued_at": one.where, **({"fault": str(broken)} if broken else {})}


def _nothing() -> None:
    raise MockgwError("there is nothing to queue.", 'Give "replies": ["a text", {"error": 429}].')


def _too_many() -> None:
    raise MockgwError(f"more than {_MOST} answers would wait.", "Queue them later.")


def _said(draft: Draft) -> Json:
    """Return what an answer says, as far as people need it to tell it from others."""
    told: Json = {"incomplete": draft.incomplete} if draft.incomplete else {}
    texts = [part.text for part in draft.parts if isinstance(part, Says)]
    calls = [part.name for part in draft.parts if isinstance(part, Calls)]
    return {
        **told,
        **({"text": "".join(texts)} if texts else {}),
        **({"calls": calls} if calls else {}),
    }
