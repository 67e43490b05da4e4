"""How alike two calls are that differ in nothing but the words of their conversation."""

from typing import Any

from mockgw.canonical import digest
from mockgw.matching.change import likeness
from mockgw.matching.normal import normal, told
from mockgw.matching.rules import PLAIN, Clean, Rules
from mockgw.matching.steady import steady
from mockgw.model import Call

_OF_THE_SYSTEM = frozenset({"system", "developer"})
_SAID = frozenset({"text", "output", "content"})


def alike(asked: Call, recorded: Call, clean: Clean | None = None, rules: Rules = PLAIN) -> float:
    """Return how alike the words of two conversations are, from 0.0 to 1.0.

    It is 0.0 when anything else differs: the system prompt, the tools, the temperature, the
    schema, the model, the turns, a picture.
    """
    frames, words = zip(*(_parted(call, clean, rules) for call in (asked, recorded)), strict=True)
    return likeness(*words) if frames[0] == frames[1] else 0.0


def _parted(call: Call, clean: Clean | None, rules: Rules) -> tuple[str, str]:
    """Return what must be the same of a call, as a digest, and what its conversation says."""
    said: list[str] = []
    form = normal(call, rules, clean)
    for name in ("input", "messages"):
        if isinstance(form.get(name), list):
            form[name] = [_silenced(item, said) for item in form[name]]
    words = "\n".join(said)
    if clean is not None:
        words = clean(words)
    return digest(*told(form, clean)), steady(words.encode()).decode()


def _silenced(item: Any, said: list[str]) -> Any:
    """Return the item without its words, which are added to what was said."""
    if not isinstance(item, dict) or item.get("role") in _OF_THE_SYSTEM:
        return item
    return {name: _hushed(value, name, said) for name, value in item.items()}


def _hushed(value: Any, name: str, said: list[str]) -> Any:
    if isinstance(value, str) and name in _SAID:
        said.append(value)
        return ""
    if isinstance(value, list) and name in _SAID:
        return [
            {key: _hushed(inner, key, said) for key, inner in part.items()}
            if isinstance(part, dict)
            else part
            for part in value
        ]
    return value
