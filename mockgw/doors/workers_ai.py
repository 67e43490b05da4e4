"""The Workers AI route of the AI Gateway: `/v1/{account}/{gateway}/workers-ai/[run/]{model}`.

The AI SDK's `workers-ai-provider` comes this way when it has an account and a key instead of a
binding. It sends the bare inputs, and reads the answer from `result` of an envelope.
"""

from mockgw.doors.gateway import Gateway
from mockgw.doors.rest import RestRun
from mockgw.model import Json, Raw
from mockgw.ports import Claim, Peeled

_ROUTE = "workers-ai"
# /v1/ACCOUNT/GATEWAY/workers-ai
_BASE = 4
_GATEWAY = Gateway()


class WorkersAI(RestRun):
    """Runs the model in the path through the gateway in the path."""

    name = "workers-ai"

    def claim(self, segments: list[str]) -> Claim | None:
        """Take the paths of the route that name a model."""
        if segments[:1] != ["v1"] or segments[3:_BASE] != [_ROUTE]:
            return None
        model = (
            segments[_BASE + 1 :] if segments[_BASE : _BASE + 1] == ["run"] else segments[_BASE:]
        )
        if not model:
            return None
        params = {"account": segments[1], "gateway": segments[2], "model": "/".join(model)}
        return Claim("", params)

    def key(self, raw: Raw) -> str | None:
        """Return the bearer of `cf-aig-authorization`, or else that of `Authorization`."""
        return _GATEWAY.key(raw)

    def peel(self, raw: Raw, claim: Claim, body: Json) -> Peeled:
        """Return the body as it is, with the model and the gateway of the path."""
        peeled = super().peel(raw, claim, body)
        return Peeled(peeled.body, peeled.model, {"gateway": {"id": claim.params["gateway"]}})

    def headers(self, trace: str, at: float) -> tuple[tuple[str, str], ...]:
        """Return the gateway's headers, without those of OpenAI."""
        told = _GATEWAY.headers(trace, at)
        return tuple(one for one in told if one[0].startswith("cf-"))
