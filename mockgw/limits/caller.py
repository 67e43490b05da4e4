"""Who calls, as the limits see it."""

import msgspec

from mockgw import apis
from mockgw.canonical import digest
from mockgw.model import Call, Raw
from mockgw.ports import Door

_LETTERS_PER_TOKEN = 4
_CREATES = frozenset(one.creates for one in apis.APIS)
_BUDGETS = ("max_output_tokens", "max_completion_tokens", "max_tokens")


class Caller(msgspec.Struct, frozen=True):
    """Who calls, and what for: `key` is a digest of what the caller shows.

    `tokens` is what the call may cost before anybody knows. `run_path`: a run of Cloudflare's
    catalogue, which is told neither what is left nor how long to wait.
    """

    key: str
    gateway: str
    model: str
    door: str
    tokens: int
    run_path: bool = False


def creates(call: Call) -> bool:
    """Tell whether the call creates an answer: other calls are not limited."""
    return call.operation in _CREATES


def caller(raw: Raw, door: Door, call: Call) -> Caller:
    """Return who sent a request, and what it may cost: its letters by four, and its budget."""
    options = call.options.get("gateway")
    named = options.get("id") if isinstance(options, dict) else None
    budget = next((call.body[one] for one in _BUDGETS if isinstance(call.body.get(one), int)), 0)
    return Caller(
        key=digest(door.key(raw) or ""),
        gateway=str(named or call.params.get("gateway", "")),
        model=call.model,
        door=call.door,
        tokens=len(raw.body) // _LETTERS_PER_TOKEN + max(budget, 0),
        run_path=call.run_path,
    )
