"""What the makers of arrays and objects need from the drawing that they are part of."""

import random
from typing import Any, Protocol

from mockgw.synth.document import Contradiction, Schema
from mockgw.synth.flat import Flattener


class Exhausted(Contradiction):
    """A value has become too large, or has taken too many draws: no branch can mend that."""


class Drawer(Protocol):
    """A drawing under way."""

    chance: random.Random
    flattener: Flattener
    # How many values are to differ from each other just now.
    spread: int

    def value(self, schema: Schema, name: str, *, lean: bool) -> Any:
        """Return a value for `schema`; `lean` asks for as little as will do."""
        ...

    def fits(self, value: Any, schema: Schema) -> bool:
        """Return whether `value` is valid for `schema`."""
        ...


def within(drawer: Drawer, schema: Schema, name: str, *, at: str | int, lean: bool) -> Any:
    """Return a value for the part of an array or object at `at`; failures tell that place."""
    try:
        return drawer.value(schema, name, lean=lean)
    except Contradiction as error:
        error.path.insert(0, at)
        raise
