"""A cassette's text as values, with the line where each interaction starts."""

import gc
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from mockgw.errors import MockgwError

_Resolvers = dict[str | None, list[tuple[str, re.Pattern[str]]]]
_TORN = (
    "The file is cut or broken there. If only its end was cut, type: "
    "mockgw cassette check --repair FILE. Else restore it from version control, or record it again."
)

# What constructors let through when a value does not fit its explicit tag, as in `!!int x`.
_UNFIT = (ValueError, TypeError, AttributeError, LookupError)


def _core_schema() -> _Resolvers:
    """Return the plain scalars of YAML 1.2's core schema, by first character.

    YAML 1.1 would make a number of `12:30:00`, a truth of `on` and a date of `2026-01-01`; a
    writer that knows 1.1 quotes these, and one that does not means text.
    """
    kinds = (
        ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
        ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
        ("int", r"[-+]?(?:0|[1-9][0-9]*)", list("-+0123456789")),
        (
            "float",
            r"[-+]?(?:(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+|\.inf)|\.nan",
            list("-+.0123456789"),
        ),
        ("merge", r"<<", ["<"]),
    )
    found: _Resolvers = {}
    for kind, pattern, starts in kinds:
        for start in starts:
            entry = (f"tag:yaml.org,2002:{kind}", re.compile(f"(?:{pattern})\\Z"))
            found.setdefault(start, []).append(entry)
    return found


# libyaml is about ten times faster; a PyYAML that was built without it has no CSafeLoader.
_Loader: Any = type(
    "_Loader",
    (getattr(yaml, "CSafeLoader", yaml.SafeLoader),),
    {"yaml_implicit_resolvers": _core_schema()},
)


def parsed(text: str, path: Path) -> tuple[Any, list[int]]:
    """Return the document in `text`, and the lines of the items of its first list.

    The lines are missing for JSON. Raises MockgwError that names file, line and remedy when the
    text is neither YAML nor JSON.
    """
    with _collector_paused():
        if text.lstrip()[:1] in {"{", "["}:
            return _json(text, path)
        return _yaml(text, path)


def _json(text: str, path: Path) -> tuple[Any, list[int]]:
    try:
        return json.loads(text), []
    except ValueError as error:
        if ".json" in path.suffixes:
            line = getattr(error, "lineno", 1)
            raise MockgwError(f"{path}:{line}: not JSON: {error}", _TORN) from error
        return _yaml(text, path)  # a flow mapping
    except RecursionError as error:
        raise _too_deep(path) from error


def _yaml(text: str, path: Path) -> tuple[Any, list[int]]:
    loader: Any = None
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        lines = _lines(node)
        if "!!python/" in text:
            return _with_vcrpy(text), lines
        return (loader.construct_document(node) if node else None), lines
    except yaml.YAMLError as error:
        raise _broken(error, text, path) from error
    except _UNFIT as error:
        raise MockgwError(f"{path}: a value does not fit its tag: {error}", _TORN) from error
    except RecursionError as error:
        raise _too_deep(path) from error
    finally:
        if loader is not None:
            loader.dispose()


def _with_vcrpy(text: str) -> Any:
    from vcr.serializers import yamlserializer  # noqa: PLC0415 - vcr takes 0.6 s to import

    return yamlserializer.deserialize(text)


def _lines(node: Any) -> list[int]:
    """Return the line of each item of the list that holds the interactions."""
    if isinstance(node, yaml.MappingNode):
        lists = ((k, v) for k, v in node.value if isinstance(k, yaml.ScalarNode))
        node = next((v for k, v in lists if k.value in {"interactions", "requests"}), None)
    if not isinstance(node, yaml.SequenceNode):
        return []
    return [item.start_mark.line + 1 for item in node.value]


def _broken(error: yaml.YAMLError, text: str, path: Path) -> MockgwError:
    match error:
        case yaml.MarkedYAMLError(problem_mark=mark, problem=problem) if mark is not None:
            return MockgwError(f"{path}:{mark.line + 1}: not YAML: {problem}", _TORN)
        case yaml.reader.ReaderError(position=position, reason=reason):
            line = text.count("\n", 0, position) + 1
            return MockgwError(f"{path}:{line}: not YAML: {reason}", _TORN)
        case _:
            return MockgwError(f"{path}: not YAML: {error}", _TORN)


def _too_deep(path: Path) -> MockgwError:
    return MockgwError(f"{path}: values nested too deeply to be a cassette", _TORN)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the garbage collector off: it would walk the growing document again and again."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
