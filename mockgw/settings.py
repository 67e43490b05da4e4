"""What can be set: every setting once, with its meaning and its bounds."""

import ipaddress
from functools import cache
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from mockgw.errors import MockgwError
from mockgw.setting import Setting, described

FROZEN_AT = 1777054206.0
UPSTREAM_MODES = frozenset({"record", "rerecord", "live"})
CONFIG_VARIABLE = "MOCKGW_CONFIG"

_ApiKey = Annotated[str, Meta(pattern=r"\A[!-~]+\Z")]
_Name = Annotated[str, Meta(min_length=1)]
_Entries = Annotated[int, Meta(ge=1, le=1_000_000)]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that can be set, with the value it has when nobody sets it."""

    host: Annotated[
        _Name,
        Meta(
            description="Address to listen on. Other than loopback needs API keys or --no-auth.",
            extra={"metavar": "ADDRESS"},
        ),
    ] = "127.0.0.1"
    port: Annotated[
        int, Meta(ge=0, le=65535, description="Port to listen on; 0 picks a free one.")
    ] = 8787
    ready_file: Annotated[
        _Name | None,
        Meta(
            description="File that holds the URL from the moment requests are accepted.",
            extra={"path": True},
        ),
    ] = None
    mode: Annotated[
        Literal["auto", "replay", "synth", "record", "rerecord", "live"],
        Meta(
            description="Where answers come from: recordings, then synthesis (auto); recordings "
            "only (replay); synthesis only (synth); recordings, then the upstream, whose answers "
            "are added to them (record); the upstream, whose answers replace them at the end "
            "(rerecord); the upstream, and nothing is kept (live).",
            extra={"metavar": "MODE"},
        ),
    ] = "auto"
    cassettes: Annotated[
        tuple[_Name, ...],
        Meta(
            description="Recordings to answer from: files or folders. The shipped ones when none "
            "is given.",
            extra={"path": True},
        ),
    ] = ()
    upstream: Annotated[
        _Name | None,
        Meta(
            description="Base URL that record, rerecord and live ask: OpenAI's, an AI Gateway's, "
            "or that of an account in Cloudflare's REST API.",
            extra={"metavar": "URL"},
        ),
    ] = None
    upstream_key: Annotated[
        _ApiKey | None,
        Meta(
            description="Key for the upstream, in place of what callers send.",
            extra={
                "secret": True,
                "metavar": "KEY",
                "allowed": "a key of printable ASCII without spaces",
            },
        ),
    ] = None
    replay_speed: Annotated[
        float,
        Meta(
            ge=0,
            le=10_000,
            description="How fast recorded streams come: 0 is at once, 1 as they were recorded, "
            "2 twice as fast.",
            extra={"metavar": "FACTOR"},
        ),
    ] = 0.0
    seed: Annotated[
        int, Meta(ge=0, le=2**63 - 1, description="Where ids and synthesized text are drawn from.")
    ] = 0
    clock: Annotated[
        str,
        Meta(
            pattern=r"\A(frozen|real|\d{1,11}(\.\d{1,6})?)\Z",
            description=f"Time in answers: frozen (at {FROZEN_AT:.0f}, so that the same seed "
            "gives the same bytes), real, or unix seconds to stand still at.",
            extra={"allowed": "frozen, real or unix seconds", "metavar": "TIME"},
        ),
    ] = "frozen"
    api_keys: Annotated[
        tuple[_ApiKey, ...],
        Meta(
            description="Key that callers must send. Any key is taken when none is given.",
            extra={
                "flag": "--api-key",
                "alias": "MOCKGW_API_KEY",
                "secret": True,
                "metavar": "KEY",
                "allowed": "keys of printable ASCII without spaces",
            },
        ),
    ] = ()
    auth: Annotated[
        bool,
        Meta(
            description="Ask callers for a key. Without it anybody who reaches the port is served."
        ),
    ] = True
    quiet: Annotated[bool, Meta(description="Write no line per request and no summary.")] = False
    max_body: Annotated[
        int,
        Meta(
            ge=1024,
            le=2**31 - 1,
            description="Largest request body taken, in bytes.",
            extra={"metavar": "BYTES"},
        ),
    ] = 33_554_432
    max_tokens: Annotated[
        Literal["obey", "refuse"],
        Meta(
            description="What the Cloudflare doors do with chat's max_tokens on reasoning models.",
            extra={"metavar": "WORD"},
        ),
    ] = "obey"
    obfuscation: Annotated[
        bool, Meta(description="Pad streamed deltas with an obfuscation field, as OpenAI does.")
    ] = True
    journal_size: Annotated[_Entries, Meta(description="Requests that the journal remembers.")] = (
        1000
    )
    state_size: Annotated[_Entries, Meta(description="Stored responses kept.")] = 1000
    drain: Annotated[
        float,
        Meta(
            ge=0,
            le=600,
            description="How long open streams may take to end when the server stops, in seconds.",
            extra={"metavar": "SECONDS"},
        ),
    ] = 4.0
    models: Annotated[
        tuple[_Name, ...],
        Meta(
            description="Further model id to accept, beside those that look like OpenAI's.",
            extra={"flag": "--model", "alias": "MOCKGW_MODEL", "metavar": "ID"},
        ),
    ] = ()

    @property
    def stands_at(self) -> float | None:
        """The unix seconds at which the clock stands still, or None when it is the real one."""
        if self.clock == "real":
            return None
        return FROZEN_AT if self.clock == "frozen" else float(self.clock)

    def check(self) -> None:
        """Raise MockgwError for a value that is not allowed or a bind that would be open to all."""
        for setting in all_settings():
            value = getattr(self, setting.name)
            setting.converted(value, f"Settings({setting.name}=…)", strict=True)
        if not (loopback(self.host) or self.api_keys or not self.auth):
            raise MockgwError(
                f"Refused to listen on {self.host!r}: others could reach it without a key.",
                "Give --api-key KEY (or MOCKGW_API_KEY), or --no-auth to serve anybody.",
            )
        if self.mode in UPSTREAM_MODES:
            self._check_upstream()

    def _check_upstream(self) -> None:
        if not (self.upstream or "").startswith(("http://", "https://")):
            raise MockgwError(
                f"Mode {self.mode} needs an upstream to ask, and got {self.upstream!r}.",
                "Give --upstream URL, such as https://api.openai.com/v1.",
            )
        if self.mode != "live" and len(self.cassettes) != 1:
            raise MockgwError(
                f"Mode {self.mode} writes to one cassette, and got {len(self.cassettes)}.",
                "Give --cassettes tape.yaml once.",
            )


@cache
def all_settings() -> tuple[Setting, ...]:
    """Return every setting in the order of the reference."""
    return described(Settings)


def loopback(host: str) -> bool:
    """Return whether only this host can reach the address."""
    name = host.strip("[]").lower()
    if name == "localhost":
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)
