"""What else the Workers binding asks of workers-binding.ai: what `env.AI` offers beside `run`.

Whatever is refused is told in the plural form, from which the binding makes its error: it reads
`errors[0].message` (workerd, src/cloudflare/internal/ai-api.ts and its neighbours).
"""

from mockgw.doors import forms
from mockgw.doors.binding import Binding
from mockgw.errors import ApiError
from mockgw.model import Call, Json
from mockgw.ports import Claim, Operation

URL = Operation("binding.url", "GET", "/ai-gateway/gateways/{gateway}/url/{provider}")
MODELS = Operation("binding.models", "GET", "/ai-api/models/search")
SUPPORTED = Operation("binding.markdown.supported", "GET", "/to-everything/markdown/supported")

_NOT_HERE = {
    "to-everything": "toMarkdown turns files into text, which mockgw does not do.",
    "autorag": "AutoRAG searches documents, which mockgw has none of.",
}


class Bound(Binding):
    """`gateway(id).getUrl`, `models()` and `toMarkdown().supported()`; the rest it refuses."""

    error_forms = frozenset({"rest"})

    def claim(self, segments: list[str]) -> Claim | None:
        """Take the paths of the three calls; raises ApiError for what the double cannot do."""
        path = "/" + "/".join(segments)
        for operation in (MODELS, SUPPORTED):
            if path == operation.path:
                return Claim(path, own=(operation,))
        match segments:
            case ["ai-gateway", "gateways", gateway, "url", *provider] if provider:
                params = {"gateway": gateway, "provider": "/".join(provider)}
                return Claim(path, params, own=(URL,))
            case [first, *_] if first in _NOT_HERE:
                raise ApiError(501, _NOT_HERE[first], origin="mockgw")
        return None

    def dress(self, answer: Json, call: Call) -> Json:
        """Return the object unchanged: no model said it."""
        return answer

    def refuse(self, error: ApiError, model: str, trace: str) -> tuple[int, bytes]:
        """Return the envelope with `errors`."""
        return error.status, forms.rest(error, model)
