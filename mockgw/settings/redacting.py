"""What a project never lets be recorded, compared or told, beside what nobody does."""

from typing import Annotated

from msgspec import Meta

from mockgw.settings.kinds import Name
from mockgw.settings.patterns import compiled
from mockgw.settings.recording import Recording


def _check(patterns: dict[str, str]) -> None:
    for name, pattern in patterns.items():
        compiled(name, pattern)


class Redacting(Recording, frozen=True, kw_only=True):
    """What a project never lets be recorded, compared or told, beside what nobody does."""

    redact_patterns: Annotated[
        dict[str, str],
        Meta(
            description="Further secrets by their shape, such as ticket=TCK-[0-9]{6}; of a pattern "
            "with a group, the first group is the secret.",
            extra={
                "flag": "--redact-pattern",
                "metavar": "NAME=REGEX",
                "pairs": True,
                "allowed": "names of small letters and digits, = and a regular expression, or a "
                "table of these",
                "check": _check,
            },
        ),
    ] = {}  # noqa: RUF012 - msgspec copies it for each
    redact_paths: Annotated[
        tuple[Name, ...],
        Meta(
            description="JSON path of requests and answers at which no value is kept, such as "
            "$.metadata.customer, nor anywhere else in the same call if it has eight letters or "
            "more.",
            extra={
                "flag": "--redact-path",
                "alias": "MOCKGW_REDACT_PATH",
                "metavar": "JSONPATH",
                "allowed": "JSON paths such as $.metadata.customer",
            },
        ),
    ] = ()
    redact_query: Annotated[
        tuple[Name, ...],
        Meta(
            description="Further parameter of URLs whose value is a secret.",
            extra={"metavar": "NAME", "allowed": "names of parameters"},
        ),
    ] = ()
    redact_people: Annotated[
        bool,
        Meta(
            description="Put invented people in the place of names, mail addresses, telephone "
            "numbers and IBANs."
        ),
    ] = False
    redact_salt: Annotated[
        Name | None,
        Meta(
            description="Key of the digests in placeholders, so that nobody can find out by trying "
            "what they stand for. The same one must be set where the recording is played.",
            extra={"secret": True, "metavar": "TEXT"},
        ),
    ] = None
    keep_headers: Annotated[
        tuple[Annotated[str, Meta(pattern=r"\A[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")], ...],
        Meta(
            description="Further header to record, of requests and of answers. One that holds a "
            "key is never recorded.",
            extra={
                "flag": "--keep-header",
                "alias": "MOCKGW_KEEP_HEADER",
                "metavar": "NAME",
                "allowed": "names of headers",
            },
        ),
    ] = ()
