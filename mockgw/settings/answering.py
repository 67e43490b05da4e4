"""Where answers come from, and what they are like."""

from typing import Annotated, Any, Literal

from msgspec import Meta

from mockgw.settings.kinds import FROZEN_AT, Name
from mockgw.settings.serving import Serving


class Answering(Serving, frozen=True, kw_only=True):
    """Where answers come from, and what they are like."""

    mode: Annotated[
        Literal["auto", "replay", "synth", "record", "rerecord", "live", "diff"],
        Meta(
            description="Where answers come from: recordings, then synthesis (auto); recordings "
            "only (replay); synthesis only (synth); recordings, then the upstream, whose answers "
            "are added to them (record); the upstream, whose answers replace them at the end "
            "(rerecord); the upstream, and nothing is kept (live); recordings, while the upstream "
            "is asked too and compared with them (diff).",
            extra={"metavar": "MODE"},
        ),
    ] = "auto"
    cassettes: Annotated[
        tuple[Name, ...],
        Meta(
            description="Recordings to answer from: files or folders. The shipped ones when none "
            "is given.",
            extra={"path": True},
        ),
    ] = ()
    watch: Annotated[
        bool,
        Meta(
            description="Take in cassettes and templates that change, come or go while the server "
            "runs. On in mockgw serve and mockgw record."
        ),
    ] = False
    templates: Annotated[
        tuple[Name, ...],
        Meta(
            description="Templates that say what to answer to which call: files or folders.",
            extra={"path": True},
        ),
    ] = ()
    match: Annotated[
        tuple[Literal["exact", "normalized", "sequence", "fuzzy"], ...],
        Meta(
            description="How a recording is found: the laxest level, or every level that is to be "
            "tried, of exact, normalized, sequence and fuzzy.",
            min_length=1,
            extra={
                "metavar": "LEVEL",
                "word": True,
                "allowed": "exact, normalized, sequence, fuzzy, or several of them",
            },
        ),
    ] = ("exact", "normalized")
    ignore: Annotated[
        tuple[Name, ...],
        Meta(
            description="JSON path that does not tell two calls apart, such as $.tools[*].strict, "
            "beside those that never do; ! before one of these lets it count.",
            extra={"metavar": "JSONPATH"},
        ),
    ] = ()
    aliases: Annotated[
        tuple[Name, ...],
        Meta(
            description="Model that counts as another one when recordings are looked for.",
            extra={"flag": "--alias", "alias": "MOCKGW_ALIAS", "metavar": "NAME=MODEL"},
        ),
    ] = ()
    likeness: Annotated[
        float,
        Meta(
            ge=0,
            le=1,
            description="How alike a conversation must be for the level fuzzy, from 0 to 1.",
            extra={"metavar": "SHARE"},
        ),
    ] = 0.8
    repeats: Annotated[
        Literal["error", "last", "cycle"],
        Meta(
            description="What answers a call that was asked more often than it was recorded: "
            "nothing (error), the last recording again (last), or the first again (cycle).",
            extra={"metavar": "WORD"},
        ),
    ] = "last"
    replay_speed: Annotated[
        Annotated[float, Meta(ge=0, le=10_000)]
        | Annotated[str, Meta(pattern=r"\A(fixed:\d{1,7}(\.\d{1,3})?|ttfb)\Z")],
        Meta(
            description="How fast recorded streams come: 0 is at once, 1 as they were recorded, "
            "2 twice as fast; fixed:20 is an event every 20 ms, ttfb the wait before the first.",
            extra={
                "metavar": "SPEED",
                "allowed": "a number from 0 to 10000, fixed:MILLISECONDS or ttfb",
            },
        ),
    ] = 0.0
    seed: Annotated[
        int, Meta(ge=0, le=2**63 - 1, description="Where ids and synthesized text are drawn from.")
    ] = 0
    clock: Annotated[
        str,
        Meta(
            pattern=r"\A(frozen|real|virtual|\d{1,11}(\.\d{1,6})?)\Z",
            description=f"Time in answers: frozen (at {FROZEN_AT:.0f}, so that the same seed "
            "gives the same bytes), real, virtual (moved on by hand), or unix seconds to stand at.",
            extra={"allowed": "frozen, real, virtual or unix seconds", "metavar": "TIME"},
        ),
    ] = "frozen"
    timing: Annotated[
        tuple[Name, ...],
        Meta(
            description="How long answers that are not recorded take: instant, fast, realistic, or "
            "a rule such as 'first=0.5 rate=40 model=gpt-5.5'.",
            extra={"metavar": "RULE"},
        ),
    ] = ()
    background: Annotated[
        str,
        Meta(
            pattern=r"\A(\d{1,6}(\.\d{1,3})?(:\d{1,6}(\.\d{1,3})?)?)?\Z",
            description="Seconds that a response in the background is queued and then works, such "
            "as 0.5:20; one number for both. As long as it says itself when not given. With a "
            "clock that stands, each look at it takes it one status on.",
            extra={"allowed": "SECONDS or QUEUED:WORKING", "metavar": "SECONDS"},
        ),
    ] = ""
    faults: Annotated[
        tuple[Name, ...],
        Meta(
            description="What goes wrong on purpose: a rule such as 'reset rate=0.1' or "
            "'rate_limit times=2'.",
            extra={"flag": "--fault", "alias": "MOCKGW_FAULT", "metavar": "RULE"},
        ),
    ] = ()
    limits: Annotated[
        tuple[Name, ...],
        Meta(
            description="What callers may have: a rule such as 'requests=60/minute "
            "tokens=30000/minute per=key'.",
            extra={"flag": "--limit", "alias": "MOCKGW_LIMIT", "metavar": "RULE"},
        ),
    ] = ()
    gateways: Annotated[
        dict[str, dict[str, Any]],
        Meta(
            description="What the AI Gateways of some ids do themselves, such as "
            '{"default": {"cache_ttl": 300}}; * is every other id.',
            extra={"metavar": "JSON", "allowed": "a table of each gateway's rules, or its JSON"},
        ),
    ] = {}  # noqa: RUF012 - msgspec copies it for each
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
    models: Annotated[
        tuple[Name, ...],
        Meta(
            description="Further model id to accept, beside those that look like OpenAI's.",
            extra={"flag": "--model", "alias": "MOCKGW_MODEL", "metavar": "ID"},
        ),
    ] = ()
