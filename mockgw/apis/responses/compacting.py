"""A long input made short: what users said, and one opaque item for all the rest.

The form is that of recorded answers: every user message in order, then one compaction item. How
long the real model's summary is nobody tells; here it is a quarter of what it stands for.
"""

from mockgw.apis.responses import reading, sealed, usage
from mockgw.apis.responses.filing import filed
from mockgw.context import Context
from mockgw.digits import Digits
from mockgw.ids import Ids
from mockgw.model import Call, Json

_SHARE, _LEAST = 4, 16


def compacted(call: Call, before: Context, digits: Digits, at: float) -> Json:
    """Return the `response.compaction` object; `at` is now, in unix seconds."""
    ids = Ids(digits, at, stored=False, partition=before.partition)
    identifier = ids.new("resp")
    given = usage.input_tokens(call, before)
    said = [*before.items, *reading.items(call.body)]
    kept = [item for item in said if reading.is_message(item) and item.get("role") == "user"]
    spent = max(given // _SHARE, _LEAST)
    item = {
        "id": ids.new("cmp"),
        "type": "compaction",
        "encrypted_content": sealed.seal(spent, at, identifier),
    }
    return {
        "id": identifier,
        "object": "response.compaction",
        "created_at": int(at),
        "output": [*filed(kept, ids), item],
        "usage": {
            "input_tokens": given,
            "input_tokens_details": {"cache_write_tokens": 0, "cached_tokens": 0},
            "output_tokens": spent,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": given + spent,
        },
    }
