"""What does not tell two calls apart: the rules that hold for everybody, and one's own."""

from functools import lru_cache
from typing import NamedTuple, Protocol, runtime_checkable

import msgspec

from mockgw.catalogue import undated
from mockgw.errors import MockgwError
from mockgw.matching.path import Step, steps
from mockgw.model import Json

# Who pays for an answer, where it is kept and which copy of it is taken does not change what it
# means.
IGNORED = (
    "$.metadata",
    "$.prompt_cache_key",
    "$.prompt_cache_options",
    "$.prompt_cache_retention",
    "$.safety_identifier",
    "$.seed",
    "$.service_tier",
    "$.store",
    "$.user",
)
_BACK = "!"


class Clean(Protocol):
    """Takes secrets out of a text; one that is `Hides` keeps no value at some places besides."""

    def __call__(self, text: str, /) -> str:
        """Return the text without its secrets."""
        ...


@runtime_checkable
class Hides(Clean, Protocol):
    """Keeps no value at some places of a body."""

    def hide(self, body: Json, /) -> Json:
        """Return a provider's body without the values at these places."""
        ...


def hidden(body: Json, clean: Clean | None) -> Json:
    """Return the body as a tape may hold it, but for secrets that are known by their looks."""
    return clean.hide(body) if isinstance(clean, Hides) else body


class Rules(msgspec.Struct, frozen=True):
    """One's own rules: JSON paths to ignore beside `IGNORED`, and models that count as another.

    `!` before one of `IGNORED` lets it count. An alias is written `NAME=MODEL`.
    """

    ignore: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    def model(self, name: str) -> str:
        """Return the name by which a model is compared: its alias, without a date."""
        return undated(_read(self).aliases.get(name, name))

    @property
    def names(self) -> frozenset[str]:
        """The parameters that do not count at all."""
        return _read(self).names

    @property
    def paths(self) -> tuple[tuple[Step, ...], ...]:
        """The places deeper down that do not count."""
        return _read(self).paths

    def check(self) -> None:
        """Raise MockgwError for what is no path, no default that could count, or no alias."""
        _read(self)


PLAIN = Rules()


class _Read(NamedTuple):
    names: frozenset[str]
    paths: tuple[tuple[Step, ...], ...]
    aliases: dict[str, str]


@lru_cache(maxsize=128)
def _read(rules: Rules) -> _Read:
    back = {path.removeprefix(_BACK) for path in rules.ignore if path.startswith(_BACK)}
    if unknown := sorted(back.difference(IGNORED)):
        raise MockgwError(
            f"ignore: {_BACK + unknown[0]!r} lets nothing count: {unknown[0]} is not ignored.",
            f"With {_BACK} give one of {', '.join(IGNORED)}.",
        )
    own = [path for path in rules.ignore if not path.startswith(_BACK)]
    read = [steps(path) for path in (*IGNORED, *own) if path not in back]
    names = frozenset(str(path[0].key) for path in read if len(path) == 1 and _is_name(path[0]))
    deeper = tuple(path for path in read if len(path) > 1 or not _is_name(path[0]))
    return _Read(names, deeper, dict(map(_alias, rules.aliases)))


def _is_name(step: Step) -> bool:
    return isinstance(step.key, str) and not step.deep


def _alias(given: str) -> tuple[str, str]:
    name, sign, model = (part.strip() for part in given.partition("="))
    if not (name and sign and model):
        raise MockgwError(f"aliases: {given!r} is no alias.", "Write NAME=MODEL.")
    return name.removeprefix("openai/"), model.removeprefix("openai/")
