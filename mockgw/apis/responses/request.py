"""The shape of the body of `POST /responses`."""

from mockgw.apis.request_parts import (
    CACHE_OPTIONS,
    CACHE_RETENTION,
    EFFORT,
    LABEL,
    METADATA,
    MODERATION,
    NAME,
    OBJECT,
    SERVICE_TIER,
    VERBOSITY,
)
from mockgw.apis.responses.items import INPUT
from mockgw.apis.responses.tools import TOOL_CHOICE, TOOLS
from mockgw.shape import (
    Anything,
    Choice,
    Either,
    Flag,
    ListOf,
    MapOf,
    Number,
    Struct,
    Tagged,
    Text,
    Whole,
)

_SUMMARY = Choice("concise", "detailed", "auto")
_REASONING = Struct(
    {
        "effort": EFFORT,
        "summary": _SUMMARY,
        "generate_summary": _SUMMARY,
        "context": Choice("auto", "current_turn", "all_turns"),
        "mode": Text(),
    },
    closed=True,
)
_FORMAT = Tagged(
    "type",
    {
        "json_object": Struct({}),
        "text": Struct({}),
        "json_schema": Struct(
            {"name": NAME, "schema": OBJECT, "description": Text(), "strict": Flag()},
            required=("name", "schema"),
        ),
    },
)
_INCLUDE = Choice(
    "file_search_call.results",
    "web_search_call.results",
    "web_search_call.action.sources",
    "message.input_image.image_url",
    "computer_call_output.output.image_url",
    "code_interpreter_call.outputs",
    "reasoning.encrypted_content",
    "message.output_text.logprobs",
)
_PROMPT = Struct(
    {"id": Text(), "version": Text(), "variables": MapOf(Either(Text(), OBJECT))},
    required=("id",),
)
_BACKGROUND = Struct(
    {"completion_window": Choice("soonest", "2h", "8h"), "continuation_id": Text()}
)
REQUEST = Struct(
    {
        "model": Text(),
        "input": INPUT,
        "instructions": Text(),
        "previous_response_id": Text(),
        "conversation": Either(Text(), Struct({"id": Text()}, required=("id",))),
        "prompt": _PROMPT,
        "reasoning": _REASONING,
        "text": Struct({"format": _FORMAT, "verbosity": VERBOSITY}, closed=True),
        "tools": TOOLS,
        "tool_choice": TOOL_CHOICE,
        "parallel_tool_calls": Flag(),
        "max_output_tokens": Whole(minimum=16),
        "max_tool_calls": Whole(minimum=1),
        "temperature": Number(minimum=0, maximum=2),
        "top_p": Number(minimum=0, maximum=1),
        # Not documented for this API, but known to it: both are echoed in every answer.
        "presence_penalty": Number(minimum=-2, maximum=2),
        "frequency_penalty": Number(minimum=-2, maximum=2),
        "top_logprobs": Whole(minimum=0, maximum=20),
        "include": ListOf(_INCLUDE),
        "stream": Flag(),
        "stream_options": Struct({"include_obfuscation": Flag()}, closed=True),
        "store": Flag(),
        "background": Flag(),
        "background_options": _BACKGROUND,
        "truncation": Choice("auto", "disabled"),
        "context_management": ListOf(
            Struct({"type": Text(), "compact_threshold": Whole()}, required=("type",))
        ),
        "metadata": METADATA,
        "service_tier": SERVICE_TIER,
        "user": Text(),
        "safety_identifier": LABEL,
        "prompt_cache_key": Text(),
        "prompt_cache_retention": CACHE_RETENTION,
        "prompt_cache_options": CACHE_OPTIONS,
        "moderation": MODERATION,
        "image": Struct({"context_compression": Choice("auto", "enabled", "disabled")}),
        "access_programs": MapOf(Anything()),
    },
    closed=True,
)
