"""The models that are known."""

from urllib.parse import unquote

from mockgw.apis import models
from mockgw.model import Call, Json
from mockgw.responders.stored.shelf import Shelf


def listed(shelf: Shelf, call: Call) -> Json:  # noqa: ARG001 - a handler takes the call
    """Return the list of models."""
    return models.listed(shelf.models)


def retrieve(shelf: Shelf, call: Call) -> Json:
    """Return one model; raises ApiError 404 for a name that is none."""
    return models.retrieved(unquote(call.params["id"]), shelf.models)
