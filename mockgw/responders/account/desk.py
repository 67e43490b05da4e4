"""What those who answer for an account work with."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from mockgw.model import Call, Json
from mockgw.ports import Clock
from mockgw.state import Store


class Logs(Protocol):
    """Keeps the logs of gateways apart for each session.

    A log is a JSON object with the fields of the API (`id`, `created_at`, `tokens_in` …), and
    beside them the whole bodies: `request` and `response`.
    """

    def listed(self, session: str, gateway: str) -> Sequence[Json]:
        """Return the logs of a gateway, oldest first."""
        ...

    def find(self, session: str, gateway: str, identifier: str) -> Json | None:
        """Return the log of that id, or None."""
        ...

    def change(self, session: str, gateway: str, identifier: str, told: Json) -> None:
        """Put what is told into the log of that id: `score`, `feedback`, `metadata`."""
        ...

    def drop(self, session: str, gateway: str, identifiers: Collection[str]) -> None:
        """Forget these logs."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """The ids of further models, the store with its gateways, their logs, and the time."""

    models: tuple[str, ...]
    store: Store
    clock: Clock
    logs: Logs | None


Handler = Callable[[Desk, Call], Json]


def enveloped(result: Any, info: Json | None = None) -> Json:
    """Return a result in the envelope of the REST API; `info` tells which page of a list it is."""
    told = {"result": result, "success": True, "errors": [], "messages": []}
    return told if info is None else {**told, "result_info": info}
