"""What the Workers binding asks of a gateway afterwards: its logs, and the rest of a stream."""

from mockgw.doors import forms
from mockgw.doors.binding import Binding
from mockgw.doors.bound import Bound
from mockgw.errors import ApiError
from mockgw.model import Call, Json, Raw
from mockgw.ports import Claim, Operation, Peeled

_GATEWAY = "/ai-gateway/gateways/{gateway}"
LOG = Operation("gateway.log.retrieve", "GET", f"{_GATEWAY}/logs/{{id}}")
PATCH = Operation("gateway.log.patch", "PATCH", f"{_GATEWAY}/logs/{{id}}")
RESUME = Operation("gateway.run.resume", "GET", f"{_GATEWAY}/run/{{id}}/resume")


class Logs(Bound):
    """`gateway(id).getLog` and `patchLog`, which read errors in the plural form."""

    def claim(self, segments: list[str]) -> Claim | None:
        """Take the path of a log."""
        match segments:
            case ["ai-gateway", "gateways", gateway, "logs", identifier]:
                params = {"gateway": gateway, "id": identifier}
                return Claim(f"/{'/'.join(segments)}", params, own=(LOG, PATCH))
        return None

    def peel(self, raw: Raw, claim: Claim, body: Json) -> Peeled:
        """Return the body as it is; no model is in it."""
        return Peeled(body, "")


class Resumption(Binding):
    """`…/run/{id}/resume?from=N`, which `env.AI.fetch` asks."""

    def claim(self, segments: list[str]) -> Claim | None:
        """Take the path of a run."""
        match segments:
            case ["ai-gateway", "gateways", gateway, "run", identifier, "resume"]:
                params = {"gateway": gateway, "id": identifier}
                return Claim(f"/{'/'.join(segments)}", params, own=(RESUME,))
        return None

    def dress(self, answer: Json, call: Call) -> Json:
        """Return the object unchanged: no model said it."""
        return answer

    def refuse(self, error: ApiError, model: str, trace: str) -> tuple[int, bytes]:
        """Return the gateway's error form."""
        return error.status, forms.gateway(error, model, trace)
