"""The shape of the items that `input` of `POST /responses` may hold.

Items and their parts are open: an item copied from an earlier output may carry any further key.
"""

from mockgw.apis.media import FileData, ImageUrl
from mockgw.apis.request_parts import NAME, OBJECT
from mockgw.apis.responses.tools import TOOLS
from mockgw.shape import (
    Anything,
    Choice,
    Either,
    Flag,
    ListOf,
    MapOf,
    Nullable,
    Shape,
    Struct,
    Tagged,
    Text,
    Whole,
)

_PARTS = (
    "input_text",
    "input_image",
    "input_audio",
    "output_text",
    "refusal",
    "input_file",
    "computer_screenshot",
    "summary_text",
    "encrypted_content",
)
_INPUT_TEXT = Struct({"text": Text()}, required=("text",))
_INPUT_IMAGE = Struct(
    {
        "image_url": ImageUrl(noun="image URL"),
        "file_id": Text(),
        "detail": Choice("low", "high", "auto", "original"),
    },
)
_INPUT_FILE = Struct(
    {"file_id": Text(), "file_data": FileData(), "file_url": Text(), "filename": Text()}
)
_INPUT_PARTS: dict[str, Shape] = {
    "input_text": _INPUT_TEXT,
    "input_image": _INPUT_IMAGE,
    "input_file": _INPUT_FILE,
}
_OUTPUT_TEXT = Struct(
    {"text": Text(), "annotations": ListOf(OBJECT), "logprobs": ListOf(OBJECT)}, required=("text",)
)


def _content(parts: dict[str, Shape]) -> Shape:
    return Either(Text(), ListOf(Tagged("type", parts, known=_PARTS)))


_USER_CONTENT = _content(
    {
        **_INPUT_PARTS,
        "scoped_content": Struct({}),
        "input_audio": Struct({"input_audio": OBJECT}, required=("input_audio",)),
    }
)
_ASSISTANT_CONTENT = _content(
    {"output_text": _OUTPUT_TEXT, "refusal": Struct({"refusal": Text()}, required=("refusal",))}
)
_OUTPUT_CONTENT = _content(_INPUT_PARTS)
_SAID = Struct({"content": _USER_CONTENT, "id": Text(), "status": Text()}, required=("content",))
MESSAGE = Tagged(
    "role",
    {
        # Assistant turns come back from histories with their content null, empty or left out.
        "assistant": Struct(
            {"content": _ASSISTANT_CONTENT, "id": Text(), "status": Text(), "phase": Text()}
        ),
        "system": _SAID,
        "developer": _SAID,
        "user": _SAID,
    },
    whole=True,
)


def _item(required: dict[str, Shape], **optional: Shape) -> Struct:
    fields = {**required, "id": Text(), "status": Text(), **optional}
    return Struct(fields, required=tuple(required))


_CALL_ID = Text(min_length=1, max_length=64)
_STRINGS = ListOf(Text())
_TEXTS = ListOf(Struct({"text": Text()}, required=("text",)))
_MCP = {"server_label": Text(), "name": Text(), "arguments": Text()}
_PATCH = Struct({"type": Text(), "path": Text(), "diff": Text()}, required=("type", "path"))
_EXEC = Struct({"command": _STRINGS, "env": MapOf(Text())}, required=("command",))
_SHELL = Struct(
    {"commands": _STRINGS, "max_output_length": Whole(), "timeout_ms": Whole()},
    required=("commands",),
)
_SHELL_OUTPUT = Struct(
    {"outcome": OBJECT, "stderr": Text(), "stdout": Text()}, required=("outcome",)
)
_ITEMS: dict[str, Shape] = {
    "additional_tools": _item({"tools": TOOLS}, role=Text()),
    "agent_message": _item({}),
    "apply_patch_call": _item({"call_id": _CALL_ID, "operation": _PATCH}),
    "apply_patch_call_output": _item({"call_id": _CALL_ID}, output=Text()),
    "code_interpreter_call": _item({"container_id": Text()}, code=Text(), outputs=ListOf(OBJECT)),
    "compaction": _item({"encrypted_content": Text()}),
    "compaction_trigger": _item({}),
    "computer_call": _item({"call_id": _CALL_ID}, action=OBJECT, actions=ListOf(OBJECT)),
    "computer_call_output": _item({"call_id": _CALL_ID, "output": OBJECT}),
    "configuration_update": _item({}, reasoning=OBJECT, text=OBJECT),
    "custom_tool_call": _item({"call_id": _CALL_ID, "name": Text(), "input": Text()}),
    "custom_tool_call_output": _item({"call_id": _CALL_ID, "output": _OUTPUT_CONTENT}),
    "file_search_call": _item({"queries": _STRINGS}, results=ListOf(OBJECT)),
    "function_call": _item(
        {"arguments": Text(), "call_id": _CALL_ID, "name": NAME}, namespace=Text()
    ),
    "function_call_output": _item({"output": _OUTPUT_CONTENT}, call_id=_CALL_ID),
    "image_generation_call": _item({}, result=Text()),
    "item_reference": Struct({"id": Text()}, required=("id",)),
    "local_shell_call": _item({"call_id": _CALL_ID, "action": _EXEC}),
    "local_shell_call_output": _item({"output": Text()}),
    "mcp_approval_request": _item(dict(_MCP)),
    "mcp_approval_response": _item(
        {"approval_request_id": Text(), "approve": Flag()}, reason=Text()
    ),
    "mcp_call": _item(dict(_MCP), output=Text(), error=Anything()),
    "mcp_list_tools": _item({"server_label": Text(), "tools": ListOf(OBJECT)}, error=Anything()),
    "message": MESSAGE,
    "multi_agent_call": _item({}),
    "multi_agent_call_output": _item({}),
    "program": _item({"call_id": _CALL_ID, "code": Text()}, fingerprint=Text()),
    "program_output": _item({"call_id": _CALL_ID, "result": Text()}),
    "reasoning": _item({"summary": _TEXTS}, content=_TEXTS, encrypted_content=Text()),
    "shell_call": _item({"call_id": _CALL_ID, "action": _SHELL}),
    "shell_call_output": _item({"call_id": _CALL_ID, "output": ListOf(_SHELL_OUTPUT)}),
    "tool_search_call": _item({"arguments": Nullable(Anything())}, execution=Text()),
    "tool_search_output": _item({"tools": TOOLS}, execution=Choice("server", "client")),
    "web_search_call": _item({}, action=OBJECT),
}
ITEM = Tagged(
    "type",
    _ITEMS,
    default="message",
    guesses={"role": "message", "id": "item_reference"},
    whole=True,
    noun="input item",
)
INPUT = Either(Text(), ListOf(ITEM))
