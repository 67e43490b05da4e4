"""The Models API: which models there are."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime

from mockgw.catalogue import dated, find
from mockgw.errors import ApiError
from mockgw.model import Json
from mockgw.ports import Operation

OPERATIONS: tuple[Operation, ...] = (
    Operation("models.list", "GET", "/models"),
    Operation("models.retrieve", "GET", "/models/{id}"),
)
# A model whose date is not known is as old as the oldest one listed.
_OLDEST = "2024-07-18"


def listed(further: Collection[str]) -> Json:
    """Return the list of the models that are known, each by its alias and its dated name."""
    names = [*_known(), *further]
    return {"object": "list", "data": [_model(name) for name in names]}


def retrieved(name: str, further: Collection[str]) -> Json:
    """Return the model; any name that OpenAI's models may have is one.

    Raises ApiError 404 for a name that is none.
    """
    if name in further or find(name) is not None:
        return _model(name)
    raise ApiError(404, f"The model '{name}' does not exist", param="model", code="model_not_found")


def _known() -> Iterator[str]:
    for alias, date in dated().items():
        yield alias
        yield f"{alias}-{date}"


def _model(name: str) -> Json:
    found = find(name)
    date = (found.snapshot if found else "")[-10:]
    try:
        day = datetime.strptime(date, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        day = datetime.strptime(_OLDEST, "%Y-%m-%d").replace(tzinfo=UTC)
    owner = "system" if found else "mockgw"
    return {"id": name, "object": "model", "created": int(day.timestamp()), "owned_by": owner}
