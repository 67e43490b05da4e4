"""Shapes of arrays and objects."""

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from mockgw.errors import ApiError
from mockgw.model import Json
from mockgw.shape.fault import article, invalid_value, missing, out_of_bounds, unknown
from mockgw.shape.node import Shape, or_null


class ListOf(Shape):
    """An array whose items have one shape."""

    article, plural, kinds = "an", "arrays", frozenset({list})

    def __init__(
        self, item: Shape, *, min_items: int = 0, max_items: int | None = None, noun: str = ""
    ) -> None:
        self._item, self._min, self._max = item, min_items, max_items
        self.noun = noun or f"array of {item.plural}"

    def check(self, value: Any, path: str) -> None:
        """Accept an array of the right length and items."""
        if type(value) is not list:
            self.refuse_type(value, path)
        if len(value) < self._min or (self._max is not None and len(value) > self._max):
            self._refuse_length(len(value), path)
        check = self._item.check
        for index, item in enumerate(value):
            check(item, f"{path}[{index}]")

    def _refuse_length(self, length: int, path: str) -> NoReturn:
        got = f"an array with length {length}" if length else "an empty array"
        if length >= self._min:
            want = f"an array with maximum length {self._max}"
            problem, code = "array too long", "array_above_max_length"
        else:
            want = f"an array with minimum length {self._min}"
            problem = "array too short" if length else "empty array"
            code = "array_below_min_length" if length else "empty_array"
        raise out_of_bounds(path, code, f"{problem}. Expected {want}, but got {got} instead.")

    def schema(self) -> Json:
        """Return `type: array` with its items and bounds."""
        found: Json = {"type": "array", "items": self._item.schema()}
        if self._min:
            found["minItems"] = self._min
        if self._max is not None:
            found["maxItems"] = self._max
        return found


class MapOf(Shape):
    """An object with free keys whose values have one shape."""

    plural, kinds = "objects", frozenset({dict})

    def __init__(
        self,
        value: Shape,
        *,
        max_pairs: int | None = None,
        max_key: int | None = None,
        noun: str = "object",
    ) -> None:
        self._value, self._max_pairs, self._max_key = value, max_pairs, max_key
        self.article, self.noun = article(noun), noun

    def check(self, value: Any, path: str) -> None:
        """Accept an object with few and short enough keys and the right values."""
        if type(value) is not dict:
            self.refuse_type(value, path)
        if self._max_pairs is not None and len(value) > self._max_pairs:
            problem = (
                f"too many properties. Expected an object with at most {self._max_pairs} "
                f"properties, but got an object with {len(value)} properties instead."
            )
            raise out_of_bounds(path, "object_above_max_properties", problem)
        for key, item in value.items():
            if self._max_key is not None and len(key) > self._max_key:
                self._refuse_key(key, path)
            self._value.check(item, f"{path}.{key}")

    def _refuse_key(self, key: str, path: str) -> NoReturn:
        raise ApiError(
            400,
            f"Invalid property name in '{path}': '{key[:3]}...{key[-3:]}' is too long. Expected "
            f"a string with maximum length {self._max_key}, but got a string with length "
            f"{len(key)} instead.",
            param=f"{path}.{key}",
            code="property_name_above_max_length",
        )

    def schema(self) -> Json:
        """Return `type: object` with the shape of its values and keys."""
        found: Json = {"type": "object", "additionalProperties": self._value.schema()}
        if self._max_pairs is not None:
            found["maxProperties"] = self._max_pairs
        if self._max_key is not None:
            found["propertyNames"] = {"maxLength": self._max_key}
        return found


