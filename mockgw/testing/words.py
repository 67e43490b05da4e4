"""The keywords of `reply`, `always` and `fail`, for editors and type checkers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypedDict

from mockgw.asked import Asked

# Anything that can be said, or a function of the request that says it.
Said = Callable[[Asked], Any] | object
ToolCall = tuple[str, Mapping[str, Any] | str] | Mapping[str, Any]
Rule = str | Mapping[str, Any]


class Usage(TypedDict, total=False):
    """Token counts in place of the real ones."""

    input: int
    output: int
    reasoning: int
    cached: int


class Standing(TypedDict, total=False):
    """What an answer is like; `delay` and `pace` are in seconds, `reasoning` in tokens."""

    text: str
    json: Any
    refusal: str
    tool_calls: Sequence[ToolCall]
    reasoning: int
    summary: str | Sequence[str]
    incomplete: Literal["max_output_tokens", "content_filter"]
    choices: Sequence[Any]
    usage: Usage
    body: Mapping[str, Any]
    delay: float
    pace: float
    timing: Rule
    fault: Rule


class Answer(Standing, total=False):
    """What a queued answer is like, and how often it comes."""

    times: int


class Refusal(TypedDict, total=False):
    """The details of a refusal; `delay` and `retry_after` are in seconds."""

    type: str
    code: str
    param: str
    origin: Literal["provider", "gateway"]
    retry_after: float
    should_retry: bool
    headers: Mapping[str, str]
    delay: float
    fault: Rule
    times: int
