"""Plain data that knows its places."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from mockgw.templates.problem import Problem, TemplateError


class Part(msgspec.Struct, frozen=True):
    """A value with its place; `fields` and `items` are the parts inside, `keys` their places.

    `text_line` is where the lines of a text begin, which for a block is below its key.
    """

    value: Any
    file: str
    line: int
    column: int = 1
    fields: Mapping[str, "Part"] = msgspec.field(default_factory=dict)
    keys: Mapping[str, "Part"] = msgspec.field(default_factory=dict)
    items: tuple["Part", ...] = ()
    text_line: int = 0

    @property
    def where(self) -> str:
        """File and line, for people."""
        return f"{self.file}:{self.line}"

    def wrong(self, message: str, hint: str, *, lines: int = 0) -> TemplateError:
        """Return the error that points here, or so many lines into this text."""
        if lines and self.text_line:
            return TemplateError([Problem(self.file, self.text_line + lines, 1, message, hint)])
        return TemplateError([Problem(self.file, self.line, self.column, message, hint)])


def plain(value: Any, file: str, line: int) -> Part:
    """Return data of a program as parts, all of them in the line that gave it."""
    if isinstance(value, Mapping):
        fields = {str(name): plain(inner, file, line) for name, inner in value.items()}
        keys = {name: Part(name, file, line) for name in fields}
        data = {name: part.value for name, part in fields.items()}
        return Part(data, file, line, fields=fields, keys=keys)
    if isinstance(value, list | tuple):
        items = tuple(plain(inner, file, line) for inner in value)
        return Part([part.value for part in items], file, line, items=items)
    return Part(value, file, line)


def texts(part: Part) -> Iterator[Part]:
    """Yield every text inside, keys left out."""
    if isinstance(part.value, str):
        yield part
    for inner in (*part.fields.values(), *part.items):
        yield from texts(inner)
