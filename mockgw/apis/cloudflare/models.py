"""Which models Cloudflare's catalogue has: as rows of a search, and each with its schemas.

The fields are those of the live search and of the published catalogue. Of a model that neither
source document describes, only its name is known.
"""

from collections.abc import Collection, Iterator
from typing import Any

from msgspec.structs import replace

from mockgw.apis.cloudflare.page import Query, absent, last, number, truth
from mockgw.apis.cloudflare.schemas import schemas
from mockgw.apis.content import STAND_IN
from mockgw.canonical import digest
from mockgw.catalogue import Model, dated, find
from mockgw.errors import ApiError
from mockgw.model import Json

_AUTHOR = "openai"
# The live id of the task.
_TASK = {
    "id": "c329a1f9-323d-4e91-b2aa-582dd4188d34",
    "name": "Text Generation",
    "description": "Models that write text.",
}
_SOURCE = 1
_TERMS, _HOME = "https://openai.com/policies/", "https://openai.com/"
# What the two model pages say: description, tokens of the context and of the longest output, price.
_DESCRIBED: dict[str, Json] = {
    "gpt-5.5": {
        "description": "OpenAI's flagship for code, reasoning, and images.",
        "context_length": 1_000_000,
        "max_output_tokens": 16_384,
        "pricing": {"version": 1, "Input tokens (per 1M)": 5, "Output tokens (per 1M)": 30},
    },
    "gpt-5.5-pro": {
        "description": "GPT-5.5 that thinks longer, by OpenAI's Responses API.",
        "context_length": 1_000_000,
    },
}
_UNITS = {
    "Input tokens (per 1M)": "per M input tokens",
    "Output tokens (per 1M)": "per M output tokens",
}


def searched(query: Query, further: Collection[str]) -> list[Json]:
    """Return the rows that a search finds; raises ApiError 400 for a parameter it cannot have."""
    truth(query, "hide_experimental")
    truth(query, "include_deprecated")
    if last(query, "format") is not None:
        message = "mockgw lists models in Cloudflare's own form only: leave `format` out."
        raise ApiError(400, message, param="format", origin="mockgw")
    source = number(query, "source")
    wanted = {name: (last(query, name) or "").lower() for name in ("author", "search", "task")}
    if source not in {None, _SOURCE} or wanted["author"] not in {"", _AUTHOR}:
        return []
    if wanted["task"] not in {"", _TASK["name"].lower(), _TASK["id"]}:
        return []
    rows = (_row(model) for model in _known(further))
    words = wanted["search"]
    return [one for one in rows if words in f"{one['name']} {one['description']}".lower()]


def authors() -> list[Json]:
    """Return who made the models."""
    return [{"id": _AUTHOR, "name": "OpenAI"}]


def tasks() -> list[Json]:
    """Return what the models are for."""
    return [dict(_TASK)]


def listed(further: Collection[str]) -> list[Json]:
    """Return the entries of the catalogue, without their schemas."""
    return [_entry(model) for model in _known(further)]


def retrieved(name: str, further: Collection[str]) -> Json:
    """Return the entry of a model with its schemas; raises ApiError 404 for a name that is none."""
    model = _found(name, further)
    return {**_entry(model), "schema": schemas(model)}


def schema(query: Query, further: Collection[str]) -> Json:
    """Return the schemas of the parameter `model`; raises ApiError when it names none."""
    name = last(query, "model")
    if not name:
        raise ApiError(400, "Required value missing: model", param="model", origin="gateway")
    return schemas(_found(name, further))


def _found(name: str, further: Collection[str]) -> Model:
    model = _model(name.removeprefix(f"{_AUTHOR}/"), further)
    if model is None:
        raise absent(f"Model not found: {name}")
    return model


def _known(further: Collection[str]) -> Iterator[Model]:
    for name in (*dated(), *further):
        model = _model(name, further)
        if model is not None:
            yield model


def _model(name: str, further: Collection[str]) -> Model | None:
    """Return the model of that name; a further one is like another, as everywhere."""
    like = find(STAND_IN)
    if name in further and like is not None:
        return replace(like, name=name, snapshot=name)
    return find(name)


def _row(model: Model) -> Json:
    entry = _entry(model)
    return {
        "id": _uuid(model.name),
        "source": _SOURCE,
        "name": entry["model_id"],
        "description": entry["description"],
        "task": dict(_TASK),
        "created_at": entry["created_at"],
        "tags": entry["tags"],
        "properties": list(_properties(entry)),
    }


def _properties(entry: Json) -> Iterator[Json]:
    """Yield what is known of a model, as the search tells it: numbers as text, prices by unit."""
    if entry["context_length"] is not None:
        yield {"property_id": "context_window", "value": str(entry["context_length"])}
    yield {"property_id": "function_calling", "value": "true"}
    prices = [
        {"unit": unit, "price": entry["pricing"][name], "currency": "USD"}
        for name, unit in _UNITS.items()
        if name in entry["pricing"]
    ]
    if prices:
        yield {"property_id": "price", "value": prices}
    yield {"property_id": "terms", "value": entry["terms"]}


def _entry(model: Model) -> Json:
    told: dict[str, Any] = _DESCRIBED.get(model.name, {})
    date = model.snapshot[-10:] if model.snapshot != model.name else "2026-04-23"
    return {
        "model_id": f"{_AUTHOR}/{model.name}",
        "provider_id": _AUTHOR,
        "name": model.name.replace("gpt", "GPT")
        .replace("-mini", " Mini")
        .replace("-nano", " Nano")
        .replace("-pro", " Pro"),
        "description": told.get("description", f"A model of OpenAI's: {model.name}."),
        "task": _TASK["name"],
        "tags": ["LLM", "Reasoning"] if model.reasons else ["LLM"],
        "context_length": told.get("context_length"),
        "max_output_tokens": told.get("max_output_tokens"),
        "supports_async": False,
        "request_formats": ["responses"]
        if model.responses_only
        else ["responses", "chat-completions"],
        "pricing": told.get("pricing", {}),
        "external_info": _HOME,
        "terms": _TERMS,
        "created_at": f"{date} 00:00:00",
        "zdr": False,
    }


def _uuid(name: str) -> str:
    hexed = digest("model", name)
    return f"{hexed[:8]}-{hexed[8:12]}-4{hexed[13:16]}-a{hexed[17:20]}-{hexed[20:32]}"
