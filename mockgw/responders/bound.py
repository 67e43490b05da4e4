"""Answers what the Workers binding asks beside `run`: it is the gateway's to know in every mode."""

from collections.abc import Callable
from urllib.parse import quote

from mockgw.doors import bound
from mockgw.doors.binding import WEBSOCKET
from mockgw.doors.forms import no_method
from mockgw.environment import ACCOUNT_ID
from mockgw.errors import ApiError
from mockgw.model import Answer, Call, Json

SOURCE = "gateway"
# Where the binding believes itself to be.
_BINDINGS_HOST = "workers-binding.ai"


class Bound:
    """Tells a Worker where its gateways are. `url` is the gateway's own address."""

    answers = frozenset({bound.URL.name, bound.SUPPORTED.name, WEBSOCKET.name})

    def __init__(self, url: Callable[[], str]) -> None:
        self._url = url

    def respond(self, call: Call) -> Answer | None:
        """Return what `env.AI` hands on, None for a call that is a model's to answer.

        Raises ApiError 400 for a run over a WebSocket.
        """
        if call.operation == bound.URL.name:
            return Answer(_result({"url": self._address(call)}), SOURCE)
        if call.operation == bound.SUPPORTED.name:
            # The binding reads no error here: that no kind of file is supported is the truth.
            return Answer(_result([]), SOURCE)
        if call.operation == WEBSOCKET.name:
            raise _no_socket(call)
        return None

    def _address(self, call: Call) -> str:
        """Return the URL of a gateway, where the real one says gateway.ai.cloudflare.com.

        It is told by the name that the caller found this server by, where he says it.
        """
        host = call.headers.get("host") or _BINDINGS_HOST
        base = self._url() if host.partition(":")[0] == _BINDINGS_HOST else f"http://{host}"
        session = f"/_s/{quote(call.session, safe='')}" if call.session else ""
        gateway, provider = call.params["gateway"], call.params["provider"]
        ending = "" if provider == "universal" else provider
        return f"{base}{session}/v1/{ACCOUNT_ID}/{gateway}/{ending}"


def _no_socket(call: Call) -> ApiError:
    """Return the refusal of a run by GET, which is meant when the caller wants another protocol."""
    if not call.headers.get("upgrade"):
        return no_method("GET")
    message = "OpenAI's models are not run over a WebSocket: leave `websocket` out of the options."
    return ApiError(400, message, param="websocket", origin="gateway")


def _result(result: object) -> Json:
    return {"result": result, "success": True, "errors": [], "messages": []}
