"""The provider's APIs, and the table of their operations."""

from collections.abc import Callable, Iterator, Mapping

from mockgw.apis import chat, conversations, models, responses
from mockgw.apis.chat.keeping import KEEPS as CHAT_KEEPS
from mockgw.apis.conversations.keeping import KEEPS as CONVERSATION_KEEPS
from mockgw.apis.responses import running
from mockgw.apis.responses.keeping import KEEPS as RESPONSE_KEEPS
from mockgw.apis.responses.resolving import past
from mockgw.canonical import decode
from mockgw.context import EMPTY, Context
from mockgw.errors import ApiError
from mockgw.model import Call, Json
from mockgw.ports import Api, Operation
from mockgw.state import Store

RESPONSES: Api = responses.Responses()
CHAT: Api = chat.Chat()
APIS: tuple[Api, ...] = (RESPONSES, CHAT)
OPERATIONS: tuple[Operation, ...] = (
    *(operation for api in APIS for operation in api.operations),
    *conversations.OPERATIONS,
    *models.OPERATIONS,
)


def creator(operation: str) -> Api:
    """Return the API that the operation, which creates an answer or gives it again, belongs to."""
    return _CREATORS[operation]


def context(store: Store, call: Call) -> Context:
    """Return what came before the call.

    Raises ApiError for what is not stored, and for an input that does not belong to it.
    """
    return past(store, call) if call.operation == RESPONSES.creates else EMPTY


def keep(store: Store, call: Call, answer: Json, run: Json | None = None) -> None:
    """Take into the store what an answer leaves behind, whoever gave it, and how it becomes due."""
    if answer and call.operation in _KEEPS:
        _KEEPS[call.operation](store, call, answer)
        if run is not None:
            running.kept(store, call, answer, run)


def until(
    call: Call, events: Iterator[bytes], replaced: Callable[[], Json | None]
) -> Iterator[bytes]:
    """Yield the events of a response until another takes its place, whose end then follows."""
    return running.until(events, replaced, running.seen(call) + 1)


def object_of(body: bytes) -> Json:
    """Return the JSON object that the bytes hold, empty when they hold none."""
    try:
        value = decode(body)
    except ApiError:
        return {}
    return value if isinstance(value, dict) else {}


def streams(operation: str) -> bool:
    """Tell whether what the operation gives can be a stream of events."""
    return operation in _CREATORS


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


def path(call: Call) -> str | None:
    """Return the call's path below the API's base, None when it is none of the provider's."""
    template = _PATHS.get(call.operation)
    if template is None:
        return None
    parts = template.split("/")
    return "/".join(
        call.params.get(one[1:-1], one) if one.startswith("{") else one for one in parts
    )


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


_CREATORS = {operation.name: api for api in APIS for operation in api.operations}
_KEEPS = {**RESPONSE_KEEPS, **CHAT_KEEPS, **CONVERSATION_KEEPS}
_TEMPLATES = [(operation, operation.path.split("/")) for operation in OPERATIONS]
_PATHS = {operation.name: operation.path for operation in OPERATIONS}
