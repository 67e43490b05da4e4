"""`/_mockgw/openapi.json`: the gateway's paths in OpenAPI."""

from functools import cache

from mockgw.admin import Paths
from mockgw.model import Json
from mockgw.openapi import description


def described() -> Paths:
    """Return the path that describes the gateway."""
    return {("GET", "/openapi.json"): lambda _: _description()}


@cache
def _description() -> Json:
    return description()
