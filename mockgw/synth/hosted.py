"""What hosted tools did, made up: the items of each kind, and what the answer then cites.

A tool that runs at the provider brings its result along. One that runs at the caller's (a computer,
a shell, a patch, an approval) only asks, and the answer waits for the caller.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from mockgw.canonical import encode
from mockgw.draft import Ask, Calls, Does, Hosted, Part, Says
from mockgw.synth.instance import UnsatisfiableSchema, instance
from mockgw.synth.picture import picture
from mockgw.synth.prose import prose, thought

_Json = dict[str, Any]

# The kinds there are, and words of a user that fit them, beside those of their own names.
KINDS = {
    "mcp": "",
    "tool_search": "",
    "apply_patch": "patch edit refactor",
    "code_interpreter": "python calculate compute plot chart",
    "computer": "browser click screen screenshot",
    "file_search": "file files document documents",
    "image_generation": "draw picture paint illustrate",
    "local_shell": "command terminal bash",
    "shell": "command terminal bash",
    "web_search": "internet online news latest look",
}
_DOMAINS = ("example.com", "example.org", "example.net")
_COMMANDS = (("pwd", "/mnt/data\n"), ("uname -s", "Linux\n"), ("echo ready", "ready\n"))
_MCP_TOOLS = ("search", "fetch")
_QUERY = {
    "type": "object",
    "properties": {"query": {"type": "string"}},
    "required": ["query"],
    "additionalProperties": False,
}
_LONGEST_QUERY = 60
# The tool that a choice names stands behind its kind and its server.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class _Use:
    """One use of a tool: how it was set up, what was asked, and the chance to draw from."""

    settings: Mapping[str, Any]
    ask: Ask
    chance: Random


def deeds(tool: Hosted, ask: Ask, chance: Random) -> tuple[Part, ...]:
    """Return what the tool did, as parts of an answer; nothing for a kind that is not known."""
    make = _MAKERS.get(tool.kind)
    return make(_Use(tool.settings, ask, chance)) if make else ()


def waits(parts: tuple[Part, ...]) -> bool:
    """Tell whether the caller has to act before the answer can go on."""
    return any(isinstance(part, Calls) or _asks(part) for part in parts)


def _asks(part: Part) -> bool:
    if not isinstance(part, Does):
        return False
    if part.kind == "shell_call":
        place: Mapping[str, Any] = part.data.get("environment") or {}
        return bool(place.get("type") != "container_reference")
    if part.kind == "tool_search_call":
        return bool(part.data.get("execution") == "client")
    return part.kind in {
        "apply_patch_call",
        "computer_call",
        "local_shell_call",
        "mcp_approval_request",
    }


def approved(request: Mapping[str, Any]) -> Does:
    """Return the MCP call that the caller has allowed."""
    told = {key: request.get(key) for key in ("arguments", "name", "server_label")}
    return Does(
        "mcp_call",
        {"approval_request_id": request.get("id"), **told, "output": _mcp_output(told)},
    )


def cited(said: Says, ask: Ask, parts: tuple[Part, ...], chance: Random) -> Says:
    """Return the message with citations of what was found, when something was."""
    if said.structured or ask.json_object:
        return said
    kinds = {part.kind: part for part in parts if isinstance(part, Does)}
    if "web_search_call" in kinds or ask.searches:
        found = kinds.get("web_search_call")
        sources = found.data["action"]["sources"] if found else _sources({}, chance)
        return _with_links(said, [str(source["url"]) for source in sources])
    if "file_search_call" in kinds:
        results = kinds["file_search_call"].data["results"]
        notes = tuple(
            {
                "type": "file_citation",
                "file_id": one["file_id"],
                "filename": one["filename"],
                "index": len(said.text),
            }
            for one in results[:1]
        )
        return Says(said.text, said.phase, notes=notes)
    return said


def _with_links(said: Says, urls: list[str]) -> Says:
    text, notes = said.text, []
    for url in urls:
        start = len(text) + 1
        host = url.split("/")[2].removeprefix("www.")
        text += f" ([{host}]({url}))"
        title = url.rpartition("/")[2].partition("?")[0].replace("-", " ").capitalize()
        notes.append(
            {
                "type": "url_citation",
                "end_index": len(text),
                "start_index": start,
                "title": title,
                "url": url,
            }
        )
    return Says(text, said.phase, notes=tuple(notes))


def _query(ask: Ask, chance: Random) -> str:
    line = " ".join(ask.text.split())[:_LONGEST_QUERY].rstrip()
    return line or thought(chance)[0].lower()


def _sources(settings: Mapping[str, Any], chance: Random) -> list[_Json]:
    filters = settings.get("filters") or {}
    domains = filters.get("allowed_domains") or _DOMAINS
    count = min(2, len(domains))
    slugs = [re.sub(r"\W+", "-", thought(chance)[0].lower()) for _ in range(count)]
    return [
        {"type": "url", "url": f"https://{domain}/{slug}?utm_source=openai"}
        for domain, slug in zip(domains, slugs, strict=False)
    ]


def _web_search(use: _Use) -> tuple[Part, ...]:
    query = _query(use.ask, use.chance)
    action = {
        "type": "search",
        "queries": [query],
        "query": query,
        "sources": _sources(use.settings, use.chance),
    }
    return (Does("web_search_call", {"action": action}),)


def _file_search(use: _Use) -> tuple[Part, ...]:
    most = min(use.settings.get("max_num_results") or 2, 2)
    results = [
        {
            "attributes": {},
            "file_id": f"file-{use.chance.getrandbits(96):024x}",
            "filename": f"{re.sub(r'[^a-z]+', '-', thought(use.chance)[0].lower())}.md",
            "score": round(0.9 - 0.2 * place - use.chance.random() / 10, 4),
            "text": prose(use.chance, 2),
        }
        for place in range(most)
    ]
    return (
        Does("file_search_call", {"queries": [_query(use.ask, use.chance)], "results": results}),
    )


def _code(use: _Use) -> tuple[Part, ...]:
    last = use.chance.randint(10, 99)
    container = use.settings.get("container")
    known = {"container_id": container} if isinstance(container, str) else {}
    return (
        Does(
            "code_interpreter_call",
            {
                "code": f"total = sum(range(1, {last} + 1))\nprint(total)\n",
                **known,
                "outputs": [{"type": "logs", "logs": f"{last * (last + 1) // 2}\n"}],
            },
        ),
    )


def _image(use: _Use) -> tuple[Part, ...]:
    def asked(key: str, usual: str) -> str:
        given = use.settings.get(key)
        return usual if given in {None, "auto"} else str(given)

    form = asked("output_format", "png")
    return (
        Does(
            "image_generation_call",
            {
                "background": asked("background", "opaque"),
                "output_format": form,
                "quality": asked("quality", "medium"),
                "result": picture(form, use.chance),
                "revised_prompt": _query(use.ask, use.chance),
                "size": asked("size", "1024x1024"),
            },
        ),
    )


def _mcp(use: _Use) -> tuple[Part, ...]:
    label = str(use.settings.get("server_label"))
    names = _mcp_names(use.settings)
    choice = use.ask.choice.split(":")
    name = choice[_NAMED] if len(choice) > _NAMED and choice[2] == label else names[0]
    listing: tuple[Part, ...] = ()
    if label not in use.ask.listed:
        told = [_mcp_tool(one) for one in dict.fromkeys((*names, name))]
        listing = (Does("mcp_list_tools", {"server_label": label, "tools": told}),)
    arguments = encode({"query": _query(use.ask, use.chance)}).decode()
    called = {"arguments": arguments, "name": name, "server_label": label}
    if _needs_approval(use.settings.get("require_approval"), name):
        return (*listing, Does("mcp_approval_request", called))
    return (*listing, Does("mcp_call", {**called, "output": _mcp_output(called)}))


def _mcp_names(settings: Mapping[str, Any]) -> tuple[str, ...]:
    allowed = settings.get("allowed_tools")
    if isinstance(allowed, Mapping):
        allowed = allowed.get("tool_names")
    return tuple(str(name) for name in allowed or ()) or _MCP_TOOLS


def _mcp_tool(name: str) -> _Json:
    told = f"Does what {name} says."
    own = {"annotations": {"read_only": False}, "description": told}
    return {**own, "input_schema": _QUERY, "name": name}


def _needs_approval(rule: Any, name: str) -> bool:
    if isinstance(rule, Mapping):
        never = rule.get("never") or {}
        return name not in (never.get("tool_names") or ())
    return bool(rule != "never")


def _mcp_output(called: Mapping[str, Any]) -> str:
    return encode({"tool": called.get("name"), "results": []}).decode()


def _shell(use: _Use) -> tuple[Part, ...]:
    command, stdout = _COMMANDS[use.chance.randrange(len(_COMMANDS))]
    action = {"commands": [command], "max_output_length": None, "timeout_ms": None}
    environment = use.settings.get("environment") or {"type": "local"}
    if environment.get("type") == "local":
        return (Does("shell_call", {"action": action, "environment": {"type": "local"}}),)
    identifier = environment.get("container_id") or f"cntr_{use.chance.getrandbits(192):048x}"
    place = {"type": "container_reference", "container_id": identifier}
    outcome = {"type": "exit", "exit_code": 0}
    output = [{"outcome": outcome, "stderr": "", "stdout": stdout}]
    return (
        Does("shell_call", {"action": action, "environment": place}),
        Does("shell_call_output", {"output": output}),
    )


def _local_shell(use: _Use) -> tuple[Part, ...]:
    command = _COMMANDS[use.chance.randrange(len(_COMMANDS))][0]
    action = {"type": "exec", "command": command.split(), "env": {}, "working_directory": "/root"}
    return (Does("local_shell_call", {"action": action}),)


def _patch(use: _Use) -> tuple[Part, ...]:
    diff = "".join(f"+{line}\n" for line in prose(use.chance, 2).split(". "))
    return (
        Does(
            "apply_patch_call",
            {"operation": {"type": "create_file", "diff": diff, "path": "notes.md"}},
        ),
    )


def _computer(use: _Use) -> tuple[Part, ...]:
    action = {"type": "screenshot"}
    preview = use.settings.get("type") == "computer_use_preview"
    return (Does("computer_call", {"action": action} if preview else {"actions": [action]}),)


def _tool_search(use: _Use) -> tuple[Part, ...]:
    if use.settings.get("execution") == "client":
        schema = use.settings.get("parameters") or _QUERY
        try:
            arguments = instance(schema, use.chance)
        except UnsatisfiableSchema:
            arguments = {}
        return (Does("tool_search_call", {"arguments": arguments, "execution": "client"}),)
    found = [tool for tool in use.ask.tools if tool.deferred]
    said = {"arguments": {"paths": [tool.namespace for tool in found]}, "execution": "server"}
    told = {"execution": "server", "tools": [dict(tool.told) for tool in found]}
    return (
        Does("tool_search_call", {**said, "call_id": None}),
        Does("tool_search_output", {**told, "call_id": None}),
    )


_MAKERS: dict[str, Callable[[_Use], tuple[Part, ...]]] = {
    "apply_patch": _patch,
    "code_interpreter": _code,
    "computer": _computer,
    "file_search": _file_search,
    "image_generation": _image,
    "local_shell": _local_shell,
    "mcp": _mcp,
    "shell": _shell,
    "tool_search": _tool_search,
    "web_search": _web_search,
}
