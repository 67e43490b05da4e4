"""The Response object of an answer, with every key in the order the provider writes it."""

from typing import Any

from mockgw import ids
from mockgw.apis.content import model_of
from mockgw.apis.logprobs import logprobs
from mockgw.apis.responses import hosted_items, reading, sealed, tool_echo, usage
from mockgw.context import Context
from mockgw.digits import Digits
from mockgw.draft import Calls, Does, Draft, Part, Says
from mockgw.model import Call, Json
from mockgw.ports import Birth

_TOKENS_PER_SECOND = 40
_SUMMARIES = {"auto": "detailed"}
_ENCRYPTED = "reasoning.encrypted_content"
_LOGPROBS = "message.output_text.logprobs"


def answer(call: Call, before: Context, draft: Draft, birth: Birth) -> Json:
    """Return the whole Response object that says what the draft says.

    `billing` is left out of an answer that will be streamed, as the provider does.
    """
    body, at = call.body, birth.at
    stored = _stored(call)
    partition = before.partition or _partition(body)
    kept = stored or body.get("background") is True
    made = ids.Ids(birth.digits, at, stored=kept, partition=partition)
    birth.again = made.again
    spent = usage.usage(call, before, draft)
    lasted = max(1, round(spent["output_tokens"] / _TOKENS_PER_SECOND))
    model = model_of(call.model)
    making = _Making(call, made, birth.digits, at)
    head: Json = {
        "id": made.new("resp"),
        "object": "response",
        "created_at": int(at),
        "status": _status(draft),
        "background": bool(body.get("background")),
    }
    if not call.stream:
        head["billing"] = {"payer": "developer"}
    return head | {
        "completed_at": int(at) + lasted if _status(draft) == "completed" else None,
        "error": _error(draft),
        "frequency_penalty": _decimal(body.get("frequency_penalty"), 0.0),
        "incomplete_details": {"reason": draft.incomplete} if draft.incomplete else None,
        "instructions": body.get("instructions"),
        "max_output_tokens": body.get("max_output_tokens"),
        "max_tool_calls": body.get("max_tool_calls"),
        "model": model.snapshot,
        "moderation": None,
        "output": making.output(draft, lasted),
        "parallel_tool_calls": body.get("parallel_tool_calls") is not False,
        "presence_penalty": _decimal(body.get("presence_penalty"), 0.0),
        "previous_response_id": body.get("previous_response_id"),
        "prompt_cache_key": body.get("prompt_cache_key"),
        "prompt_cache_retention": body.get("prompt_cache_retention") or "24h",
        "reasoning": _reasoning(call),
        "safety_identifier": body.get("safety_identifier"),
        "service_tier": "auto" if draft.failure else _tier(body.get("service_tier")),
        "store": stored,
        "temperature": _decimal(body.get("temperature"), 1.0),
        "text": _text(body.get("text")),
        "tool_choice": body.get("tool_choice") or "auto",
        "tools": [tool_echo.echo(tool) for tool in body.get("tools") or ()],
        "top_logprobs": body.get("top_logprobs") or 0,
        "top_p": _decimal(body.get("top_p"), 0.98 if model.reasons else 1.0),
        "truncation": body.get("truncation") or "disabled",
        # Nothing is charged for an answer that failed.
        "usage": None if draft.failure else spent,
        "user": body.get("user"),
        "metadata": body.get("metadata") or {},
    }


def _status(draft: Draft) -> str:
    if draft.failure:
        return "failed"
    return "incomplete" if draft.incomplete else "completed"


def _error(draft: Draft) -> Json | None:
    failure = draft.failure
    return {"code": failure.code, "message": failure.message} if failure else None


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


class _Making:
    """Makes the items of one response, near the end of its run and some milliseconds apart."""

    def __init__(self, call: Call, made: ids.Ids, digits: Digits, at: float) -> None:
        self._call = call
        self._made = made
        self._digits = digits
        self._at = at
        self._included = call.body.get("include") or ()
        self._phases = model_of(call.model).phases
        self._call_id = ""

    def output(self, draft: Draft, lasted: int) -> list[Json]:
        """Return the items in their order; what precedes the reasoning comes first."""
        moment = max(lasted - 0.6, 0.4)
        first = [part for part in draft.parts if isinstance(part, Does) and part.precedes]
        output = [self._part(part, "completed", moment) for part in first]
        if draft.reasoning:
            output.append(self._reasoning(draft, moment))
        rest = [part for part in draft.parts if part not in first]
        for position, part in enumerate(rest):
            last = position == len(rest) - 1
            moment += 0.012
            status = "incomplete" if draft.incomplete and last else "completed"
            output.append(self._part(part, status, moment))
        return output

    def _reasoning(self, draft: Draft, moment: float) -> Json:
        item: Json = {"id": self._made.new("rs", moment), "type": "reasoning"}
        if _ENCRYPTED in self._included:
            # Streams show this key, JSON bodies do not.
            item |= {"content": []} if self._call.stream else {}
            seed = self._digits.take(32)
            item["encrypted_content"] = sealed.seal(draft.reasoning, self._at, seed)
        item["summary"] = [{"type": "summary_text", "text": text} for text in draft.summary]
        return item

    def _part(self, part: Part, status: str, moment: float) -> Json:
        if isinstance(part, Says):
            return self._message(part, status, moment)
        if isinstance(part, Calls):
            return self._called(part, status, moment)
        item = hosted_items.item(
            part,
            hosted_items.Making(
                self._made, self._digits, self._at, moment, self._call_id, self._included
            ),
        )
        self._call_id = str(item.get("call_id") or "")
        return item

    def _message(self, part: Says, status: str, moment: float) -> Json:
        if part.refusal:
            content: Json = {"type": "refusal", "refusal": part.text}
        else:
            content = {
                "type": "output_text",
                "annotations": [dict(note) for note in part.notes],
                "logprobs": self._logprobs(part.text),
                "text": part.text,
            }
        return {
            "id": self._made.new("msg", moment),
            "type": "message",
            "status": status,
            "content": [content],
            **({"phase": part.phase} if self._phases else {}),
            "role": "assistant",
        }

    def _logprobs(self, text: str) -> list[Json]:
        if _LOGPROBS not in self._included:
            return []
        told = logprobs(text, int(self._call.body.get("top_logprobs") or 0), self._digits)
        return [_reordered(one) for one in told]

    def _called(self, part: Calls, status: str, moment: float) -> Json:
        custom = part.kind == "custom"
        space = {"namespace": part.namespace} if part.namespace else {}
        item = {
            "id": self._made.new("ctc" if custom else "fc", moment),
            "type": "custom_tool_call" if custom else "function_call",
            "status": status,
        }
        if custom:
            told = {"call_id": self._made.call(), "input": part.payload, "name": part.name}
        else:
            told = {"arguments": part.payload, "call_id": self._made.call(), "name": part.name}
        return {**item, **told, **space}


def _reordered(entry: Json) -> Json:
    """Return an entry with its keys in this API's order: token, bytes, logprob, and the others."""
    told = {key: entry[key] for key in ("token", "bytes", "logprob")}
    if "top_logprobs" in entry:
        told["top_logprobs"] = [_reordered(one) for one in entry["top_logprobs"]]
    return told
