"""What those who answer for an account work with."""

from collections.abc import Callable
from typing import Any

import msgspec

from mockgw.gateways import Gateways
from mockgw.model import Call, Json
from mockgw.ports import Clock
from mockgw.state import Store


class Desk(msgspec.Struct, frozen=True):
    """The ids of further models, the gateways with their logs, where they are kept, the time."""

    models: tuple[str, ...]
    gateways: Gateways
    store: Store
    clock: Clock


Handler = Callable[[Desk, Call], Json]


def enveloped(result: Any, info: Json | None = None) -> Json:
    """Return a result in the envelope of the REST API; `info` tells which page of a list it is."""
    told = {"result": result, "success": True, "errors": [], "messages": []}
    return told if info is None else {**told, "result_info": info}
