"""The words of a reply: what each means and takes, for the checks and for editors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jsonschema_rs import Draft202012Validator

_TEXT = {"type": "string"}
_TEXTS = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
_COUNT = {"type": "integer", "minimum": 0, "maximum": 2**31}
_SECONDS = {"type": "number", "minimum": 0}
_CALL = {
    "anyOf": [
        {
            "type": "object",
            "properties": {
                "name": {"type": "string", "minLength": 1},
                "arguments": {"type": ["object", "string"]},
            },
            "required": ["name"],
            "additionalProperties": False,
        },
        {
            "type": "array",
            "prefixItems": [{"type": "string", "minLength": 1}, {"type": ["object", "string"]}],
            "minItems": 2,
            "maxItems": 2,
        },
    ]
}


@dataclass(frozen=True, slots=True)
class ReplyWord:
    """A word of a reply; `takes` stands behind "Give".

    With `checked` its value must obey the schema; what the others take is for the script to say.
    """

    description: str
    takes: str
    schema: dict[str, Any]
    checked: bool = False
    validator: Draft202012Validator = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "validator", Draft202012Validator(self.schema))


# Words whose values are texts throughout: what an expression gives is written there as a text.
TEXTUAL = frozenset(
    {"text", "commentary", "refusal", "summary", "message", "type", "code", "param"}
)
WORDS: Mapping[str, ReplyWord] = {
    "text": ReplyWord("What is said.", "a text", _TEXT),
    "json": ReplyWord("A structured answer: any value, said as JSON.", "any value", {}),
    "refusal": ReplyWord("What is said in place of an answer.", "a text", _TEXT),
    "tool_calls": ReplyWord(
        "Tools that are called, with a name and arguments each.",
        "a list of maps with name and arguments (a map, or a text for a custom tool)",
        {"type": "array", "items": _CALL},
        checked=True,
    ),
    "reasoning": ReplyWord("Reasoning tokens spent first.", "a number of tokens", _COUNT),
    "summary": ReplyWord(
        "The reasoning in words.", "a text or a list of texts", _TEXTS, checked=True
    ),
    "incomplete": ReplyWord(
        "Why the answer ends early.",
        "max_output_tokens or content_filter",
        {"type": "string", "enum": ["max_output_tokens", "content_filter"]},
    ),
    "commentary": ReplyWord("What is said on the way to the answer.", "a text", _TEXT),
    "items": ReplyWord(
        "What hosted tools did: items of the Responses API, each a type, or a map with it.",
        "a list of types and maps with type",
        {"type": "array", "items": {"type": ["string", "object"]}},
        checked=True,
    ),
    "failed": ReplyWord(
        "Why the answer breaks off.",
        "a text, or a map of code and message",
        {
            "anyOf": [
                _TEXT,
                {
                    "type": "object",
                    "properties": {"code": _TEXT, "message": _TEXT},
                    "additionalProperties": False,
                },
            ]
        },
        checked=True,
    ),
    "choices": ReplyWord(
        "An answer for each choice of a chat: texts, or maps for structured ones.",
        "a list of texts and maps",
        {"type": "array", "items": {"type": ["string", "object"]}, "minItems": 1},
        checked=True,
    ),
    "usage": ReplyWord(
        "Counts in place of the real ones.",
        "a map of input, output, reasoning, cached",
        {
            "type": "object",
            "properties": dict.fromkeys(("input", "output", "reasoning", "cached"), _COUNT),
            "additionalProperties": False,
        },
    ),
    "error": ReplyWord(
        "A refusal by its name, such as rate_limit.", "the name of an error", _TEXT, checked=True
    ),
    "status": ReplyWord(
        "A refusal by its HTTP status; with raw, the status that goes out.",
        "a status from 200 to 599",
        {"type": "integer", "minimum": 200, "maximum": 599},
        checked=True,
    ),
    "message": ReplyWord("What the refusal says.", "a text", _TEXT, checked=True),
    "type": ReplyWord("The type of the error object.", "a text", _TEXT),
    "code": ReplyWord("The code of the error object.", "a text", _TEXT),
    "param": ReplyWord("The parameter that is refused.", "a text", _TEXT),
    "origin": ReplyWord(
        "Who refuses.",
        "provider or gateway",
        {"type": "string", "enum": ["provider", "gateway"]},
    ),
    "retry_after": ReplyWord("Seconds that the headers tell to wait.", "seconds", _SECONDS),
    "delay": ReplyWord("Seconds before the first event.", "seconds", _SECONDS),
    "pace": ReplyWord("Seconds between two events.", "seconds", _SECONDS),
    "should_retry": ReplyWord(
        "What x-should-retry says of the refusal.", "true or false", {"type": "boolean"}
    ),
    "headers": ReplyWord("Headers of the refusal.", "a map of texts", {"type": "object"}),
    "timing": ReplyWord(
        "How fast it comes: instant, fast, realistic, or a map.",
        "a name or a map",
        {"type": ["string", "object"]},
    ),
    "fault": ReplyWord(
        "What goes wrong on its way, such as cut_after_events:3.",
        "a name with its arguments, or a map of them",
        {"type": ["string", "object"]},
    ),
    "raw": ReplyWord(
        "The body goes out as it is, and nothing checks it.",
        "raw: true, and beside it body, and status if it is not 200",
        {"type": "boolean"},
        checked=True,
    ),
    "body": ReplyWord("With raw: what goes out, a text or JSON.", "a text or JSON", {}),
    "content_type": ReplyWord(
        "With raw: the content type.",
        "a content type of printable characters",
        {"type": "string", "pattern": "^[!-~]([ -~]*[!-~])?$"},
        checked=True,
    ),
}
