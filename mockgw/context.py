"""What came before a call: what `previous_response_id`, `conversation` and references stand for."""

from collections.abc import Mapping

import msgspec

from mockgw.model import Json


class Context(msgspec.Struct, frozen=True):
    """The items of the responses or the conversation that a call continues, oldest first.

    `reasoning` gives the tokens of each of their reasoning items by its id: a later request of
    the same turn pays for them. `partition` is what their ids share, "" without any. `referred`
    are the items that the call's input names by id alone.
    """

    items: tuple[Json, ...] = ()
    reasoning: Mapping[str, int] = msgspec.field(default_factory=dict)
    partition: str = ""
    referred: Mapping[str, Json] = msgspec.field(default_factory=dict)


EMPTY = Context()
