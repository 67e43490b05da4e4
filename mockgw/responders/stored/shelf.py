"""What those who answer from the store work with."""

from collections.abc import Callable

import msgspec

from mockgw.digits import Digits
from mockgw.model import Call, Json, Reply
from mockgw.ports import Clock
from mockgw.state import Store

SOURCE = "state"


class Shelf(msgspec.Struct, frozen=True):
    """The store, and what ids and moments of new things are made of."""

    store: Store
    seed: str
    clock: Clock
    models: tuple[str, ...] = ()

    def digits(self, call: Call) -> Digits:
        """Return the digits that belong to the call alone."""
        return Digits(self.seed, call.session, call.key, str(call.repetition))


Handler = Callable[[Shelf, Call], Json | Reply]
