"""How a gateway listens, whom it lets in, and what it remembers."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from mockgw.settings.kinds import ApiKey, Entries, Name


class Serving(msgspec.Struct, frozen=True, kw_only=True):
    """How a gateway listens, whom it lets in, and what it remembers."""

    host: Annotated[
        Name,
        Meta(
            description="Address to listen on. Other than loopback needs API keys or --no-auth.",
            extra={"metavar": "ADDRESS"},
        ),
    ] = "127.0.0.1"
    port: Annotated[
        int, Meta(ge=0, le=65535, description="Port to listen on; 0 picks a free one.")
    ] = 8787
    ready_file: Annotated[
        Name | None,
        Meta(
            description="File that holds the URL from the moment requests are accepted.",
            extra={"path": True},
        ),
    ] = None
    api_keys: Annotated[
        tuple[ApiKey, ...],
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
    drain: Annotated[
        float,
        Meta(
            ge=0,
            le=600,
            description="How long open streams may take to end when the server stops, in seconds.",
            extra={"metavar": "SECONDS"},
        ),
    ] = 4.0
    journal_size: Annotated[Entries, Meta(description="Requests that the journal remembers.")] = (
        1000
    )
    verdict: Annotated[
        Literal["off", "tell", "fail", "warn"],
        Meta(
            description="What comes of how clients behave: nothing (off), a report at the end "
            "(tell), and exit code 1 for what they must not do (fail), or should not either "
            "(warn). The option alone means fail.",
            extra={"metavar": "WORD", "alone": "fail"},
        ),
    ] = "off"
    state: Annotated[
        str,
        Meta(
            pattern=r"\A(memory|sqlite:.+|rediss?:.+)\Z",
            description="Where stored responses, conversations and chat completions are kept: in "
            "memory, or in a SQLite file, which outlives the process.",
            extra={
                "path": "sqlite:",
                "metavar": "WHERE",
                "allowed": "memory or sqlite:PATH",
            },
        ),
    ] = "memory"
    state_size: Annotated[
        Entries,
        Meta(description="Stored responses, conversations and chat completions kept."),
    ] = 1000
