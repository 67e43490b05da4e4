"""Our own description of the doors as an OpenAPI document, made from the request shapes."""

from collections.abc import Iterator

from mockgw import __version__, apis
from mockgw.model import Json

_ACCOUNT = {"name": "account", "in": "path", "required": True, "schema": {"type": "string"}}
_GATEWAY = {**_ACCOUNT, "name": "gateway"}
_MODEL_HEADER = {
    "name": "cf-consn-model-id",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "enum": ["openai/gpt-5.5-pro", "openai/gpt-5.5"]},
}
_REST = "/client/v4/accounts/{account}/ai"
_AIG = "/v1/{account}/{gateway}"


def description() -> Json:
    """Return an OpenAPI 3.1 document of every path that creates, retrieves or deletes."""
    schemas = {api.name: api.request_schema() for api in apis.APIS}
    return {
        "openapi": "3.1.0",
        "info": {"title": "mockgw", "version": __version__},
        "paths": dict(_paths()),
        "components": {"schemas": schemas},
    }


def _paths() -> Iterator[tuple[str, Json]]:
    responses, chat = _ref(apis.RESPONSES.name), _ref(apis.CHAT.name)
    yield "/v1/responses", _post("openai", responses)
    yield "/v1/chat/completions", _post("openai", chat)
    yield "/v1/responses/{id}", _stored()
    for base in (f"{_AIG}/openai", f"{_AIG}/openai/v1"):
        yield f"{base}/responses", _post("gateway", responses, _ACCOUNT, _GATEWAY)
        yield f"{base}/chat/completions", _post("gateway", chat, _ACCOUNT, _GATEWAY)
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
    for path in ("/run", "/ai-gateway/run"):
        yield path, _post("binding", inputs, _MODEL_HEADER)


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _post(tag: str, schema: Json, *parameters: Json) -> Json:
    return {
        "post": {
            "tags": [tag],
            "parameters": list(parameters),
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": schema}},
            },
            "responses": {
                "200": {"description": "The answer, as JSON or as an event stream."},
                "4XX": {"description": "A refusal in the form of the door."},
            },
        }
    }


def _stored() -> Json:
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    answers = {
        "200": {"description": "The stored response, or its deletion."},
        "4XX": {"description": "A refusal in OpenAI's form."},
    }
    one = {"tags": ["openai"], "parameters": [parameter], "responses": answers}
    return {"get": one, "delete": one}
