"""The Response object of an answer, with every key in the order the provider writes it."""

from typing import Any

from mockgw import ids
from mockgw.apis.content import model_of
from mockgw.apis.responses import reading, tool_echo, usage
from mockgw.context import Context
from mockgw.digits import Digits
from mockgw.draft import Calls, Draft, Says
from mockgw.model import Call, Json

_TOKENS_PER_SECOND = 40
_SUMMARIES = {"auto": "detailed"}
_ENCRYPTED = "reasoning.encrypted_content"


def answer(call: Call, before: Context, draft: Draft, digits: Digits, at: float) -> Json:
    """Return the whole Response object that says what the draft says.

    `at` is when it began, in unix seconds. `billing` is left out of an answer that will be
    streamed, as the provider does.
    """
    body = call.body
    stored = _stored(call)
    partition = before.partition or _partition(body)
    made = ids.Ids(digits, at, stored=stored or body.get("background") is True, partition=partition)
    spent = usage.usage(call, before, draft)
    lasted = max(1, round(spent["output_tokens"] / _TOKENS_PER_SECOND))
    model = model_of(call.model)
    head: Json = {
        "id": made.new("resp"),
        "object": "response",
        "created_at": int(at),
        "status": "incomplete" if draft.incomplete else "completed",
        "background": bool(body.get("background")),
    }
    if not call.stream:
        head["billing"] = {"payer": "developer"}
    return head | {
        "completed_at": None if draft.incomplete else int(at) + lasted,
        "error": None,
        "frequency_penalty": _decimal(body.get("frequency_penalty"), 0.0),
        "incomplete_details": {"reason": draft.incomplete} if draft.incomplete else None,
        "instructions": body.get("instructions"),
        "max_output_tokens": body.get("max_output_tokens"),
        "max_tool_calls": body.get("max_tool_calls"),
        "model": model.snapshot,
        "moderation": None,
        "output": _output(call, draft, made, digits, lasted),
        "parallel_tool_calls": body.get("parallel_tool_calls") is not False,
        "presence_penalty": _decimal(body.get("presence_penalty"), 0.0),
        "previous_response_id": body.get("previous_response_id"),
        "prompt_cache_key": body.get("prompt_cache_key"),
        "prompt_cache_retention": body.get("prompt_cache_retention") or "24h",
        "reasoning": _reasoning(call),
        "safety_identifier": body.get("safety_identifier"),
        "service_tier": _tier(body.get("service_tier")),
        "store": stored,
        "temperature": _decimal(body.get("temperature"), 1.0),
        "text": _text(body.get("text")),
        "tool_choice": body.get("tool_choice") or "auto",
        "tools": [tool_echo.echo(tool) for tool in body.get("tools") or ()],
        "top_logprobs": body.get("top_logprobs") or 0,
        "top_p": _decimal(body.get("top_p"), 0.98 if model.reasons else 1.0),
        "truncation": body.get("truncation") or "disabled",
        "usage": spent,
        "user": body.get("user"),
        "metadata": body.get("metadata") or {},
    }


def _stored(call: Call) -> bool:
    # Cloudflare's catalogue runs models with store off; OpenAI's own default is on.
    given = call.body.get("store")
    return not call.run_path if given is None else bool(given)


def _partition(body: Json) -> str:
    """Return the partition of the first structured id in the input: answers inherit it."""
    for item in reading.items(body):
        found = ids.partition_of(str(item.get("id") or ""))
        if found:
            return found
    return ""


def _decimal(value: Any, default: float) -> float:
    return default if value is None else float(value)


def _tier(asked: Any) -> str:
    return "default" if asked in {None, "auto"} else str(asked)


def _reasoning(call: Call) -> Json:
    given = call.body.get("reasoning") or {}
    summary = str(given.get("summary") or given.get("generate_summary") or "")
    return {"effort": reading.effort_of(call), "summary": _SUMMARIES.get(summary, summary) or None}


def _text(given: Json | None) -> Json:
    given = given or {}
    form = given.get("format") or {"type": "text"}
    if form.get("type") == "json_schema":
        form = {
            "type": "json_schema",
            "description": form.get("description"),
            "name": form.get("name"),
            "schema": form.get("schema"),
            "strict": bool(form.get("strict")),
        }
    return {"format": form, "verbosity": given.get("verbosity") or "medium"}


def _output(call: Call, draft: Draft, made: ids.Ids, digits: Digits, lasted: int) -> list[Json]:
    # Items are stamped near the end of the run, some milliseconds apart.
    moment = max(lasted - 0.6, 0.4)
    output: list[Json] = []
    if draft.reasoning:
        output.append(_reasoning_item(call, draft, made.new("rs", moment), digits))
    for position, part in enumerate(draft.parts):
        last = position == len(draft.parts) - 1
        status = "incomplete" if draft.incomplete and last else "completed"
        moment += 0.012
        output.append(_part(part, status, made, moment))
    return output


def _reasoning_item(call: Call, draft: Draft, identifier: str, digits: Digits) -> Json:
    item: Json = {"id": identifier, "type": "reasoning"}
    if _ENCRYPTED in (call.body.get("include") or ()):
        item["encrypted_content"] = "gAAAAAB" + digits.letters(121)
    item["summary"] = [{"type": "summary_text", "text": text} for text in draft.summary]
    return item


def _part(part: Says | Calls, status: str, made: ids.Ids, moment: float) -> Json:
    if isinstance(part, Says):
        if part.refusal:
            content: Json = {"type": "refusal", "refusal": part.text}
        else:
            content = {
                "type": "output_text",
                "annotations": [],
                "logprobs": [],
                "text": part.text,
            }
        return {
            "id": made.new("msg", moment),
            "type": "message",
            "status": status,
            "content": [content],
            "phase": part.phase,
            "role": "assistant",
        }
    if part.kind == "custom":
        return {
            "id": made.new("ctc", moment),
            "type": "custom_tool_call",
            "status": status,
            "call_id": made.call(),
            "input": part.payload,
            "name": part.name,
        }
    return {
        "id": made.new("fc", moment),
        "type": "function_call",
        "status": status,
        "arguments": part.payload,
        "call_id": made.call(),
        "name": part.name,
    }
