"""Every way into the gateway: how each wraps a request and what it puts around an answer."""

from dataclasses import dataclass
from typing import Any

from tests.wire import Json, Reply, post

_REST = "/client/v4/accounts/acc/ai"
_AIG = "/v1/acc/gw"


@dataclass(frozen=True)
class Way:
    """A path, and where it has the model: `body`, `run` (beside `input`), `path` or `header`."""

    name: str
    path: str
    door: str
    model_in: str = "body"

    @property
    def enveloped(self) -> bool:
        """Whether a JSON answer stands in `result`."""
        return self.door == "rest-run"

    @property
    def run_path(self) -> bool:
        """Whether Cloudflare's catalogue answers, with its own order of keys."""
        return self.door in {"rest-run", "rest-openai", "binding"}

    def request(self, model: str, body: Json) -> tuple[str, Json, dict[str, str]]:
        """Return path, body and headers that bring the provider's body (without model) this way."""
        path = self.path.replace("{model}", model).replace("{encoded}", model.replace("/", "%2F"))
        if self.model_in == "run":
            return path, {"model": model, "input": body}, {}
        if self.model_in == "path":
            return path, body, {}
        if self.model_in == "header":
            sent = {"inputs": body, "options": {"gateway": {"id": "default"}}}
            return path, sent, {"cf-consn-model-id": model}
        return path, {"model": model, **body}, {}

    def ask(self, url: str, model: str, body: Json, headers: Json | None = None) -> Reply:
        """Send the provider's body this way."""
        path, sent, own = self.request(model, body)
        return post(url + path, sent, {**own, **(headers or {})})

    def object(self, reply: Reply) -> Any:
        """Return the provider's object of a JSON answer."""
        return reply.json()["result"] if self.enveloped else reply.json()


_CATALOGUE = (
    Way("rest run", f"{_REST}/run", "rest-run", "run"),
    Way("rest run, model in path", f"{_REST}/run/{{model}}", "rest-run", "path"),
    Way("rest run, model encoded in path", f"{_REST}/run/{{encoded}}", "rest-run", "path"),
    Way("binding with a gateway", "/ai-gateway/run?version=3", "binding", "header"),
    Way("binding", "/run?version=3", "binding", "header"),
)
RESPONSES = (
    Way("openai", "/v1/responses", "openai"),
    Way("gateway", f"{_AIG}/openai/responses", "gateway"),
    Way("gateway with v1", f"{_AIG}/openai/v1/responses", "gateway"),
    Way("rest openai", f"{_REST}/v1/responses", "rest-openai"),
    *_CATALOGUE,
)
CHAT = (
    Way("openai", "/v1/chat/completions", "openai"),
    Way("gateway", f"{_AIG}/openai/chat/completions", "gateway"),
    Way("gateway with v1", f"{_AIG}/openai/v1/chat/completions", "gateway"),
    Way("gateway compat", f"{_AIG}/compat/chat/completions", "gateway"),
    Way("rest openai", f"{_REST}/v1/chat/completions", "rest-openai"),
    *_CATALOGUE,
)
