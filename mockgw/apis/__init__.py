"""The provider's APIs, and the table of their operations."""

from collections.abc import Mapping

from mockgw.apis.chat import Chat
from mockgw.apis.responses import Responses
from mockgw.canonical import decode
from mockgw.errors import ApiError
from mockgw.model import Json
from mockgw.ports import Api, Operation

RESPONSES: Api = Responses()
CHAT: Api = Chat()
APIS: tuple[Api, ...] = (RESPONSES, CHAT)


def creator(operation: str) -> Api:
    """Return the API whose creating operation has that name."""
    return _CREATORS[operation]


def object_of(body: bytes) -> Json:
    """Return the JSON object that the bytes hold, empty when they hold none."""
    try:
        value = decode(body)
    except ApiError:
        return {}
    return value if isinstance(value, dict) else {}


def methods(path: str) -> dict[str, tuple[Operation, Mapping[str, str]]]:
    """Return the operations on a path below the API's base, by method, with the path's ids.

    Empty when no API has such a path.
    """
    found: dict[str, tuple[Operation, Mapping[str, str]]] = {}
    segments = path.split("/")
    for operation, template in _TEMPLATES:
        params = _match(template, segments)
        if params is not None:
            found[operation.method] = (operation, params)
    return found


def _match(template: list[str], segments: list[str]) -> Mapping[str, str] | None:
    if len(template) != len(segments):
        return None
    params: dict[str, str] = {}
    for wanted, given in zip(template, segments, strict=True):
        if wanted.startswith("{") and given:
            params[wanted[1:-1]] = given
        elif wanted != given:
            return None
    return params


_CREATORS = {api.creates: api for api in APIS}
_TEMPLATES = [
    (operation, operation.path.split("/")) for api in APIS for operation in api.operations
]