class Struct(Shape):
    """An object with named keys; a closed one takes no others.

    Faults are found in this order: missing keys, unknown keys, then the values in the order in
    which the fields were declared, whatever the order of the body.
    """

    article, noun, plural, kinds = "an", "object", "objects", frozenset({dict})

    def __init__(
        self, fields: Mapping[str, Shape], required: Sequence[str] = (), *, closed: bool = False
    ) -> None:
        self.fields, self.required, self.closed = dict(fields), tuple(required), closed

    def check(self, value: Any, path: str) -> None:
        """Accept an object with the right keys and values."""
        if type(value) is not dict:
            self.refuse_type(value, path)
        prefix = f"{path}." if path else ""
        for name in self.required:
            if value.get(name) is None:
                if name not in value:
                    raise missing(prefix + name)
                self.fields[name].check(None, prefix + name)
        if self.closed and not value.keys() <= self.fields.keys():
            raise self._unknown(value, prefix)
        for name, shape in self.fields.items():
            item = value.get(name)
            if item is not None:
                shape.check(item, prefix + name)

    def _unknown(self, value: Json, prefix: str) -> ApiError:
        name = next(name for name in value if name not in self.fields)
        return unknown(name, prefix, [known for known in self.fields if known not in value])

    def schema(self) -> Json:
        """Return `type: object` with the schemas of its keys."""
        properties = {
            name: shape.schema() if name in self.required else or_null(shape.schema())
            for name, shape in self.fields.items()
        }
        found: Json = {"type": "object", "properties": properties}
        if self.required:
            found["required"] = list(self.required)
        if self.closed:
            found["additionalProperties"] = False
        return found


class Tagged(Shape):
    """An object of one of several shapes, told apart by the string under one key.

    `guesses` says which tag an object without a tag has, by a key it holds; `default` is the tag
    when no guess fits, else a missing tag is refused. `known` are further tags that exist in the
    API but not in this place. With `whole` a wrong tag is blamed on the object, not on the key.
    """

    kinds = frozenset({dict})

    def __init__(  # noqa: PLR0913 - each says one way in which the API's own unions differ
        self,
        tag: str,
        variants: Mapping[str, Shape],
        *,
        default: str | None = None,
        guesses: Mapping[str, str] | None = None,
        known: Sequence[str] = (),
        whole: bool = False,
        noun: str = "object",
    ) -> None:
        self._tag, self._variants, self._default = tag, dict(variants), default
        self._guesses, self._whole = dict(guesses or {}), whole
        self.article, self.noun, self.plural = article(noun), noun, f"{noun}s"
        self._known = tuple(known) or tuple(variants)

    def check(self, value: Any, path: str) -> None:
        """Accept an object that fits the shape of its tag."""
        if type(value) is not dict:
            self.refuse_type(value, path)
        tag = value.get(self._tag)
        if tag is None:
            tag = self._guess(value)
        shape = self._variants.get(tag) if type(tag) is str else None
        if shape is None:
            raise self._wrong_tag(tag, path)
        shape.check(value, path)

    def _guess(self, value: Json) -> str | None:
        for key, tag in self._guesses.items():
            if key in value:
                return tag
        return self._default

    def _wrong_tag(self, tag: Any, path: str) -> ApiError:
        place = f"{path}.{self._tag}" if path else self._tag
        if tag is None and not self._whole:
            return missing(place)
        name = tag if type(tag) is str else ""
        if name in self._known:
            return invalid_value(name, tuple(self._variants), path)
        return invalid_value(name, self._known, path if self._whole else place)

    def schema(self) -> Json:
        """Return the alternatives, each with its tag."""
        return {"anyOf": [self._branch(tag, shape) for tag, shape in self._variants.items()]}

    def _branch(self, tag: str, shape: Shape) -> Json:
        implied = tag == self._default or tag in self._guesses.values()
        own: Json = {"enum": [tag, None]} if implied else {"const": tag}
        inner = shape.schema()
        if "properties" not in inner:
            needed: Json = {} if implied else {"required": [self._tag]}
            return {"allOf": [{"type": "object", "properties": {self._tag: own}, **needed}, inner]}
        found = {**inner, "properties": {self._tag: own, **inner["properties"]}}
        found["properties"][self._tag] = own
        required = [name for name in inner.get("required", ()) if name != self._tag]
        return {**found, "required": required if implied else [self._tag, *required]}
