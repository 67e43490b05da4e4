"""Usage of a chat call: the formulas of Responses with chat's own constants."""

from collections.abc import Mapping, Sequence

from mockgw import tokens
from mockgw.apis.chat import prediction, reading
from mockgw.apis.content import text_of
from mockgw.canonical import encode
from mockgw.draft import Costs, Draft
from mockgw.model import Call, Json
from mockgw.tool_tokens import tool_tokens

COSTS = Costs(first_text=3, later_text=5, commentary=7, first_call=10, later_call=10)

_FRAME, _CHANNEL, _OPENING = 4, 2, 2
_CALL, _OUTPUT, _TOOLS = 12, 7, 82
# An image's size is not known without decoding it: low detail, and four tiles otherwise.
_IMAGE_LOW, _IMAGE = 70, 630


def usage(call: Call, drafts: Sequence[Draft]) -> Json:
    """Return the `usage` object of the answer, the completions of all choices summed."""
    given = prompt_tokens(call)
    predicted = reading.predicted(call.body)
    accepted, rejected = prediction.judged(predicted, drafts) if predicted else (0, 0)
    # What was predicted in vain is paid for as well.
    spent = sum(COSTS.output(draft) for draft in drafts) + rejected
    return {
        "prompt_tokens": given,
        "completion_tokens": spent,
        "total_tokens": given + spent,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": sum(draft.reasoning for draft in drafts),
            "audio_tokens": 0,
            "accepted_prediction_tokens": accepted,
            "rejected_prediction_tokens": rejected,
        },
    }


def recounted(usage: Json, counts: Mapping[str, int]) -> Json:
    """Return the usage with `input`, `output`, `reasoning` and `cached` replaced where given."""
    given = counts.get("input", usage["prompt_tokens"])
    spent = counts.get("output", usage["completion_tokens"])
    cached = {"cached_tokens": counts["cached"]} if "cached" in counts else {}
    thought = {"reasoning_tokens": counts["reasoning"]} if "reasoning" in counts else {}
    return {
        "prompt_tokens": given,
        "completion_tokens": spent,
        "total_tokens": given + spent,
        "prompt_tokens_details": {**usage["prompt_tokens_details"], **cached},
        "completion_tokens_details": {**usage["completion_tokens_details"], **thought},
    }


def prompt_tokens(call: Call) -> int:
    """Return the tokens of the prompt, tools and response format included."""
    body = call.body
    said = reading.messages(body)
    names = _call_names(said)
    total = _OPENING + sum(_message(message, names) for message in said)
    offered = [tool for tool in reading.tools(body) if tool.kind == "function"]
    if offered:
        total += _TOOLS + tool_tokens(offered)
    form = body.get("response_format") or {}
    if form.get("type") == "json_schema":
        schema = (form.get("json_schema") or {}).get("schema")
        total += max(tokens.count(encode(schema).decode()) - 3, 0)
    return total


def _call_names(said: Sequence[Json]) -> dict[str, str]:
    return {
        str(one.get("id")): str(_inner(one).get("name") or "")
        for message in said
        for one in _tool_calls(message)
    }


def _tool_calls(message: Json) -> list[Json]:
    return [one for one in message.get("tool_calls") or () if isinstance(one, dict)]


def _inner(one: Json) -> Json:
    return one.get("function") or one.get("custom") or {}


def _message(message: Json, names: dict[str, str]) -> int:
    content = message.get("content")
    text = tokens.count(text_of(content)) + _images(content)
    role = message.get("role")
    if role == "tool":
        return _OUTPUT + tokens.count(names.get(str(message.get("tool_call_id")), "")) + text
    calls = _tool_calls(message)
    total = sum(_call(_inner(one)) for one in calls)
    if text or not calls:
        total += text + _FRAME + (_CHANNEL if role == "assistant" else 0)
    return total


def _call(inner: Json) -> int:
    payload = str(inner.get("arguments", inner.get("input")) or "")
    return _CALL + tokens.count(str(inner.get("name") or "")) + tokens.count(payload)


def _images(content: object) -> int:
    if not isinstance(content, list):
        return 0
    images = [
        part.get("image_url") or {}
        for part in content
        if isinstance(part, dict) and part.get("type") == "image_url"
    ]
    return sum(
        _IMAGE_LOW if isinstance(image, dict) and image.get("detail") == "low" else _IMAGE
        for image in images
    )
