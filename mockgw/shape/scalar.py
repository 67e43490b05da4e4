"""Shapes of single values: strings, numbers, booleans."""

import re
from typing import Any, NoReturn

from mockgw.model import Json
from mockgw.shape.fault import article, invalid_value, out_of_bounds, quoted, shown
from mockgw.shape.node import Shape


class Text(Shape):
    """A string, with bounds on its length in characters and a pattern it must match in full."""

    noun, plural, kinds = "string", "strings", frozenset({str})

    def __init__(
        self,
        *,
        min_length: int = 0,
        max_length: int | None = None,
        pattern: str | None = None,
        noun: str = "string",
    ) -> None:
        self.article, self.noun = article(noun), noun
        self._min, self._max = min_length, max_length
        self._pattern = re.compile(pattern) if pattern else None

    def check(self, value: Any, path: str) -> None:
        """Accept a string within the bounds."""
        if type(value) is not str:
            self.refuse_type(value, path)
        if len(value) < self._min:
            got = f"a string with length {len(value)}" if value else "an empty string"
            problem = "string too short" if value else "empty string"
            code = "string_below_min_length" if value else "empty_string"
            want = f"a string with minimum length {self._min}"
            raise out_of_bounds(path, code, f"{problem}. Expected {want}, but got {got} instead.")
        if self._max is not None and len(value) > self._max:
            want = f"a string with maximum length {self._max}"
            got = f"a string with length {len(value)}"
            problem = f"string too long. Expected {want}, but got {got} instead."
            raise out_of_bounds(path, "string_above_max_length", problem)
        if self._pattern and not self._pattern.fullmatch(value):
            want = f"a string that matches the pattern '{self._pattern.pattern}'"
            raise out_of_bounds(
                path, "invalid_value", f"string does not match pattern. Expected {want}."
            )

    def schema(self) -> Json:
        """Return `type: string` with the bounds."""
        found: Json = {"type": "string"}
        if self._min:
            found["minLength"] = self._min
        if self._max is not None:
            found["maxLength"] = self._max
        if self._pattern:
            found["pattern"] = self._pattern.pattern
        return found


class Number(Shape):
    """A number within bounds, both inclusive."""

    noun, plural, kinds = "decimal", "decimals", frozenset({int, float})
    _word, _type = "decimal", "number"

    def __init__(self, *, minimum: float | None = None, maximum: float | None = None) -> None:
        self._min, self._max = minimum, maximum

    def check(self, value: Any, path: str) -> None:
        """Accept a number within the bounds."""
        if type(value) not in self.kinds:
            self.refuse_type(value, path)
        if self._min is not None and value < self._min:
            self._refuse(value, path, "below", "min", f">= {self._min}")
        if self._max is not None and value > self._max:
            self._refuse(value, path, "above", "max", f"<= {self._max}")

    def _refuse(self, value: float, path: str, side: str, end: str, want: str) -> NoReturn:
        problem = f"{self._word} {side} {end}imum value. Expected a value {want}"
        code = f"{self._word}_{side}_{end}_value"
        raise out_of_bounds(path, code, f"{problem}, but got {shown(value)} instead.")

    def schema(self) -> Json:
        """Return the JSON type with the bounds."""
        found: Json = {"type": self._type}
        if self._min is not None:
            found["minimum"] = self._min
        if self._max is not None:
            found["maximum"] = self._max
        return found


class Whole(Number):
    """An integer within bounds, both inclusive."""

    article, noun, plural, kinds = "an", "integer", "integers", frozenset({int})
    _word, _type = "integer", "integer"


class Flag(Shape):
    """True or false."""

    noun, plural, kinds = "boolean", "booleans", frozenset({bool})

    def check(self, value: Any, path: str) -> None:
        """Accept a boolean."""
        if type(value) is not bool:
            self.refuse_type(value, path)

    def schema(self) -> Json:
        """Return `type: boolean`."""
        return {"type": "boolean"}


class Choice(Shape):
    """One of some strings."""

    article, kinds = "one of", frozenset({str})

    def __init__(self, *values: str) -> None:
        self.values = values
        self.noun = quoted(values, "or")
        # The API shortens the names where it speaks of a list of them.
        short = [f"{value[:3]}...{value[-3:]}" for value in values]
        self.plural = f"one of {quoted(short, 'or')}"

    def check(self, value: Any, path: str) -> None:
        """Accept one of the strings."""
        if type(value) is not str:
            self.refuse_type(value, path)
        if value not in self.values:
            raise invalid_value(value, self.values, path)

    def schema(self) -> Json:
        """Return the enum."""
        return {"type": "string", "enum": list(self.values)}
