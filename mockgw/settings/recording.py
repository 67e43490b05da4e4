"""Whom a gateway asks, and what it keeps of the answers."""

from typing import Annotated, Literal

from msgspec import Meta

from mockgw.settings.answering import Answering
from mockgw.settings.kinds import ApiKey, Name


class Recording(Answering, frozen=True, kw_only=True):
    """Whom a gateway asks, and what it keeps of the answers."""

    upstream: Annotated[
        Name | None,
        Meta(
            description="Base URL that record, rerecord, live and diff ask: OpenAI's, an AI "
            "Gateway's, or that of an account in Cloudflare's REST API.",
            extra={"metavar": "URL"},
        ),
    ] = None
    upstreams: Annotated[
        tuple[Name, ...],
        Meta(
            description="Another upstream for the calls of one door: openai, gateway, rest or "
            "binding.",
            extra={
                "flag": "--upstream-for",
                "metavar": "DOOR=URL",
                "allowed": "a door and its upstream, such as rest=https://…",
            },
        ),
    ] = ()
    upstream_key: Annotated[
        ApiKey | None,
        Meta(
            description="Key for the upstream, in place of what callers send.",
            extra={
                "secret": True,
                "metavar": "KEY",
                "allowed": "a key of printable ASCII without spaces",
            },
        ),
    ] = None
    upstream_timeout: Annotated[
        float,
        Meta(
            gt=0,
            le=86_400,
            description="Longest wait for the first byte of the upstream's answer, and for the "
            "rest of one whose client has left, in seconds.",
            extra={"metavar": "SECONDS", "allowed": "a number above 0, at most 86400"},
        ),
    ] = 600.0
    keep_errors: Annotated[
        bool,
        Meta(description="Record 401, 403, 408, 409, 429 and 5xx too, which tell of the moment."),
    ] = False
    keep_timing: Annotated[
        bool,
        Meta(
            description="Record when answers came. Without it the same answers give the same file."
        ),
    ] = True
    cassette_style: Annotated[
        Literal["readable", "compact"],
        Meta(
            description="How recordings are written: for people, or one line each.",
            extra={"metavar": "STYLE"},
        ),
    ] = "readable"
    on_secret: Annotated[
        Literal["redact", "fail", "quarantine"],
        Meta(
            description="What becomes of an answer in which redaction leaves a secret: it is not "
            "recorded (redact), the run fails for it too (fail), or what holds no secret is put "
            "beside the cassette (quarantine).",
            extra={"metavar": "WORD"},
        ),
    ] = "redact"  # noqa: S105 - a word, not a secret
