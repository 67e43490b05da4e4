"""The shape of `tools` and `tool_choice` of `POST /responses`."""

from mockgw.apis.request_parts import FUNCTION, GRAMMAR, NAME, OBJECT, SEARCH_SIZE
from mockgw.shape import Choice, Either, Flag, ListOf, MapOf, Number, Struct, Tagged, Text, Whole

_STRINGS = ListOf(Text())
_CUSTOM = Struct(
    {
        "name": NAME,
        "description": Text(),
        "format": Tagged("type", {"text": Struct({}), "grammar": GRAMMAR}),
    },
    required=("name",),
)
_WEB_SEARCH = Struct(
    {
        "filters": Struct({"allowed_domains": _STRINGS}),
        "search_context_size": SEARCH_SIZE,
        "user_location": OBJECT,
    }
)
_FILE_SEARCH = Struct(
    {
        "vector_store_ids": _STRINGS,
        "filters": OBJECT,
        "max_num_results": Whole(minimum=1, maximum=50),
        "ranking_options": Struct({"ranker": Text(), "score_threshold": Number()}),
    },
    required=("vector_store_ids",),
)
_MCP = Struct(
    {
        "server_label": Text(),
        "server_url": Text(),
        "server_description": Text(),
        "connector_id": Text(),
        "authorization": Text(),
        "headers": MapOf(Text()),
        "allowed_tools": Either(_STRINGS, OBJECT),
        "require_approval": Either(OBJECT, Choice("always", "never")),
        "defer_loading": Flag(),
    },
    required=("server_label",),
)
_COMPUTER = Struct(
    {
        "display_height": Whole(),
        "display_width": Whole(),
        "environment": Choice("windows", "mac", "linux", "ubuntu", "browser"),
    },
    required=("display_height", "display_width", "environment"),
)
_NAMESPACE = Struct(
    {
        "name": NAME,
        "description": Text(),
        "tools": ListOf(Tagged("type", {"function": FUNCTION, "custom": _CUSTOM})),
    },
    required=("name", "tools"),
)
_IMAGE = Struct(
    {
        "action": Choice("generate", "edit", "auto"),
        "background": Choice("transparent", "opaque", "auto"),
        "input_fidelity": Choice("high", "low"),
        "input_image_mask": OBJECT,
        "model": Text(),
        "moderation": Choice("auto", "low"),
        "output_compression": Whole(minimum=0, maximum=100),
        "output_format": Choice("png", "webp", "jpeg", "gif", "svg"),
        "partial_images": Whole(minimum=0, maximum=3),
        "quality": Choice("low", "medium", "high", "xhigh", "max", "auto"),
        "size": Text(),
    }
)
_MEMORY = Choice("1g", "4g", "16g", "64g")
_CONTAINER = Tagged(
    "type", {"auto": Struct({"file_ids": _STRINGS, "memory_limit": _MEMORY})}, noun="object"
)
_ENVIRONMENT = Tagged(
    "type",
    {
        "container_auto": Struct({"file_ids": _STRINGS, "memory_limit": _MEMORY}),
        "local": Struct({"skills": ListOf(OBJECT)}),
        "container_reference": Struct({"container_id": Text()}, required=("container_id",)),
    },
)
TOOL = Tagged(
    "type",
    {
        "apply_patch": Struct({}),
        "code_interpreter": Struct(
            {"container": Either(Text(), _CONTAINER)}, required=("container",)
        ),
        "computer": Struct({}),
        "computer_use_preview": _COMPUTER,
        "custom": _CUSTOM,
        "file_search": _FILE_SEARCH,
        "function": FUNCTION,
        "image_generation": _IMAGE,
        "local_shell": Struct({}),
        "mcp": _MCP,
        "namespace": _NAMESPACE,
        "programmatic_tool_calling": Struct({}),
        "shell": Struct({"environment": _ENVIRONMENT}),
        "tool_search": Struct(
            {"description": Text(), "execution": Choice("server", "client"), "parameters": OBJECT}
        ),
        "web_search": _WEB_SEARCH,
        "web_search_2025_08_26": _WEB_SEARCH,
        "web_search_preview": _WEB_SEARCH,
        "web_search_preview_2025_03_11": _WEB_SEARCH,
    },
    noun="tool",
)
TOOLS = ListOf(TOOL)
_NAMED = Struct({"name": Text()}, required=("name",))
HOSTED = (
    "apply_patch",
    "code_interpreter",
    "computer",
    "computer_use",
    "computer_use_preview",
    "file_search",
    "image_generation",
    "programmatic_tool_calling",
    "shell",
    "tool_search",
    "web_search",
    "web_search_2025_08_26",
    "web_search_preview",
    "web_search_preview_2025_03_11",
)
TOOL_CHOICE = Either(
    Tagged(
        "type",
        {
            "function": _NAMED,
            "custom": _NAMED,
            "mcp": Struct({"server_label": Text(), "name": Text()}, required=("server_label",)),
            "allowed_tools": Struct(
                {"mode": Choice("auto", "required"), "tools": ListOf(OBJECT)},
                required=("mode", "tools"),
            ),
            **{kind: Struct({}) for kind in HOSTED},
        },
    ),
    Choice("none", "auto", "required"),
)
