"""The models of the catalogue, as searches and the catalogue itself show them."""

from mockgw.apis.cloudflare import models
from mockgw.apis.cloudflare.page import paged
from mockgw.model import Call, Json
from mockgw.responders.account.desk import Desk, enveloped


def searched(desk: Desk, call: Call) -> Json:
    """Return a page of the models that a search finds, 50 when it does not say how many."""
    return enveloped(*paged(call.query, models.searched(call.query, desk.models), 50, 100))


def schema(desk: Desk, call: Call) -> Json:
    """Return the input and output schemas of a model."""
    return enveloped(models.schema(call.query, desk.models))


def listed(desk: Desk, call: Call) -> Json:
    """Return a page of the catalogue."""
    return enveloped(*paged(call.query, models.listed(desk.models), 50, 100))


def retrieved(desk: Desk, call: Call) -> Json:
    """Return one model of the catalogue with its schemas."""
    author = call.params.get("author")
    name = call.params["id"]
    return enveloped(models.retrieved(f"{author}/{name}" if author else name, desk.models))


def authors(desk: Desk, call: Call) -> Json:  # noqa: ARG001 - a handler takes both
    """Return who made the models."""
    return enveloped(models.authors())


def tasks(desk: Desk, call: Call) -> Json:  # noqa: ARG001 - as above
    """Return what the models are for."""
    return enveloped(models.tasks())
