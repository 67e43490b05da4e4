"""The shape of `messages` of `POST /chat/completions`.

Messages and their parts are open: a message copied from an earlier answer may carry further keys.
"""

from mockgw.apis.media import FileData, ImageUrl
from mockgw.apis.request_parts import OBJECT
from mockgw.shape import Choice, Either, ListOf, Shape, Struct, Tagged, Text

_TEXT = Struct({"text": Text()}, required=("text",))
_IMAGE = Struct(
    {
        "image_url": Struct(
            {"url": ImageUrl(chat=True), "detail": Choice("auto", "low", "high")},
            required=("url",),
        )
    },
    required=("image_url",),
)
_AUDIO = Struct(
    {
        "input_audio": Struct(
            {"data": Text(), "format": Choice("wav", "mp3")}, required=("data", "format")
        )
    },
    required=("input_audio",),
)
_FILE = Struct(
    {"file": Struct({"file_id": Text(), "file_data": FileData(chat=True), "filename": Text()})},
    required=("file",),
)
_REFUSAL = Struct({"refusal": Text()}, required=("refusal",))
_PARTS = ("text", "image_url", "input_audio", "refusal", "audio", "file")


def _content(parts: dict[str, Shape]) -> Shape:
    return Either(Text(), ListOf(Tagged("type", parts, known=_PARTS)))


TEXT_CONTENT = _content({"text": _TEXT})
_USER_CONTENT = _content({"text": _TEXT, "image_url": _IMAGE, "input_audio": _AUDIO, "file": _FILE})
_CALL = Struct({"name": Text(), "arguments": Text()}, required=("name", "arguments"))
_CUSTOM_CALL = Struct({"name": Text(), "input": Text()}, required=("name", "input"))
_TOOL_CALL = Tagged(
    "type",
    {
        "function": Struct({"id": Text(), "function": _CALL}, required=("id", "function")),
        "custom": Struct({"id": Text(), "custom": _CUSTOM_CALL}, required=("id", "custom")),
    },
)
_SYSTEM = {"content": TEXT_CONTENT, "name": Text()}
MESSAGES = ListOf(
    Tagged(
        "role",
        {
            "system": Struct(_SYSTEM),
            "assistant": Struct(
                {
                    "content": _content({"text": _TEXT, "refusal": _REFUSAL}),
                    "refusal": Text(),
                    "name": Text(),
                    "audio": OBJECT,
                    "tool_calls": ListOf(_TOOL_CALL, min_items=1, max_items=128),
                    "function_call": _CALL,
                }
            ),
            "user": Struct({"content": _USER_CONTENT, "name": Text()}),
            "function": Struct({"content": Text(), "name": Text()}, required=("name",)),
            "tool": Struct(
                {"content": TEXT_CONTENT, "tool_call_id": Text()}, required=("tool_call_id",)
            ),
            "developer": Struct(_SYSTEM, required=("content",)),
        },
    ),
    min_items=1,
)
