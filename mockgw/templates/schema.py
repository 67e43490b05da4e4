"""The JSON Schema of a template file, for editors: made from the tables that check it."""

from typing import Any

from mockgw.templates import condition, template
from mockgw.templates.reply_words import WORDS as REPLY

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """Return the schema of a file: a list of templates, or one alone."""
    one = {"$ref": "#/$defs/template"}
    return {
        "$schema": _DIALECT,
        "title": "mockgw templates",
        "anyOf": [{"type": "array", "items": one, "minItems": 1}, one],
        "$defs": {
            "template": _closed(
                {name: _described(*told) for name, told in template.WORDS.items()},
                required=["reply"],
            ),
            "when": _when(),
            "replies": {
                "anyOf": [
                    {"$ref": "#/$defs/reply"},
                    {"type": "array", "items": {"$ref": "#/$defs/reply"}, "minItems": 1},
                ]
            },
            "reply": {"anyOf": [{"type": "string"}, _reply()]},
        },
    }


def _when() -> dict[str, Any]:
    inner = {"$ref": "#/$defs/when"}
    words = {
        name: _described(word.description, word.schema) for name, word in condition.WORDS.items()
    }
    words["any"] = _described(
        "One of these holds.", {"type": "array", "items": inner, "minItems": 1}
    )
    words["not"] = _described("This does not hold.", inner)
    path = _described("A path into the body, and what is there.", condition.PATH_SCHEMA)
    return {**_closed(words), "minProperties": 1, "patternProperties": {r"^\$": path}}


def _reply() -> dict[str, Any]:
    # A text may be worked out: `{{ nth }}` stands where a number is wanted.
    worked_out = {"type": "string", "pattern": r"\{\{"}
    words = {
        name: _described(word.description, {"anyOf": [word.schema, worked_out]})
        for name, word in REPLY.items()
    }
    return {**_closed(words), "minProperties": 1}


def _closed(words: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    told = {"type": "object", "properties": words, "additionalProperties": False}
    return {**told, "required": required} if required else told


def _described(description: str, kind: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, **kind}
