"""Requests of every kind that clients send, by name, for both of the provider's APIs."""

from typing import Any, Literal, NamedTuple

Json = dict[str, Any]
TEXT: Json = {"type": "string"}
HELLO = "Name three rivers of Europe."
IMAGE = "https://example.com/harbour.png"
LONG = "The ferry to the island leaves at nine. " * 5_000
_FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
_RIGHT_TO_LEFT = "שלום مرحبا \u202eabc\u202c"
UNICODE = f"Grüße {_FAMILY} {_RIGHT_TO_LEFT} 你好\uff0c世界 こんにちは e\u0301 \u0000 \U0001f9ff"


class Request(NamedTuple):
    """A request: its name, the API it is for, and its body without `stream`."""

    name: str
    kind: Literal["responses", "chat"]
    body: Json


def strict(**properties: Any) -> Json:
    """Return a schema of an object that has all these properties and no other."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def function(name: str, **properties: Any) -> Json:
    """Return a function tool as the Responses API takes it."""
    return {"type": "function", "name": name, "parameters": strict(**properties), "strict": True}


def _asked(ask: Any = HELLO, *, model: str = "gpt-5.5", **more: Any) -> Json:
    return {"model": model, "input": ask, **more}


def _said(*messages: Any, model: str = "gpt-5.5", **more: Any) -> Json:
    told = [{"role": "user", "content": one} if isinstance(one, str) else one for one in messages]
    return {"model": model, "messages": told or [{"role": "user", "content": HELLO}], **more}


def _nulls(names: str) -> Json:
    return dict.fromkeys(names.split())


def _form(schema: Json, *, is_strict: bool = True) -> Json:
    form = {"type": "json_schema", "name": "answer", "schema": schema, "strict": is_strict}
    return {"format": form}


def _role(role: str, content: Any, **more: Any) -> Json:
    return {"role": role, "content": content, **more}


WEATHER = function("get_weather", city=TEXT, unit={"type": "string", "enum": ["c", "f"]})
TIDES = function("get_tides", harbour=TEXT)
CLOCK = {"type": "function", "name": "tell_time"}
LOOSE = {
    "type": "function",
    "name": "look_up",
    "description": "Looks a word up.",
    "parameters": {"type": "object", "properties": {"word": TEXT, "limit": {"type": "integer"}}},
    "strict": False,
}
SQL = {"type": "custom", "name": "run_sql", "description": "Runs a query."}
GRAMMAR = {"syntax": "regex", "definition": "^[a-z]+$"}
SUMS = 'start: NUMBER ("+" NUMBER)*\nNUMBER: /[0-9]+/\n'
SPELL = {"type": "custom", "name": "spell", "format": {"type": "grammar", **GRAMMAR}}
LONG_CALL = function("write_letter", **{f"paragraph_{n}": TEXT for n in range(12)})
TREE = {
    **strict(root={"$ref": "#/$defs/node"}),
    "$defs": {
        "node": strict(label=TEXT, children={"type": "array", "items": {"$ref": "#/$defs/node"}})
    },
}
SHAPES = strict(
    pick={"anyOf": [strict(circle={"type": "number"}), strict(side={"type": "integer"})]},
    size={"type": "string", "enum": ["small", "large"]},
    note={"type": ["string", "null"]},
)
FORMATS = strict(
    at={"type": "string", "format": "date-time"},
    mail={"type": "string", "format": "email"},
    id={"type": "string", "format": "uuid"},
    code={"type": "string", "pattern": "^[A-Z]{3}-[0-9]{4}$"},
    grade={"type": "integer", "minimum": 1, "maximum": 5},
)
MATRIX = strict(
    rows={"type": "array", "items": {"type": "array", "items": {"type": "number"}}, "minItems": 2}
)
OPEN_SCHEMA = {"type": "object", "properties": {"title": TEXT, "pages": {"type": "integer"}}}

_CALL = {"type": "function_call", "call_id": "call_1", "name": "get_weather"}
_CALLED = [
    _role("user", "What is the weather in Oslo?"),
    {**_CALL, "arguments": '{"city":"Oslo","unit":"c"}'},
]
_OUTPUT = {"type": "function_call_output", "call_id": "call_1"}
_SQL_CALL = {"type": "custom_tool_call", "call_id": "call_2", "name": "run_sql", "input": "select"}
_REASONING = {"id": "rs_1", "type": "reasoning", "summary": []}
_MESSAGE = {"type": "message", "role": "assistant", "id": "msg_1", "status": "completed"}
_PAST_TEXT = {"type": "output_text", "text": "The Rhine.", "annotations": []}

_EVERYTHING = [
    "file_search_call.results",
    "web_search_call.action.sources",
    "code_interpreter_call.outputs",
]
_SEARCH: Json = {"type": "web_search", "filters": {"allowed_domains": ["example.org"]}}
_FILES: Json = {"type": "file_search", "vector_store_ids": ["vs_1"]}
_CODE: Json = {"type": "code_interpreter", "container": {"type": "auto"}}
_IMAGES: Json = {"type": "image_generation", "partial_images": 2, "size": "1024x1536"}
_MCP: Json = {"type": "mcp", "server_label": "notes", "server_url": "https://example.com/mcp"}
_FREE_MCP: Json = {**_MCP, "require_approval": "never", "allowed_tools": ["find_note"]}
_HIDDEN: Json = {**WEATHER, "defer_loading": True}
_APPROVAL: Json = {
    "type": "mcp_approval_request",
    "id": "mcpr_1",
    "arguments": "{}",
    "name": "find_note",
    "server_label": "notes",
}
_LISTED: Json = {"type": "mcp_list_tools", "id": "mcpl_1", "server_label": "notes", "tools": []}
_SHELL_CALL: Json = {"type": "shell_call", "call_id": "call_3", "action": {"commands": ["ls"]}}
_SHELL_DONE: Json = {
    "type": "shell_call_output",
    "call_id": "call_3",
    "output": [{"outcome": {"type": "exit", "exit_code": 0}, "stdout": "a", "stderr": ""}],
}
HOSTED: dict[str, Json] = {
    "web search": _asked(tools=[_SEARCH]),
    "web search with sources": _asked(tools=[_SEARCH], include=_EVERYTHING),
    "web search and schema": _asked(tools=[_SEARCH], text=_form(strict(island=TEXT))),
    "file search": _asked(tools=[_FILES]),
    "file search with results": _asked(tools=[_FILES], include=_EVERYTHING),
    "code interpreter": _asked(tools=[_CODE], reasoning={"effort": "none"}),
    "code interpreter with outputs": _asked(tools=[_CODE], include=_EVERYTHING),
    "image generation": _asked("Draw a harbour.", tools=[_IMAGES]),
    "image generation in webp": _asked(tools=[{**_IMAGES, "output_format": "webp"}]),
    "mcp": _asked(tools=[_FREE_MCP]),
    "mcp with approval": _asked(tools=[_MCP]),
    "mcp approved": _asked(
        [
            _role("user", HELLO),
            _LISTED,
            _APPROVAL,
            {"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": True},
        ],
        tools=[_MCP],
    ),
    "mcp denied": _asked(
        [
            _role("user", HELLO),
            _LISTED,
            _APPROVAL,
            {"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": False},
        ],
        tools=[_MCP],
    ),
    "shell": _asked(tools=[{"type": "shell", "environment": {"type": "local"}}]),
    "shell in a container": _asked(
        tools=[{"type": "shell", "environment": {"type": "container_auto"}}]
    ),
    "shell answered": _asked(
        [_role("user", HELLO), _SHELL_CALL, _SHELL_DONE], tools=[{"type": "shell"}]
    ),
    "local shell": _asked(tools=[{"type": "local_shell"}], model="gpt-5-codex"),
    "apply patch": _asked(tools=[{"type": "apply_patch"}]),
    "computer": _asked(tools=[{"type": "computer"}]),
    "computer, preview": _asked(
        model="computer-use-preview",
        tools=[
            {
                "type": "computer_use_preview",
                "display_height": 600,
                "display_width": 800,
                "environment": "browser",
            }
        ],
    ),
    "tool search": _asked("The weather?", tools=[{"type": "tool_search"}, _HIDDEN]),
    "tool search by the client": _asked(
        tools=[{"type": "tool_search", "execution": "client"}, _HIDDEN]
    ),
    "tool search answered": _asked(
        [
            _role("user", HELLO),
            {
                "type": "tool_search_call",
                "call_id": "call_4",
                "arguments": {"query": "weather"},
                "execution": "client",
            },
            {
                "type": "tool_search_output",
                "call_id": "call_4",
                "execution": "client",
                "tools": [WEATHER],
            },
        ],
        tools=[{"type": "tool_search", "execution": "client"}, _HIDDEN],
    ),
    "namespace": _asked(
        tools=[
            {"type": "namespace", "name": "sea", "description": "The sea.", "tools": [TIDES]},
        ]
    ),
    "tool and function": _asked("Look up the tides online.", tools=[_SEARCH, TIDES]),
    "chosen": _asked(tools=[_SEARCH, _FILES], tool_choice={"type": "file_search"}),
    "mcp chosen": _asked(
        tools=[_SEARCH, _FREE_MCP],
        tool_choice={"type": "mcp", "server_label": "notes", "name": "find_note"},
    ),
    "allowed": _asked(
        tools=[TIDES, _SEARCH],
        tool_choice={
            "type": "allowed_tools",
            "mode": "auto",
            "tools": [{"type": "web_search"}],
        },
    ),
    "at most one": _asked(
        "Search the files and the web.", tools=[_SEARCH, _FILES], max_tool_calls=1
    ),
    "compaction": _asked(
        f"Once. {LONG}", context_management=[{"type": "compaction", "compact_threshold": 1_000}]
    ),
    "log probabilities": _asked(
        UNICODE[:9],
        model="gpt-4o",
        include=["message.output_text.logprobs"],
        top_logprobs=3,
    ),
    "background": _asked(background=True),
}

RESPONSES: dict[str, Json] = {
    "plain": _asked(),
    "pro": _asked(model="gpt-5.5-pro"),
    "prefixed model": _asked(model="openai/gpt-5.5-pro"),
    "dated model": _asked(model="gpt-5.5-2026-04-23"),
    "model that does not reason": _asked(model="gpt-4o", temperature=0.4, top_p=0.5),
    "instructions": _asked(instructions="Answer in verse."),
    "several turns": _asked(
        [_role("user", "Hi"), _role("assistant", "Hello."), _role("user", "Name a lake.")]
    ),
    "system and developer": _asked(
        [_role("system", "Be terse."), _role("developer", "No lists."), _role("user", HELLO)]
    ),
    "text parts": _asked([_role("user", [{"type": "input_text", "text": HELLO}])]),
    "image": _asked([_role("user", [{"type": "input_image", "image_url": IMAGE}])]),
    "image in low detail": _asked(
        [_role("user", [{"type": "input_image", "image_url": IMAGE, "detail": "low"}])]
    ),
    "file": _asked([_role("user", [{"type": "input_file", "file_id": "file-1"}])]),
    "assistant content null": _asked([_role("assistant", None), _role("user", HELLO)]),
    "assistant content empty": _asked([_role("assistant", []), _role("user", HELLO)]),
    "assistant content absent": _asked([{"role": "assistant"}, _role("user", HELLO)]),
    "assistant refused": _asked(
        [
            _role("user", "Hi"),
            {**_MESSAGE, "content": [{"type": "refusal", "refusal": "No."}]},
            _role("user", HELLO),
        ]
    ),
    "output sent back": _asked(
        [
            _role("user", "Hi"),
            _REASONING,
            {**_MESSAGE, "content": [_PAST_TEXT], "phase": "final_answer"},
            _role("user", HELLO),
        ]
    ),
    **{
        f"effort {effort}": _asked(reasoning={"effort": effort})
        for effort in ("none", "low", "medium", "high", "xhigh")
    },
    **{
        f"summary {summary}": _asked(reasoning={"summary": summary})
        for summary in ("auto", "concise", "detailed")
    },
    "summary and tool": _asked(reasoning={"summary": "detailed"}, tools=[TIDES]),
    "encrypted reasoning": _asked(include=["reasoning.encrypted_content"], store=False),
    "tool": _asked("Weather in Oslo?", tools=[WEATHER]),
    "tool with effort none": _asked(tools=[WEATHER], reasoning={"effort": "none"}),
    "tool required": _asked(tools=[LOOSE], tool_choice="required"),
    "tool named": _asked(
        tools=[WEATHER, TIDES], tool_choice={"type": "function", "name": "get_tides"}
    ),
    "tool none": _asked(tools=[WEATHER], tool_choice="none"),
    "tool without parameters": _asked(tools=[CLOCK]),
    "several tools named": _asked("The weather and the tides, please.", tools=[WEATHER, TIDES]),
    "several tools one at a time": _asked(
        "The weather and the tides, please.", tools=[WEATHER, TIDES], parallel_tool_calls=False
    ),
    "allowed tools": _asked(
        tools=[WEATHER, TIDES],
        tool_choice={
            "type": "allowed_tools",
            "mode": "required",
            "tools": [{"type": "function", "name": "get_tides"}],
        },
    ),
    "custom tool": _asked(tools=[SQL]),
    "custom tool with a grammar": _asked(
        tools=[SPELL, WEATHER], tool_choice={"type": "custom", "name": "spell"}
    ),
    "hosted tool": _asked(tools=[{"type": "web_search"}], tool_choice="auto"),
    **{f"hosted {name}": body for name, body in HOSTED.items()},
    "tool output": _asked([*_CALLED, {**_OUTPUT, "output": "4 °C, rain"}], tools=[WEATHER]),
    "tool output in parts": _asked(
        [*_CALLED, {**_OUTPUT, "output": [{"type": "input_text", "text": "4 °C"}]}],
        tools=[WEATHER],
    ),
    "custom tool output": _asked(
        [_SQL_CALL, {"type": "custom_tool_call_output", "call_id": "call_2", "output": "1"}],
        tools=[SQL],
    ),
    "second turn of a loop": _asked(
        [
            *_CALLED,
            {**_OUTPUT, "output": "4 °C, rain"},
            {**_MESSAGE, "content": [_PAST_TEXT]},
            _role("user", "And the tides there?"),
        ],
        tools=[WEATHER, TIDES],
    ),
    "schema": _asked(text=_form(strict(island=TEXT))),
    "schema recursive": _asked(text=_form(TREE)),
    "schema any of": _asked(text=_form(SHAPES)),
    "schema formats": _asked(text=_form(FORMATS)),
    "schema nested arrays": _asked(text=_form(MATRIX)),
    "schema not strict": _asked(text=_form(OPEN_SCHEMA, is_strict=False)),
    "schema and tool": _asked(text=_form(strict(island=TEXT)), tools=[WEATHER]),
    "JSON object": _asked("Answer in JSON.", text={"format": {"type": "json_object"}}),
    "budget ends in reasoning": _asked(max_output_tokens=16, model="gpt-5.5-pro"),
    "budget ends in text": _asked(
        max_output_tokens=100, reasoning={"effort": "low"}, text={"verbosity": "high"}
    ),
    "budget ends in text without reasoning": _asked(
        max_output_tokens=20, reasoning={"effort": "none"}, text={"verbosity": "high"}
    ),
    "budget ends in arguments": _asked(
        max_output_tokens=30, reasoning={"effort": "none"}, tools=[LONG_CALL]
    ),
    "budget large enough": _asked(max_output_tokens=20_000),
    "everything echoed": _asked(
        metadata={"run": "7"},
        service_tier="flex",
        store=False,
        truncation="auto",
        prompt_cache_key="rivers",
        prompt_cache_retention="in_memory",
        safety_identifier="caller-1",
        max_tool_calls=3,
        parallel_tool_calls=False,
        top_logprobs=0,
        text={"verbosity": "low", "format": {"type": "text"}},
        background=False,
        user="somebody",
        temperature=1,
        top_p=0.98,
        presence_penalty=0,
        frequency_penalty=0.0,
    ),
    "explicit nulls": _asked(
        **_nulls(
            "instructions max_output_tokens metadata parallel_tool_calls previous_response_id "
            "reasoning service_tier store temperature text tool_choice tools top_logprobs top_p "
            "truncation user include background prompt conversation max_tool_calls"
        )
    ),
    "no tools": _asked(tools=[], include=[]),
    "Unicode": _asked(UNICODE, instructions=UNICODE, metadata={"key": UNICODE[:9]}),
    "very long": _asked(LONG),
    "empty input": _asked(""),
}


def _chat_tool(tool: Json) -> Json:
    """Return a tool of the Responses API as chat takes it."""
    kind = tool["type"]
    inner = {key: value for key, value in tool.items() if key != "type"}
    form = inner.get("format") or {}
    if form.get("type") == "grammar":
        inner["format"] = {"type": "grammar", "grammar": GRAMMAR}
    return {"type": kind, kind: inner}


def _chat_form(schema: Json, *, is_strict: bool = True) -> Json:
    inner = {"name": "answer", "schema": schema, "strict": is_strict}
    return {"type": "json_schema", "json_schema": inner}


_CHAT_CALL = {
    "id": "call_1",
    "type": "function",
    "function": {"name": "get_weather", "arguments": '{"city":"Oslo","unit":"c"}'},
}
_CHAT_CALLED = (
    "What is the weather in Oslo?",
    _role("assistant", None, tool_calls=[_CHAT_CALL]),
)
_WEATHER = _chat_tool(WEATHER)
_TIDES = _chat_tool(TIDES)
_OLD = {"name": "get_weather", "parameters": OPEN_SCHEMA}

CHAT: dict[str, Json] = {
    "chat plain": _said(),
    "chat prefixed model": _said(model="openai/gpt-5.5"),
    "chat dated model": _said(model="gpt-5.5-2026-04-23"),
    "chat model that does not reason": _said(model="gpt-4o", temperature=0.2, seed=5),
    "chat several turns": _said(
        _role("developer", "Be terse."), "Hi", _role("assistant", "Hello."), "Name a lake."
    ),
    "chat content parts": _said(
        _role(
            "user",
            [
                {"type": "text", "text": HELLO},
                {"type": "image_url", "image_url": {"url": IMAGE, "detail": "low"}},
            ],
        )
    ),
    "chat assistant refused": _said("Hi", _role("assistant", None, refusal="No."), HELLO),
    "chat assistant content empty": _said("Hi", _role("assistant", ""), HELLO),
    "chat several choices": _said(n=2),
    "chat several choices with tools": _said(n=2, tools=[_WEATHER]),
    "chat stop": _said(model="gpt-4o", stop=[".", "\n"]),
    "chat effort none": _said(reasoning_effort="none"),
    "chat effort high": _said(reasoning_effort="high", verbosity="low"),
    "chat budget ends in reasoning": _said(max_completion_tokens=16),
    "chat budget ends in text": _said(
        max_completion_tokens=24, reasoning_effort="none", verbosity="high"
    ),
    "chat budget ends in arguments": _said(
        max_completion_tokens=30, reasoning_effort="none", tools=[_chat_tool(LONG_CALL)]
    ),
    "chat max_tokens": _said(model="gpt-4o", max_tokens=500),
    "chat tool": _said("Weather in Oslo?", tools=[_WEATHER]),
    "chat tool required": _said(tools=[_chat_tool(LOOSE)], tool_choice="required"),
    "chat tool named": _said(
        tools=[_WEATHER, _TIDES],
        tool_choice={"type": "function", "function": {"name": "get_tides"}},
    ),
    "chat tool none": _said(tools=[_WEATHER], tool_choice="none"),
    "chat several tools named": _said("Weather and tides?", tools=[_WEATHER, _TIDES]),
    "chat several tools one at a time": _said(
        "Weather and tides?", tools=[_WEATHER, _TIDES], parallel_tool_calls=False
    ),
    "chat allowed tools": _said(
        tools=[_WEATHER, _TIDES],
        tool_choice={
            "type": "allowed_tools",
            "allowed_tools": {"mode": "required", "tools": [_TIDES]},
        },
    ),
    "chat custom tool": _said(tools=[_chat_tool(SQL)]),
    "chat custom tool with a grammar": _said(tools=[_chat_tool(SPELL)]),
    "chat tool output": _said(
        *_CHAT_CALLED, _role("tool", "4 °C", tool_call_id="call_1"), tools=[_WEATHER]
    ),
    "chat tool output in parts": _said(
        *_CHAT_CALLED,
        _role("tool", [{"type": "text", "text": "4 °C"}], tool_call_id="call_1"),
        "And the tides there?",
        tools=[_WEATHER, _TIDES],
    ),
    "chat functions": _said(functions=[_OLD], function_call="auto"),
    "chat function named": _said(functions=[_OLD], function_call={"name": "get_weather"}),
    "chat schema": _said(response_format=_chat_form(SHAPES)),
    "chat schema recursive": _said(response_format=_chat_form(TREE)),
    "chat schema not strict": _said(response_format=_chat_form(OPEN_SCHEMA, is_strict=False)),
    "chat JSON object": _said("Answer in JSON.", response_format={"type": "json_object"}),
    "chat prediction": _said(
        model="gpt-4o", prediction={"type": "content", "content": "The Rhine."}
    ),
    "chat web search": _said(model="gpt-4o-search-preview", web_search_options={}),
    "chat log probabilities": _said(UNICODE[:9], model="gpt-4o", logprobs=True, top_logprobs=2),
    "chat log probabilities without others": _said(model="gpt-4o", logprobs=True),
    "chat custom tool with a lark grammar": _said(
        tools=[
            {
                "type": "custom",
                "custom": {
                    "name": "add",
                    "format": {
                        "type": "grammar",
                        "grammar": {"syntax": "lark", "definition": SUMS},
                    },
                },
            }
        ]
    ),
    "chat everything else": _said(
        store=True,
        metadata={"run": "7"},
        modalities=["text"],
        service_tier="priority",
        prompt_cache_key="rivers",
        safety_identifier="caller-1",
        user="somebody",
        temperature=1,
        logprobs=False,
    ),
    "chat explicit nulls": _said(
        **_nulls(
            "max_completion_tokens metadata n response_format stop store temperature tool_choice "
            "tools top_p user reasoning_effort seed stream_options"
        )
    ),
    "chat Unicode": _said(UNICODE),
    "chat very long": _said(LONG),
    "chat empty": _said(""),
}

TABLE = (
    *(Request(name, "responses", body) for name, body in RESPONSES.items()),
    *(Request(name, "chat", body) for name, body in CHAT.items()),
)
