"""The OpenAI door: `/v1/…`, as api.openai.com answers it."""

from mockgw.doors import forms
from mockgw.doors.plain import Plain, provider_headers
from mockgw.errors import ApiError
from mockgw.model import Raw
from mockgw.ports import Claim


class OpenAI(Plain):
    """Takes everything below `/v1`, and refuses in OpenAI's form whatever no other door takes."""

    name = "openai"

    def claim(self, segments: list[str]) -> Claim | None:
        """Take what begins with `v1`."""
        return Claim("/" + "/".join(segments[1:])) if segments[:1] == ["v1"] else None

    def key(self, raw: Raw) -> str | None:
        """Return the bearer of `Authorization`."""
        return forms.bearer(raw.headers.get("authorization"))

    def refuse(self, error: ApiError, model: str, trace: str) -> tuple[int, bytes]:
        """Return OpenAI's error object."""
        return error.status, forms.openai(error)

    def headers(self, trace: str, at: float) -> tuple[tuple[str, str], ...]:
        """Return what api.openai.com sends with every answer."""
        return provider_headers(trace)
