"""What can be set: every setting once, with its meaning and its bounds."""

import difflib
import ipaddress
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

from mockgw.errors import MockgwError

FROZEN_AT = 1777054206.0
PREFIX = "MOCKGW_"
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


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One field of Settings as people meet it: flag, variables, key, default and meaning."""

    name: str
    kind: Any
    default: Any
    description: str
    extra: dict[str, Any]

    @property
    def flag(self) -> str:
        """The option of the command line that sets it."""
        return str(self.extra.get("flag", "--" + self.name.replace("_", "-")))

    @property
    def variables(self) -> tuple[str, ...]:
        """The environment variables that set it, the first one winning."""
        alias = self.extra.get("alias")
        return (PREFIX + self.name.upper(), *([alias] if alias else []))

    @property
    def base(self) -> Any:
        """The type without its constraints."""
        return get_args(self.kind)[0] if get_origin(self.kind) is Annotated else self.kind

    @property
    def many(self) -> bool:
        """Whether it takes a list."""
        return get_origin(self.base) is tuple

    @property
    def choices(self) -> tuple[str, ...]:
        """The values it takes when they can be counted, else nothing."""
        return get_args(self.base) if get_origin(self.base) is Literal else ()

    @property
    def allowed(self) -> str:
        """What it takes, in words that fit behind "Give"."""
        if "allowed" in self.extra:
            return str(self.extra["allowed"])
        if self.choices:
            return "one of " + ", ".join(self.choices)
        if self.base is bool:
            return "true or false"
        if self.base in (int, float):
            word = "a whole number" if self.base is int else "a number"
            return f"{word} from {self._limit('ge')} to {self._limit('le')}"
        word = "path" if self.extra.get("path") else "text"
        return f"a list of {word}s" if self.many else f"a {word}"

    def converted(self, value: Any, source: str, *, strict: bool) -> Any:
        """Return the value in the field's own type; raises MockgwError that names the source."""
        if self.name == "clock" and type(value) in {int, float}:
            value = str(value)
        if self.many and isinstance(value, str) and not strict:
            value = [part.strip() for part in value.split(",") if part.strip()]
        try:
            return msgspec.convert(value, self.kind, strict=strict)
        except msgspec.ValidationError:
            raise self._refusal(value, source) from None

    def _limit(self, side: str) -> Any:
        return next(
            getattr(meta, side)
            for meta in get_args(self.kind)[1:]
            if getattr(meta, side, None) is not None
        )

    def _refusal(self, value: Any, source: str) -> MockgwError:
        shown = "the value (not shown)" if self.extra.get("secret") else repr(value)
        near = difflib.get_close_matches(str(value), self.choices, n=1)
        nearest = f" (nearest: {near[0]})" if near else ""
        return MockgwError(f"{source}: {shown} is not allowed.", f"Give {self.allowed}{nearest}.")


@cache
def all_settings() -> tuple[Setting, ...]:
    """Return every setting in the order of the reference."""
    hints = get_type_hints(Settings, include_extras=True)
    defaults = msgspec.structs.asdict(Settings())
    found = []
    for name, kind in hints.items():
        metas = [meta for meta in get_args(kind)[1:] if isinstance(meta, Meta)]
        described = next(meta for meta in metas if meta.description)
        found.append(
            Setting(
                name=name,
                kind=kind,
                default=defaults[name],
                description=str(described.description),
                extra=described.extra or {},
            )
        )
    return tuple(found)


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
