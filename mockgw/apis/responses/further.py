"""The shapes of the bodies beside that of `POST /responses`: of counting and of compacting."""

from mockgw.apis.request_parts import CACHE_OPTIONS, CACHE_RETENTION, SERVICE_TIER
from mockgw.apis.responses.items import INPUT
from mockgw.apis.responses.request import REQUEST
from mockgw.shape import Choice, Struct, Text

# What counting takes of the body that it counts for (OpenAI's specification, TokenCountsBody).
_COUNTED = (
    "model input instructions previous_response_id conversation tools tool_choice text reasoning "
    "truncation parallel_tool_calls"
).split()
COUNT = Struct(
    {**{name: REQUEST.fields[name] for name in _COUNTED}, "personality": Text(max_length=64)},
    closed=True,
)
INCLUDE = REQUEST.fields["include"]
COMPACT = Struct(
    {
        "model": Text(),
        "input": INPUT,
        "instructions": Text(),
        "previous_response_id": Text(),
        "prompt_cache_key": Text(max_length=64),
        "prompt_cache_options": CACHE_OPTIONS,
        "prompt_cache_retention": CACHE_RETENTION,
        "service_tier": SERVICE_TIER,
        "image": Struct({"context_compression": Choice("auto", "enabled", "disabled")}),
    },
    required=("model",),
    closed=True,
)
