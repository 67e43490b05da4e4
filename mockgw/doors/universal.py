"""The universal endpoint: one request that names several, of which the first good one answers.

Each is a request of its own through the gateway's door; what is refused here is the whole.
"""

from mockgw.doors.binding import Binding
from mockgw.doors.gateway import Gateway, is_account
from mockgw.model import Raw
from mockgw.ports import Claim, Operation

UNIVERSAL = Operation("gateway.universal", "POST", "/")


class Universal(Gateway):
    """`POST /v1/{account}/{gateway}`."""

    def claim(self, segments: list[str]) -> Claim | None:
        """Take the gateway's own path."""
        match segments:
            case ["v1", account, gateway] if is_account(account):
                return Claim("/", {"account": account, "gateway": gateway}, own=(UNIVERSAL,))
        return None


class UniversalBinding(Gateway):
    """`POST /ai-gateway/universal/run/{gateway}`, which `env.AI.gateway(id).run(…)` asks."""

    def claim(self, segments: list[str]) -> Claim | None:
        """Take the binding's path."""
        match segments:
            case ["ai-gateway", "universal", "run", gateway]:
                return Claim("/", {"gateway": gateway}, own=(UNIVERSAL,))
        return None

    def key(self, raw: Raw) -> str | None:
        """Return the key of a caller from another host; the binding itself cannot send one."""
        return Binding().key(raw)
