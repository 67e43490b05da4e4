"""The AI Gateway door: `/v1/{account}/{gateway}/…`, as gateway.ai.cloudflare.com answers it."""

from functools import lru_cache

from mockgw.doors import forms
from mockgw.doors.plain import Plain, provider_headers
from mockgw.errors import ApiError
from mockgw.model import Raw
from mockgw.ports import Claim

# First words of OpenAI's own paths: they are never an account.
_OPENAI = frozenset(
    "assistants audio batches chat completions containers conversations embeddings evals files "
    "fine_tuning images models moderations organization realtime responses threads uploads "
    "vector_stores videos".split()
)
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Gateway(Plain):
    """Passes the provider's bytes on and adds the gateway's headers."""

    name = "gateway"
    error_forms = frozenset({"openai", "gateway"})

    def claim(self, segments: list[str]) -> Claim | None:
        """Take `v1/{account}/{gateway}/openai[/v1]/…` and `…/compat/chat/completions`."""
        if segments[:1] != ["v1"] or len(segments) < 3 or not is_account(segments[1]):  # noqa: PLR2004 - up to the gateway
            return None
        params = {"account": segments[1], "gateway": segments[2]}
        provider, rest = segments[3:4], segments[4:]
        if provider == ["openai"]:
            return Claim("/" + "/".join(rest[1:] if rest[:1] == ["v1"] else rest), params)
        if provider == ["compat"] and rest == ["chat", "completions"]:
            return Claim("/chat/completions", params, creates=True)
        raise forms.no_route("/" + "/".join(segments))

    def key(self, raw: Raw) -> str | None:
        """Return the bearer of `cf-aig-authorization`, or else that of `Authorization`."""
        own = forms.bearer(raw.headers.get("cf-aig-authorization"))
        return own or forms.bearer(raw.headers.get("authorization"))

    def refuse(self, error: ApiError, model: str, trace: str) -> tuple[int, bytes]:
        """Return the provider's own error, or the gateway's when the gateway refuses."""
        if error.origin == "gateway":
            return error.status, forms.gateway(error, model, trace)
        return error.status, forms.openai(error)

    def headers(self, trace: str, at: float) -> tuple[tuple[str, str], ...]:
        """Return the provider's headers and the gateway's: log id, cache status, step."""
        return (
            *provider_headers(trace),
            ("cf-aig-cache-status", "MISS"),
            ("cf-aig-log-id", log_id(trace, at)),
            ("cf-aig-step", "0"),
            ("cf-aig-event-id", forms.as_uuid(trace)),
        )


def is_account(segment: str) -> bool:
    """Tell whether the word behind `v1` can be an account: OpenAI's own paths begin with none."""
    return segment not in _OPENAI


@lru_cache(maxsize=16)
def log_id(trace: str, at: float) -> str:
    """Return the ULID of a request's log: of 32 hex digits, and of a moment in unix seconds."""
    number = (int(at * 1000) << 80) | int(trace[:20], 16)
    return "".join(_CROCKFORD[(number >> (5 * place)) & 31] for place in range(25, -1, -1))
