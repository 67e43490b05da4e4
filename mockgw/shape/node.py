"""What every shape can do, and the shapes that stand for others."""

from abc import ABC, abstractmethod
from typing import Any, NoReturn

from mockgw.model import Json
from mockgw.shape.fault import KINDS, wrong_type


class Shape(ABC):
    """What a value must look like; messages name it by its `article` and `noun`."""

    article = "a"
    noun = "value"
    plural = "values"
    kinds: frozenset[type] = frozenset(KINDS)

    @abstractmethod
    def check(self, value: Any, path: str) -> None:
        """Return when the value fits; raise ApiError, naming the path, when it does not."""

    @abstractmethod
    def schema(self) -> Json:
        """Return the shape as JSON Schema 2020-12."""

    def refuse_type(self, value: Any, path: str) -> NoReturn:
        """Raise the ApiError of a value of the wrong type."""
        raise wrong_type(f"{self.article} {self.noun}", value, path)


class Anything(Shape):
    """Any JSON value, null included."""

    def check(self, value: Any, path: str) -> None:
        """Accept the value."""

    def schema(self) -> Json:
        """Return the schema that accepts everything."""
        return {}


class Nullable(Shape):
    """A shape, or null."""

    def __init__(self, inner: Shape) -> None:
        self._inner = inner
        self.article, self.noun, self.plural = inner.article, inner.noun, inner.plural
        self.kinds = inner.kinds | {type(None)}

    def check(self, value: Any, path: str) -> None:
        """Accept null and whatever the inner shape accepts."""
        if value is not None:
            self._inner.check(value, path)

    def schema(self) -> Json:
        """Return the inner schema with null added."""
        return or_null(self._inner.schema())


class Either(Shape):
    """One of several shapes, chosen by the JSON type of the value."""

    article = "one of"

    def __init__(self, *shapes: Shape) -> None:
        self._shapes = shapes
        self._by_kind = {kind: shape for shape in reversed(shapes) for kind in shape.kinds}
        self.kinds = frozenset(self._by_kind)
        first = f"{shapes[0].article} {shapes[0].noun}"
        self.noun = " or ".join([first, *(shape.noun for shape in shapes[1:])])
        self.plural = " or ".join(shape.plural for shape in shapes)

    def check(self, value: Any, path: str) -> None:
        """Accept what the shape for the value's type accepts."""
        shape = self._by_kind.get(type(value))
        if shape is None:
            self.refuse_type(value, path)
        shape.check(value, path)

    def schema(self) -> Json:
        """Return the alternatives."""
        return {"anyOf": [shape.schema() for shape in self._shapes]}


def or_null(schema: Json) -> Json:
    """Return the schema with null added."""
    if not schema:
        return schema
    kind = schema.get("type")
    if isinstance(kind, str) and "enum" not in schema:
        return {**schema, "type": [kind, "null"]}
    return {"anyOf": [schema, {"type": "null"}]}
