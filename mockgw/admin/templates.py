"""`/_mockgw/templates`: the templates there are, and those that a session adds to them."""

from typing import Any

from mockgw.admin import Paths
from mockgw.admin.asking import session_of
from mockgw.errors import ApiError, MockgwError
from mockgw.model import Json, Raw
from mockgw.templates.collection import Templates
from mockgw.templates.problem import TemplateError
from mockgw.templates.reading import parse
from mockgw.templates.template import Template

_PLACE = "/templates"


def templates(held: Templates) -> Paths:
    """Return the paths that list templates, add some to a session, and take them back.

    The query names the session: `?session=NAME`. Without it the calls outside of any are meant.
    Another path reads the files again; with a mistake in them, all stays as it was.
    """

    def listed(raw: Raw) -> Json:
        session = _session(raw)
        past = held.past(session)
        return {
            "templates": [
                {**_told(one), "answered": past.answered.get(one.name, 0)}
                for one in held.of(session)
            ],
            "scenarios": dict(past.states),
            "problem": held.problem or None,
        }

    def added(raw: Raw) -> Json:
        session = _session(raw)
        known = (one.name for one in held.of(session))
        try:
            made = parse(raw.body, "the request's body", known)
        except TemplateError as problem:
            raise _refusal(problem) from None
        held.add(session, made)
        return {"added": [one.name for one in made]}

    def removed(raw: Raw) -> Json:
        return {"removed": held.remove(_session(raw))}

    return {
        ("GET", _PLACE): listed,
        ("POST", _PLACE): added,
        ("DELETE", _PLACE): removed,
        ("POST", f"{_PLACE}/reload"): lambda _: _reloaded(held),
    }


def _reloaded(held: Templates) -> Json:
    try:
        held.reload()
    except MockgwError as problem:
        raise _refusal(problem) from None
    return {"templates": len(held.own)}


def _session(raw: Raw) -> str:
    return session_of(raw) or ""


def _told(one: Template) -> dict[str, Any]:
    return {"name": one.name, "where": one.where, "when": one.told, "description": one.description}


def _refusal(problem: MockgwError) -> ApiError:
    return ApiError(400, str(problem), type="mockgw_error", code="wrong_template", origin="mockgw")
