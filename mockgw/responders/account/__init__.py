"""Answers what is asked of an account: which models there are, its gateways and their logs."""

from collections.abc import Collection, Mapping

from mockgw.gateways import Gateways
from mockgw.model import Answer, Call
from mockgw.ports import Clock
from mockgw.responders.account import gateways, logs, models
from mockgw.responders.account.desk import Desk, Handler
from mockgw.state import Store

SOURCE = "gateway"
_HANDLERS: Mapping[str, Handler] = {
    "account.authors": models.authors,
    "account.catalog.list": models.listed,
    "account.catalog.retrieve": models.retrieved,
    "account.gateways.create": gateways.create,
    "account.gateways.delete": gateways.delete,
    "account.gateways.list": gateways.listed,
    "account.gateways.retrieve": gateways.retrieve,
    "account.gateways.update": gateways.update,
    "account.gateways.url": gateways.url,
    "account.logs.clear": logs.clear,
    "account.logs.edit": logs.edit,
    "account.logs.list": logs.listed,
    "account.logs.request": logs.request,
    "account.logs.response": logs.response,
    "account.logs.retrieve": logs.retrieve,
    "account.models.schema": models.schema,
    "account.models.search": models.searched,
    "account.tasks": models.tasks,
    "binding.models": models.searched,
}


class Account:
    """Answers in every mode: what a gateway is like and has logged is nobody else's to know.

    `models` are further ids to know.
    """

    answers = frozenset(_HANDLERS)

    def __init__(
        self, models: Collection[str], gateways: Gateways, store: Store, clock: Clock
    ) -> None:
        self._desk = Desk(tuple(models), gateways, store, clock)

    def respond(self, call: Call) -> Answer | None:
        """Return the answer in its envelope, None for a call that is a model's to answer.

        Raises ApiError for what is not there and for a parameter that the API does not take.
        """
        handler = _HANDLERS.get(call.operation)
        return None if handler is None else Answer(handler(self._desk, call), SOURCE)
