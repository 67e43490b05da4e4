"""Our own description of the doors as an OpenAPI document, made from the request shapes."""

from collections.abc import Iterator

from mockgw import __version__, apis
from mockgw.apis.cloudflare.described import BODIES, QUERIES, REQUIRED
from mockgw.apis.conversations.request import APPEND, CREATE, UPDATE
from mockgw.apis.responses.further import COMPACT, COUNT, INCLUDE
from mockgw.doors.account import OPERATIONS
from mockgw.model import Json
from mockgw.ports import Operation

_ACCOUNT = {"name": "account", "in": "path", "required": True, "schema": {"type": "string"}}
_GATEWAY = {**_ACCOUNT, "name": "gateway"}
_MODEL_HEADER = {
    "name": "cf-consn-model-id",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "enum": ["openai/gpt-5.5-pro", "openai/gpt-5.5"]},
}
_BASE = "/client/v4/accounts/{account}"
_REST = f"{_BASE}/ai"
_AIG = "/v1/{account}/{gateway}"
_UPDATED = UPDATE.schema()
_BODIES: dict[str, Json] = {
    "chat.update": _UPDATED,
    "conversations.create": CREATE.schema(),
    "conversations.items.create": APPEND.schema(),
    "conversations.update": _UPDATED,
    "responses.compact": COMPACT.schema(),
    "responses.input_tokens": COUNT.schema(),
}
_BOOLEAN, _STRING = {"type": "boolean"}, {"type": "string"}
_LIST: dict[str, Json] = {
    "limit": {"type": "integer", "minimum": 1, "maximum": 100},
    "order": {"type": "string", "enum": ["asc", "desc"]},
}
_INCLUDED: dict[str, Json] = {"include": INCLUDE.schema()}
_QUERIES: dict[str, dict[str, Json]] = {
    "chat.list": {**_LIST, "model": _STRING},
    "chat.messages": _LIST,
    "conversations.items.create": _INCLUDED,
    "conversations.items.list": {**_LIST, **_INCLUDED},
    "conversations.items.retrieve": _INCLUDED,
    "responses.input_items": {**_LIST, **_INCLUDED},
    "responses.retrieve": {
        **_INCLUDED,
        "stream": _BOOLEAN,
        "include_obfuscation": _BOOLEAN,
        "starting_after": {"type": "integer", "minimum": 0},
    },
}


def description() -> Json:
    """Return an OpenAPI 3.1 document of every path of every door."""
    schemas = {api.name: api.request_schema() for api in apis.APIS}
    return {
        "openapi": "3.1.0",
        "info": {"title": "mockgw", "version": __version__},
        "paths": dict(_paths()),
        "components": {"schemas": schemas},
    }


def _paths() -> Iterator[tuple[str, Json]]:
    responses, chat = _ref(apis.RESPONSES.name), _ref(apis.CHAT.name)
    for base, tag, names in (
        ("/v1", "openai", ()),
        (f"{_AIG}/openai", "gateway", (_ACCOUNT, _GATEWAY)),
        (f"{_AIG}/openai/v1", "gateway", (_ACCOUNT, _GATEWAY)),
    ):
        yield from _provider(base, tag, *names)
    yield f"{_AIG}/compat/chat/completions", _post("gateway", chat, _ACCOUNT, _GATEWAY)
    either = {"anyOf": [responses, chat]}
    run = {
        "type": "object",
        "properties": {"model": {"type": "string"}, "input": either},
        "required": ["model", "input"],
    }
    yield f"{_REST}/run", _post("rest", run, _ACCOUNT)
    for model, body in (("gpt-5.5-pro", responses), ("gpt-5.5", chat)):
        yield f"{_REST}/run/openai/{model}", _post("rest", body, _ACCOUNT)
    yield f"{_REST}/v1/responses", _post("rest", responses, _ACCOUNT)
    yield f"{_REST}/v1/chat/completions", _post("rest", chat, _ACCOUNT)
    inputs = {
        "type": "object",
        "properties": {"inputs": either, "options": {"type": "object"}},
        "required": ["inputs"],
    }
    yield from _account()
    for path in ("/run", "/ai-gateway/run"):
        yield path, _post("binding", inputs, _MODEL_HEADER)


def _provider(base: str, tag: str, *names: Json) -> Iterator[tuple[str, Json]]:
    """Yield the paths of a door that has all that the provider has."""
    found: dict[str, Json] = {}
    for operation in apis.OPERATIONS:
        methods = found.setdefault(f"{base}{operation.path}", {})
        methods[operation.method.lower()] = _operation(tag, operation, *names)
    yield from found.items()


def _account() -> Iterator[tuple[str, Json]]:
    """Yield the paths of Cloudflare's own API."""
    found: dict[str, Json] = {}
    for operation in OPERATIONS:
        methods = found.setdefault(f"{_BASE}{operation.path}", {})
        methods[operation.method.lower()] = _operation("account", operation, _ACCOUNT)
    yield from found.items()


def _operation(tag: str, operation: Operation, *names: Json) -> Json:
    ids = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    told: list[Json] = [{**_ACCOUNT, "name": name} for name in ids]
    asked = _QUERIES.get(operation.name) or QUERIES.get(operation.name, {})
    for name, shape in asked.items():
        required = (operation.name, name) in REQUIRED
        told.append({"name": name, "in": "query", "required": required, "schema": shape})
    creates = {api.creates: _ref(api.name) for api in apis.APIS}
    bodies = {**_BODIES, **BODIES, **creates}
    schema = bodies.get(operation.name)
    described = _described(tag, *names, *told)
    if schema is not None:
        described["requestBody"] = _body(schema, required=not operation.optional)
    return described


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _post(tag: str, schema: Json, *parameters: Json) -> Json:
    return {"post": {**_described(tag, *parameters), "requestBody": _body(schema, required=True)}}


def _described(tag: str, *parameters: Json) -> Json:
    return {
        "tags": [tag],
        "parameters": list(parameters),
        "responses": {
            "200": {"description": "The answer, as JSON or as an event stream."},
            "4XX": {"description": "A refusal in the form of the door."},
        },
    }


def _body(schema: Json, *, required: bool) -> Json:
    return {"required": required, "content": {"application/json": {"schema": schema}}}
