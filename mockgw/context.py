"""What came before a call: the items that `previous_response_id` stands for."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mockgw.model import Json


@dataclass(frozen=True, slots=True)
class Context:
    """The items of the responses that a call continues, oldest first.

    `reasoning` gives the tokens of each of their reasoning items by its id: a later request of
    the same turn pays for them. `partition` is what their ids share, "" without any.
    """

    items: tuple[Json, ...] = ()
    reasoning: Mapping[str, int] = field(default_factory=dict)
    partition: str = ""


EMPTY = Context()
