"""One setting as people meet it: read off the fields of a Struct."""

import difflib
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

from mockgw.errors import MockgwError

PREFIX = "MOCKGW_"


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One field of Settings as people meet it: flag, variables, key, default and meaning."""

    name: str
    kind: Any
    default: Any
    description: str
    extra: dict[str, Any]

    @property
    def flag(self) -> str:
        """The option of the command line that sets it."""
        return str(self.extra.get("flag", "--" + self.name.replace("_", "-")))

    @property
    def variables(self) -> tuple[str, ...]:
        """The environment variables that set it, the first one winning."""
        alias = self.extra.get("alias")
        return (PREFIX + self.name.upper(), *([alias] if alias else []))

    @property
    def base(self) -> Any:
        """The type without its constraints."""
        return get_args(self.kind)[0] if get_origin(self.kind) is Annotated else self.kind

    @property
    def many(self) -> bool:
        """Whether it takes a list."""
        return get_origin(self.base) is tuple

    @property
    def table(self) -> bool:
        """Whether it takes a table."""
        return get_origin(self.base) is dict

    @property
    def pairs(self) -> bool:
        """Whether it takes a table whose rows can be given one by one, as NAME=TEXT."""
        return bool(self.extra.get("pairs"))

    @property
    def choices(self) -> tuple[str, ...]:
        """The values it takes, or several of which it takes, when they can be counted."""
        one = get_args(self.base)[0] if self.many else self.base
        return get_args(one) if get_origin(one) is Literal else ()

    @property
    def allowed(self) -> str:
        """What it takes, in words that fit behind "Give"."""
        if "allowed" in self.extra:
            return str(self.extra["allowed"])
        if self.choices:
            return "one of " + ", ".join(self.choices)
        if self.base is bool:
            return "true or false"
        if self.base in (int, float):
            word = "a whole number" if self.base is int else "a number"
            return f"{word} from {self._limit('ge')} to {self._limit('le')}"
        word = "path" if self.extra.get("path") else "text"
        return f"a list of {word}s" if self.many else f"a {word}"

    def converted(self, value: Any, source: str, *, strict: bool) -> Any:
        """Return the value in the field's own type; raises MockgwError that names the source."""
        if self.name == "clock" and type(value) in {int, float}:
            value = str(value)
        if self.name == "replay_speed" and isinstance(value, str):
            with suppress(ValueError):
                value = float(value)
        if self.many and isinstance(value, str) and (not strict or "word" in self.extra):
            value = [part.strip() for part in value.split(",") if part.strip()]
        if self.table and isinstance(value, str):
            with suppress(msgspec.DecodeError):
                value = msgspec.json.decode(value)
        if self.pairs and not strict:
            value = _table(value, source)
        try:
            converted = msgspec.convert(value, self.kind, strict=strict)
        except msgspec.ValidationError:
            raise self._refusal(value, source) from None
        self._check(converted, source)
        return converted

    def _check(self, value: Any, source: str) -> None:
        """Raise MockgwError that names the source for what the setting itself has against it."""
        check: Callable[[Any], None] | None = self.extra.get("check")
        if check is None:
            return
        try:
            check(value)
        except MockgwError as problem:
            raise MockgwError(f"{source}: {problem.message}", problem.hint) from None

    def _limit(self, side: str) -> Any:
        return next(
            getattr(meta, side)
            for meta in get_args(self.kind)[1:]
            if getattr(meta, side, None) is not None
        )

    def _refusal(self, value: Any, source: str) -> MockgwError:
        listed = value if isinstance(value, list | tuple) and value else [value]
        shown = ", ".join(map(repr, listed))
        shown = "the value (not shown)" if self.extra.get("secret") else shown
        wrong = next((one for one in listed if one not in self.choices), value)
        near = difflib.get_close_matches(str(wrong), self.choices, n=1)
        nearest = f" (nearest: {near[0]})" if near else ""
        return MockgwError(f"{source}: {shown} is not allowed.", f"Give {self.allowed}{nearest}.")


def _table(value: Any, source: str) -> Any:
    """Return the rows that are told as NAME=TEXT as a table, anything else as it is.

    Raises MockgwError for a name that is given twice: one of the two would count for nothing.
    """
    rows = (value,) if isinstance(value, str) else value
    if not isinstance(rows, tuple | list) or not all("=" in str(one) for one in rows):
        return value
    table: dict[str, str] = {}
    for name, _, text in (str(one).partition("=") for one in rows):
        if table.setdefault(name.strip(), text) != text:
            raise MockgwError(f"{source}: {name.strip()!r} is given twice.", "Give each its name.")
    return table


def described(kind: type[msgspec.Struct]) -> tuple[Setting, ...]:
    """Return every setting of a Struct whose fields are described, in their order."""
    hints = get_type_hints(kind, include_extras=True)
    defaults = msgspec.structs.asdict(kind())
    found = []
    for name, annotated in hints.items():
        metas = [meta for meta in get_args(annotated)[1:] if isinstance(meta, Meta)]
        told = next(meta for meta in metas if meta.description)
        found.append(
            Setting(
                name=name,
                kind=annotated,
                default=defaults[name],
                description=str(told.description),
                extra=told.extra or {},
            )
        )
    return tuple(found)
