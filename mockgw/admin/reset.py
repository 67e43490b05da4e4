"""`/_mockgw/reset`: a session, or all of them, as if nothing had been asked."""

from collections.abc import Callable

from mockgw.admin import Paths
from mockgw.admin.asking import body_of, session_of
from mockgw.model import Json, Raw

_KEYS = ("session",)


def reset(forget: Callable[[str | None], None]) -> Paths:
    """Return the path that makes `forget` forget a session, or all of them when none is named."""

    def begin(raw: Raw) -> Json:
        name = session_of(raw, body_of(raw, _KEYS))
        forget(name)
        return {"reset": "all" if name is None else name}

    return {("POST", "/reset"): begin}
