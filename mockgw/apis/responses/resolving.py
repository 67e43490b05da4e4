"""A call with the items that its input names by their id alone put in their place."""

from msgspec.structs import replace

from mockgw.apis.responses import history, reading
from mockgw.context import EMPTY, Context
from mockgw.errors import ApiError
from mockgw.model import Call, Json
from mockgw.state import Store, context
from mockgw.state.past import is_reference


def resolved(call: Call, before: Context) -> Call:
    """Return the call with every reference replaced by what it stands for.

    A reference that stands for nothing, which only a recording can hold, is left out.
    """
    given = reading.items(call.body)
    if not any(is_reference(item) for item in given):
        return call
    told = [
        before.referred.get(str(item.get("id"))) if is_reference(item) else item for item in given
    ]
    return replace(call, body={**call.body, "input": [item for item in told if item is not None]})


def check_one_past(body: Json) -> None:
    """Raise ApiError for a body that continues both a response and a conversation."""
    if body.get("previous_response_id") and body.get("conversation"):
        raise ApiError(
            400,
            "Mutually exclusive parameters: 'previous_response_id' and 'conversation'. Ensure you "
            "are only providing one of these parameters.",
            code="mutually_exclusive_parameters",
        )


def past(store: Store, call: Call) -> Context:
    """Return what came before the call.

    Raises ApiError for what is not stored, and for an input that does not belong to it: calls left
    without their output, outputs without their call, items that are there already.
    """
    before = context(store, call.session, call.body, call.newest)
    if before is not EMPTY:
        said = reading.items(resolved(call, before).body)
        history.check([*before.items, *said], continued=False)
    return before
