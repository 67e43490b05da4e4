"""Headers that are kept: whatever is not on the list is dropped."""

from collections.abc import Callable, Collection

from mockgw.cassette.interaction import Headers

_ASKED = frozenset({"content-type", "cf-consn-model-id"})
_ANSWERED = frozenset(
    "content-type openai-model openai-processing-ms openai-version retry-after retry-after-ms "
    "x-request-id x-should-retry".split()
)
_FAMILIES = ("cf-aig-", "x-ratelimit-")
NEVER = frozenset(
    "authorization cf-aig-authorization proxy-authorization cookie set-cookie api-key x-api-key "
    "x-auth-email x-auth-key x-auth-token x-goog-api-key x-amz-security-token "
    "cf-access-client-id cf-access-client-secret cf-access-jwt-assertion cf-access-token".split()
)


def asked(headers: Headers, more: Collection[str], text: Callable[[str], str]) -> Headers:
    """Return what is kept of a request's headers, their values redacted."""
    return _kept(headers, lambda name: name in _ASKED or name in more, text)


def answered(headers: Headers, more: Collection[str], text: Callable[[str], str]) -> Headers:
    """Return what is kept of a response's headers, their values redacted."""
    return _kept(
        headers,
        lambda name: name in _ANSWERED or name.startswith(_FAMILIES) or name in more,
        text,
    )


def _kept(headers: Headers, wanted: Callable[[str], bool], text: Callable[[str], str]) -> Headers:
    return {
        name: tuple(text(value) for value in values)
        for name, values in headers.items()
        if wanted(name.lower()) and name.lower() not in NEVER
    }
