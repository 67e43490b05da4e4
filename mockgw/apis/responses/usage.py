"""Usage of a Responses call, counted as the model is shown it.

Every message is framed by four tokens, an assistant's by two more for its channel; a prompt ends
with two that open the answer. The formulas reproduce recorded usage exactly, those of the two
source documents among them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from mockgw import tokens
from mockgw.apis.content import text_of
from mockgw.apis.responses import reading, sealed
from mockgw.canonical import encode
from mockgw.context import Context
from mockgw.draft import Costs, Does, Draft
from mockgw.model import Call, Json
from mockgw.tool_tokens import tool_tokens

COSTS = Costs(first_text=4, later_text=6, commentary=7, first_call=11, later_call=13)

_FRAME, _CHANNEL, _COMMENTARY, _OPENING = 4, 2, 3, 2
_CALL, _OUTPUT = 13, 7
# An image's size is not known without decoding it: low detail, and four tiles otherwise.
_IMAGE_LOW, _IMAGE = 70, 630
# What a search finds is shown to the model, which pays for it: an estimate, for each search.
_SEARCHED = 8_000


def usage(call: Call, before: Context, draft: Draft) -> Json:
    """Return the `usage` object of the answer: tokens in, tokens out, and their details."""
    spent = COSTS.output(draft)
    given = input_tokens(call, before) + _found(draft)
    details = {"cache_write_tokens": 0, "cached_tokens": 0}
    return {
        "input_tokens": given,
        "input_tokens_details": details,
        "output_tokens": spent,
        "output_tokens_details": {"reasoning_tokens": draft.reasoning},
        "total_tokens": given + spent,
    }


def compacts(call: Call, before: Context) -> bool:
    """Tell whether the answer is to make the context smaller: by its size, or at a word."""
    if any(item.get("type") == "compaction_trigger" for item in reading.items(call.body)):
        return True
    rules = [rule for rule in call.body.get("context_management") or () if isinstance(rule, dict)]
    sizes = [rule.get("compact_threshold") for rule in rules if rule.get("type") == "compaction"]
    return any(size is not None and input_tokens(call, before) > size for size in sizes)


def recounted(usage: Json, counts: Mapping[str, int]) -> Json:
    """Return the usage with `input`, `output`, `reasoning` and `cached` replaced where given."""
    given = counts.get("input", usage["input_tokens"])
    spent = counts.get("output", usage["output_tokens"])
    cached = {"cached_tokens": counts["cached"]} if "cached" in counts else {}
    thought = {"reasoning_tokens": counts["reasoning"]} if "reasoning" in counts else {}
    return {
        "input_tokens": given,
        "input_tokens_details": {**usage["input_tokens_details"], **cached},
        "output_tokens": spent,
        "output_tokens_details": {**usage["output_tokens_details"], **thought},
        "total_tokens": given + spent,
    }


def input_tokens(call: Call, before: Context) -> int:
    """Return the input tokens of a call, the responses it continues included."""
    body = call.body
    instructions = body.get("instructions")
    said = [*before.items, *reading.items(body)]
    # A tool that has to be searched for is not shown before it is found.
    shown = [tool for tool in reading.tools(body) if not tool.deferred]
    total = _OPENING + tool_tokens(shown) + _items(said, before)
    if instructions:
        total += _FRAME + _content(instructions)
    return total + _schema(body)


def _schema(body: Json) -> int:
    form = (body.get("text") or {}).get("format") or {}
    if form.get("type") != "json_schema":
        return 0
    return max(tokens.count(encode(form.get("schema")).decode()) - 3, 0)


def _items(said: Sequence[Json], before: Context) -> int:
    names = {item.get("call_id"): str(item["name"]) for item in said if item.get("name")}
    total, thinking = 0, 0
    for item in said:
        if reading.is_message(item):
            role = item.get("role")
            comments = role == "assistant" and item.get("phase") == "commentary"
            # Reasoning is shown only within its own turn: what came before its end is gone.
            thinking = 0 if role in {"user", "assistant"} and not comments else thinking
            total += _content(item.get("content")) + _FRAME
            total += _COMMENTARY if comments else _CHANNEL if role == "assistant" else 0
        elif item.get("type") == "reasoning":
            sealed_tokens = sealed.tokens_of(item.get("encrypted_content")) or 0
            known = before.reasoning.get(str(item.get("id")), sealed_tokens)
            thinking += known + _OPENING if known else 0
        else:
            total += _tool_item(item, names)
    return total + thinking


def _tool_item(item: Json, names: dict[Any, str]) -> int:
    kind = item.get("type")
    if kind in {"function_call", "custom_tool_call"}:
        payload = item.get("arguments", item.get("input"))
        return _CALL + tokens.count(str(item.get("name") or "")) + tokens.count(str(payload or ""))
    if kind in {"function_call_output", "custom_tool_call_output"}:
        name = names.get(item.get("call_id"), "")
        return _OUTPUT + tokens.count(name) + _content(item.get("output"))
    if kind == "item_reference" or kind is None:
        return 0
    if kind == "compaction":
        return sealed.tokens_of(item.get("encrypted_content")) or 0
    shown = {key: value for key, value in item.items() if key != "result"}
    return tokens.count(encode(shown).decode())


def _found(draft: Draft) -> int:
    """Return the tokens of what web searches brought."""
    kinds = [part.kind for part in draft.parts if isinstance(part, Does)]
    return _SEARCHED * kinds.count("web_search_call")


def _content(content: Any) -> int:
    total = tokens.count(text_of(content))
    if isinstance(content, list):
        for part in content:
            if isinstance(part, dict) and part.get("type") == "input_image":
                total += _IMAGE_LOW if part.get("detail") == "low" else _IMAGE
    return total
