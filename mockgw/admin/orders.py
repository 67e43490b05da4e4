"""What a gateway can be told: the paths that change what it answers."""

from collections.abc import Callable
from typing import Protocol

from mockgw.admin import Paths
from mockgw.admin.clock import clock
from mockgw.admin.faults import faults
from mockgw.admin.gateways import gateways
from mockgw.admin.refusing import refusing
from mockgw.admin.reset import reset
from mockgw.admin.script import script
from mockgw.faults.rule import Rule
from mockgw.gateways import Gateways
from mockgw.ports import MovedTime
from mockgw.sessions import Session


class Obeys(Protocol):
    """A gateway, as far as it can be told what to do."""

    faults: list[Rule]
    gateways: Gateways

    @property
    def time(self) -> MovedTime | None:
        """The time that can be moved on, None when it is another."""
        ...

    def opens(self, name: str) -> Session:
        """Return the session of that name."""
        ...

    def forget(self, name: str | None) -> None:
        """Take a session, or all of them, to be as if nothing had been asked of it."""
        ...

    def refuse(self, seconds: float) -> None:
        """Refuse all connections for so long."""
        ...


def orders(gateway: Obeys, forget: Callable[[str | None], None]) -> tuple[Paths, ...]:
    """Return the paths; `forget` is what a reset makes the road forget."""

    def both(name: str | None) -> None:
        gateway.forget(name)
        forget(name)

    return (
        script(gateway.opens),
        faults(gateway.faults, gateway.opens),
        gateways(gateway.gateways),
        reset(both),
        clock(gateway.time),
        refusing(gateway.refuse),
    )
