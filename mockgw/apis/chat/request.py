"""The shape of the body of `POST /chat/completions`."""

from mockgw.apis.chat.messages import MESSAGES, TEXT_CONTENT
from mockgw.apis.request_parts import (
    CACHE_OPTIONS,
    CACHE_RETENTION,
    EFFORT,
    FUNCTION,
    GRAMMAR,
    LABEL,
    METADATA,
    MODERATION,
    NAME,
    OBJECT,
    SEARCH_SIZE,
    SERVICE_TIER,
    STRING_OR_STRINGS,
    VERBOSITY,
)
from mockgw.shape import Choice, Either, Flag, ListOf, MapOf, Number, Struct, Tagged, Text, Whole

_MOST_TOOLS = 128
_CUSTOM = Struct(
    {
        "name": NAME,
        "description": Text(),
        "format": Tagged(
            "type",
            {"text": Struct({}), "grammar": Struct({"grammar": GRAMMAR}, required=("grammar",))},
        ),
    },
    required=("name",),
)
_TOOL = Tagged(
    "type",
    {
        "function": Struct({"function": FUNCTION}, required=("function",)),
        "custom": Struct({"custom": _CUSTOM}, required=("custom",)),
    },
)
_NAMED = Struct({"name": Text()}, required=("name",))
_ALLOWED = Struct(
    {"mode": Choice("auto", "required"), "tools": ListOf(OBJECT)}, required=("mode", "tools")
)
_TOOL_CHOICE = Either(
    Choice("none", "auto", "required"),
    Tagged(
        "type",
        {
            "function": Struct({"function": _NAMED}, required=("function",)),
            "custom": Struct({"custom": _NAMED}, required=("custom",)),
            "allowed_tools": Struct({"allowed_tools": _ALLOWED}, required=("allowed_tools",)),
        },
    ),
)
_JSON_SCHEMA = Struct(
    {"name": NAME, "schema": OBJECT, "description": Text(), "strict": Flag()},
    required=("name", "schema"),
)
_FORMAT = Tagged(
    "type",
    {
        "json_object": Struct({}),
        "json_schema": Struct({"json_schema": _JSON_SCHEMA}, required=("json_schema",)),
        "text": Struct({}),
    },
)
_AUDIO = Struct({"format": Text(), "voice": Either(Text(), OBJECT)}, required=("format", "voice"))
REQUEST = Struct(
    {
        "model": Text(),
        "messages": MESSAGES,
        "functions": ListOf(
            FUNCTION, min_items=1, max_items=_MOST_TOOLS, noun="array of function definitions"
        ),
        "function_call": Either(Choice("none", "auto"), _NAMED),
        "tools": ListOf(_TOOL, max_items=_MOST_TOOLS),
        "tool_choice": _TOOL_CHOICE,
        "parallel_tool_calls": Flag(),
        "max_completion_tokens": Whole(minimum=1),
        "max_tokens": Whole(minimum=1),
        "n": Whole(minimum=1, maximum=128),
        "temperature": Number(minimum=0, maximum=2),
        "top_p": Number(minimum=0, maximum=1),
        "presence_penalty": Number(minimum=-2, maximum=2),
        "frequency_penalty": Number(minimum=-2, maximum=2),
        "logprobs": Flag(),
        "top_logprobs": Whole(minimum=0, maximum=20),
        "logit_bias": MapOf(Number(minimum=-100, maximum=100), max_pairs=1024),
        "stop": STRING_OR_STRINGS,
        "user": Text(),
        "seed": Whole(),
        "safety_identifier": LABEL,
        "prompt_cache_key": Text(),
        "prompt_cache_retention": CACHE_RETENTION,
        "prompt_cache_options": CACHE_OPTIONS,
        "service_tier": SERVICE_TIER,
        "stream": Flag(),
        "stream_options": Struct(
            {"include_usage": Flag(), "include_obfuscation": Flag()}, closed=True
        ),
        "store": Flag(),
        "metadata": METADATA,
        "reasoning_effort": EFFORT,
        "verbosity": VERBOSITY,
        "response_format": _FORMAT,
        "prediction": Struct({"type": Choice("content"), "content": TEXT_CONTENT}, ("type",)),
        "modalities": ListOf(Choice("text", "audio")),
        "audio": _AUDIO,
        "web_search_options": Struct({"search_context_size": SEARCH_SIZE, "user_location": OBJECT}),
        "moderation": MODERATION,
    },
    required=("messages",),
    closed=True,
)
