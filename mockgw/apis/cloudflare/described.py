"""The parameters and bodies of the account's paths as JSON Schema, by operation."""

from mockgw.apis.cloudflare.gateways import NAME, SETTINGS
from mockgw.apis.cloudflare.logs import BY, ORDERS
from mockgw.model import Json

_TEXT, _FLAG, _NUMBER = ({"type": kind} for kind in ("string", "boolean", "number"))
_LEAST_TEXT = {"type": "string", "minLength": 1}


def _page(most: int) -> dict[str, Json]:
    return {
        "page": {"type": "integer", "minimum": 1, "maximum": 1_000_000},
        "per_page": {"type": "integer", "minimum": 1, "maximum": most},
    }


_FILTERS: dict[str, Json] = {
    "success": _FLAG,
    "cached": _FLAG,
    "provider": _TEXT,
    "model": _TEXT,
    "search": _TEXT,
    "min_cost": _NUMBER,
    "max_cost": _NUMBER,
    "order_by": {"type": "string", "enum": list(ORDERS)},
    BY: {"type": "string", "enum": ["asc", "desc"]},
}
QUERIES: dict[str, dict[str, Json]] = {
    "account.catalog.list": _page(100),
    "account.gateways.list": {**_page(50), "search": _TEXT},
    "account.logs.clear": {
        **_FILTERS,
        "limit": {"type": "integer", "minimum": 1, "maximum": 10_000},
    },
    "account.logs.list": {**_page(50), **_FILTERS},
    "account.models.schema": {"model": _LEAST_TEXT},
    "account.models.search": {
        **_page(100),
        "author": _TEXT,
        "search": _TEXT,
        "task": _TEXT,
        "source": _NUMBER,
        "hide_experimental": _FLAG,
    },
}
REQUIRED = frozenset({("account.models.schema", "model")})
_GATEWAY: Json = {"type": "object", **SETTINGS}
BODIES: dict[str, Json] = {
    "account.gateways.create": {
        **_GATEWAY,
        "properties": {"id": NAME, **_GATEWAY["properties"]},
        "required": ["id", *_GATEWAY["required"]],
    },
    "account.gateways.update": _GATEWAY,
    "account.logs.edit": {
        "type": "object",
        "properties": {
            "score": {"type": ["number", "null"]},
            "feedback": {"enum": [-1, 0, 1, None]},
            "metadata": {"type": ["object", "null"]},
        },
    },
}
