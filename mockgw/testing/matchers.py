"""By which rules a suite wants its recordings to be found: `match=` and vcrpy's `match_on`."""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from mockgw.canonical import encode
from mockgw.errors import ApiError, MockgwError
from mockgw.matching import LEVELS, chosen
from mockgw.matching.level import EXACT, NORMALIZED, SEQUENCE
from mockgw.model import Call
from mockgw.recordings import Recording

Matcher = Callable[[Any, Any], object]
Accepts = Callable[[Recording, Call], bool]
_BODY, _RAW_BODY, _HEADERS = "body", "raw_body", "headers"
# Where a call goes is its operation, by whichever door it goes there: always compared.
_ADDRESS = ("method", "scheme", "host", "port", "path", "query", "uri")
NAMES = (*_ADDRESS, _BODY, _RAW_BODY, _HEADERS)
# What vcrpy compares when nobody says what to compare.
DEFAULT = ("method", "scheme", "host", "port", "path", "query")
# What belongs to the connection and to the client, and to no recording.
_OF_THE_HOP = frozenset(
    "accept-encoding authorization connection content-length expect host keep-alive te trailer "
    "transfer-encoding upgrade user-agent".split()
)


@dataclass(frozen=True, slots=True)
class Matching:
    """The levels to try, and what else must hold of a recording and what is asked."""

    levels: tuple[str, ...]
    accepts: Accepts | None = None


def matching(given: Any, source: str) -> Matching:
    """Return what levels, vcrpy's names and functions of two requests mean, one or a list of them.

    Without a body to compare, recordings are played in their order. A function is called as vcrpy
    calls it: with the request that is asked and the recorded one. Raises MockgwError that names
    the source.
    """
    listed = list(given) if isinstance(given, list | tuple | set | frozenset) else [given]
    for one in listed:
        if not (callable(one) or one in (*LEVELS, *NAMES)) or not listed:
            raise _unknown(one, source)
    if not listed:
        raise MockgwError(f"{source}: match compares nothing.", f"Give {', '.join(LEVELS)}.")
    levels = [one for one in listed if one in LEVELS]
    functions = [one for one in listed if callable(one)]
    accepts: list[Accepts] = [_accepted_by(one) for one in functions]
    if _HEADERS in listed:
        accepts.append(_same_headers)
    return Matching(
        chosen(levels) if levels else _levels(listed),
        (lambda one, call: all(accept(one, call) for accept in accepts)) if accepts else None,
    )


def _levels(names: Sequence[Any]) -> tuple[str, ...]:
    if _RAW_BODY in names:
        return (EXACT,)
    return (EXACT, NORMALIZED) if _BODY in names else (EXACT, NORMALIZED, SEQUENCE)


def _unknown(given: Any, source: str) -> MockgwError:
    known = (*LEVELS, *NAMES)
    near = difflib.get_close_matches(str(given), known, n=1)
    nearest = f" (nearest: {near[0]})" if near else ""
    return MockgwError(
        f"{source}: there is no match {given!r}.",
        f"Give {', '.join(LEVELS)}{nearest}, vcrpy's names, or functions of two requests.",
    )


def _same_headers(one: Recording, call: Call) -> bool:
    """Tell whether the recorded headers were sent again; a client's others do not count."""
    recorded = one.interaction.request_headers
    return all(
        call.headers.get(name) == ", ".join(values)
        for name, values in recorded.items()
        if name not in _OF_THE_HOP
    )


def _accepted_by(function: Matcher) -> Accepts:
    def accept(one: Recording, call: Call) -> bool:
        recorded = one.interaction
        headers = {name: ", ".join(values) for name, values in recorded.request_headers.items()}
        pair = (
            request(recorded.method, recorded.uri, sent(call), headers_of(call)),
            request(recorded.method, recorded.uri, recorded.request_body, headers),
        )
        try:
            answer = function(*pair)
        except AssertionError:
            return False
        except Exception as problem:
            name = getattr(function, "__name__", repr(function))
            raise ApiError(
                500,
                f"The test's own matcher {name} raised {type(problem).__name__}: {problem}",
                type="mockgw_error",
                code="failed_matcher",
                origin="mockgw",
            ) from problem
        # As with vcrpy, a matcher that returns nothing found nothing to object to.
        return answer is None or bool(answer)

    return accept


def request(method: str, uri: str, body: bytes, headers: dict[str, str]) -> Any:
    """Return a request as vcrpy's matchers and hooks expect one."""
    # vcrpy is slow to import, and only these matchers and hooks need it.
    from vcr.request import Request  # noqa: PLC0415

    return Request(method, uri, body or None, headers)


def sent(call: Call) -> bytes:
    """Return the provider's body that the call has, whichever door wrapped it."""
    if not call.body:
        return b""
    return encode({"model": call.model, **call.body} if call.model else call.body)


def headers_of(call: Call) -> dict[str, str]:
    """Return the headers of the call that say something of it."""
    told = {name.lower(): value for name, value in call.headers.items()}
    return {name: told[name] for name in told if name not in _OF_THE_HOP - {"authorization"}}
