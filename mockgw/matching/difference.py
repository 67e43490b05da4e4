"""Where two calls differ: JSON paths, and of a long text what is around the changed words."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

import msgspec

from mockgw.canonical import decode, encode, ordered
from mockgw.errors import ApiError
from mockgw.matching.blob import digested
from mockgw.matching.change import changes
from mockgw.matching.normal import TALK, meaning, normal
from mockgw.matching.rules import PLAIN, Clean, Rules
from mockgw.matching.steady import steady
from mockgw.model import Call, Json

_CLIP = 60


class Difference(msgspec.Struct, frozen=True):
    """One place where two calls differ; a side that has nothing there is None."""

    path: str
    asked: Any
    recorded: Any

    def __str__(self) -> str:
        if self.recorded is None:
            return f"{self.path}: asked {_shown(self.asked)}, recorded nothing"
        if self.asked is None:
            return f"{self.path}: asked nothing, recorded {_shown(self.recorded)}"
        asked, recorded = _beside(self.asked, self.recorded)
        return f"{self.path}: asked {asked}, recorded {recorded}"


def differences(
    asked: Call, recorded: Call, clean: Clean | None = None, rules: Rules = PLAIN
) -> list[Difference]:
    """Return every JSON path in which two calls of one operation differ, in the order asked.

    Where only ids and moments of the run differ, and where the calls mean the same, it is how they
    are written. `clean` takes secrets out of both.
    """
    return compared(asked, recorded, clean, rules)[1]


def compared(
    asked: Call, recorded: Call, clean: Clean | None = None, rules: Rules = PLAIN
) -> tuple[int, list[Difference]]:
    """Return in how many places two calls differ in meaning, and the differences to be told."""
    one, other = (_cleaned(normal(call, rules, clean), clean) for call in (asked, recorded))
    found = list(_differ("", one, other))
    meant = [difference for difference in found if not _same_in_meaning(difference)]
    if meant or found:
        return len(meant), meant or found
    one, other = (_cleaned(digested(meaning(call, clean)), clean) for call in (asked, recorded))
    return 0, list(_differ("", one, other))


def _cleaned(form: Json, clean: Clean | None) -> Json:
    if clean is None:
        return form
    try:
        # A secret is told by what stands around it, so the whole is cleaned at once.
        value: Json = decode(clean(encode(form).decode()).encode())
    except ApiError:
        value = _leaf_by_leaf(form, clean)
    return value


def _leaf_by_leaf(value: Any, clean: Clean) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(name): _leaf_by_leaf(inner, clean) for name, inner in value.items()}
    return [_leaf_by_leaf(inner, clean) for inner in value] if isinstance(value, list) else value


def _same_in_meaning(one: Difference) -> bool:
    if one.path.split("[")[0].split(".")[0] not in TALK:
        return False
    name = one.path.rpartition(".")[2]
    asked, recorded = ({name: side} for side in (one.asked, one.recorded))
    return steady(ordered(asked)) == steady(ordered(recorded))


def _differ(path: str, asked: Any, recorded: Any) -> Iterator[Difference]:
    if isinstance(asked, dict) and isinstance(recorded, dict):
        for name in [*asked, *(name for name in recorded if name not in asked)]:
            inner = f"{path}.{name}" if path else str(name)
            yield from _differ(inner, asked.get(name), recorded.get(name))
    elif isinstance(asked, list) and isinstance(recorded, list):
        for index, (one, other) in enumerate(zip_longest(asked, recorded)):
            yield from _differ(f"{path}[{index}]", one, other)
    elif asked != recorded:
        yield Difference(path, asked, recorded)


def _beside(asked: Any, recorded: Any) -> tuple[str, str]:
    """Return both sides, of which long texts are cut to what is around their changes."""
    texts = isinstance(asked, str) and isinstance(recorded, str)
    if not texts or max(len(asked), len(recorded)) <= _CLIP:
        return _shown(asked), _shown(recorded)
    pairs = changes(asked, recorded)
    return " ".join(one for one, _ in pairs), " ".join(other for _, other in pairs)


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else encode(value).decode()
    clipped, after = text[:_CLIP], "…" if len(text) > _CLIP else ""
    return f"{clipped!r}{after}" if isinstance(value, str) else f"{clipped}{after}"
