"""The shapes that requests of both APIs share."""

from mockgw.shape import Anything, Choice, Either, Flag, ListOf, MapOf, Struct, Text

NAME = Text(min_length=1, max_length=64, pattern=r"^[a-zA-Z0-9_-]+$")
OBJECT = MapOf(Anything())
LABEL = Text(max_length=128)
METADATA = MapOf(Text(max_length=512), max_pairs=16, max_key=64, noun="metadata object")
EFFORT = Choice("none", "minimal", "low", "medium", "high", "xhigh", "max")
VERBOSITY = Choice("low", "medium", "high")
SERVICE_TIER = Choice("auto", "default", "fast", "flex", "priority", "scale", "ultrafast")
CACHE_RETENTION = Choice("in_memory", "24h")
CACHE_OPTIONS = Struct(
    {
        "mode": Choice("implicit", "explicit"),
        "ttl": Choice("30m", "12h"),
        "prewarm": Flag(),
        "comparison_response_id": Text(),
    },
    closed=True,
)
_POLICY = Struct({"mode": Choice("score", "block")}, required=("mode",))
MODERATION = Struct(
    {"model": Text(), "policy": Struct({"input": _POLICY, "output": _POLICY})},
    required=("model",),
)
SEARCH_SIZE = Choice("low", "medium", "high")
FUNCTION = Struct(
    {"name": NAME, "description": Text(), "parameters": OBJECT, "strict": Flag()},
    required=("name",),
)
GRAMMAR = Struct(
    {"syntax": Choice("lark", "regex"), "definition": Text()}, required=("syntax", "definition")
)
STRING_OR_STRINGS = Either(Text(), ListOf(Text(), max_items=4))
