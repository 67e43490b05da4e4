"""The templates that come with mockgw, chosen by name."""

from functools import cache
from pathlib import Path

from mockgw.faults.named import NAMES
from mockgw.templates.reading import files, given, parse
from mockgw.templates.template import Template

_FOLDER = Path(__file__).parent / "builtin"


@cache
def builtins() -> dict[str, Template]:
    """Return the built-in templates by name: those of answers, then one for each named error."""
    answers = [
        one for file in files(_FOLDER) for one in parse(file.read_bytes(), f"built-in/{file.name}")
    ]
    told = [
        {
            "name": name,
            "description": f"{one.status}: {one.message}",
            "reply": {"error": name},
        }
        for name, one in NAMES.items()
    ]
    return {one.name: one for one in (*answers, *given(told, ("built-in/errors", 1)))}
