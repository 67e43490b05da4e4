"""A refusal by its name or its status."""

from typing import Any

from mockgw.errors import ApiError
from mockgw.faults.named import named, usual
from mockgw.script.meaning import Meaning, not_among, one_of
from mockgw.script.scripted import Scripted

_ORIGINS = ("provider", "gateway")


def fail(error: int | str = 500, message: str | None = None, **details: Any) -> Scripted:
    """Return a refusal: an HTTP status or a name, with the usual words for it.

    A name is one of OpenAI's errors (`rate_limit`) or of Cloudflare's (`gateway.2021`). `details`
    are `type`, `code` and `param` of the error object; `origin`, who refuses: the `provider` or
    the `gateway` in front of it, which the doors of Cloudflare tell apart; `retry_after`, the
    seconds that the headers tell the caller to wait; `should_retry`, what `x-should-retry` says;
    `headers`; `delay`, the seconds until it is told; and `fault`, what goes wrong on its way.
    Raises MockgwError for an unknown name or a status that is no error.
    """
    made = named(error) if isinstance(error, str) else usual(error)
    known = Meaning(details)
    origin = known.take("origin", str, one_of(_ORIGINS)) or made.origin
    if origin not in _ORIGINS:
        raise not_among("origin", origin, _ORIGINS)
    wait = known.seconds("retry_after")
    told = ApiError(
        made.status,
        made.message if message is None else message,
        type=known.take("type", str, "a text") or made.type,
        code=known.take("code", str, "a text") or made.code,
        param=known.take("param", str, "a text") or made.param,
        origin=origin,
        retry_after=made.retry_after if wait is None else wait,
        should_retry=known.truth("should_retry"),
        headers=_over(made.headers, known.headers()),
        description=made.description if message is None else "",
        name=made.name,
        delay=known.seconds("delay") or 0.0,
        fault=known.fault(),
    )
    known.done()
    return Scripted(error=told)


def _over(
    usual: tuple[tuple[str, str], ...], given: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, str], ...]:
    names = {name for name, _ in given}
    return (*(one for one in usual if one[0] not in names), *given)
