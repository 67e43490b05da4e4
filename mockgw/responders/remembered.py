"""Answers what a gateway remembers of calls: their logs, and the rest of a stream."""

from mockgw.apis.cloudflare.logs import alone
from mockgw.doors.remembered import LOG, PATCH, RESUME
from mockgw.errors import ApiError
from mockgw.gateways import Gateways, Place
from mockgw.model import Answer, Call, Json, Reply

SOURCE = "gateway"
_KNOWN = frozenset({LOG.name, PATCH.name, RESUME.name})


class Remembered:
    """Answers in every mode: nobody else knows what went through a gateway."""

    answers = _KNOWN

    def __init__(self, gateways: Gateways) -> None:
        self._gateways = gateways

    def respond(self, call: Call) -> Reply | None:
        """Return what a gateway remembers, None for a call that is a model's to answer.

        Raises ApiError for what it does not know.
        """
        if call.operation not in _KNOWN:
            return None
        place, identifier = Place(call.session, call.params["gateway"]), call.params["id"]
        if call.operation == RESUME.name:
            start = call.query.get("from", ("0",))[-1]
            return self._gateways.runs.resume(place, identifier, start)
        found = self._gateways.logs.find(*place, identifier)
        if found is None:
            # Not the words for a path that leads nowhere: workerd shows these to its caller.
            raise ApiError(404, "Log not found", code="7002", origin="gateway")
        if call.operation == PATCH.name:
            self._gateways.logs.change(*place, identifier, call.body)
            found = {}
        return Answer(_enveloped(alone(found)), SOURCE)


def _enveloped(result: Json) -> Json:
    return {"result": result, "success": True, "errors": [], "messages": []}
