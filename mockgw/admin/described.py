"""`/_mockgw/openapi.json`: the gateway's paths in OpenAPI."""

from functools import cache

from mockgw.admin import Paths
from mockgw.model import Json


def described() -> Paths:
    """Return the path that describes the gateway."""
    return {("GET", "/openapi.json"): lambda _: _description()}


@cache
def _description() -> Json:
    # Most servers are never asked for it.
    from mockgw.openapi import description  # noqa: PLC0415

    return description()
