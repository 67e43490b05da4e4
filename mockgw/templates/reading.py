"""Templates out of files, folders, texts and data of a program, checked one by one and together."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from mockgw.errors import MockgwError
from mockgw.templates.document import Part, plain
from mockgw.templates.problem import Problem, TemplateError, nearest
from mockgw.templates.template import START, Template, template

# Each file with the moment of its last change and its size.
State = tuple[tuple[str, int, int], ...]
_SUFFIXES = (".yaml", ".yml")


def load(paths: Iterable[str | Path], known: Iterable[str] = ()) -> tuple[Template, ...]:
    """Return the templates of files and folders, in their order; files of a folder by name.

    `known` are names of templates from elsewhere. Raises MockgwError for a path that is not there,
    TemplateError with every mistake in all of the files.
    """
    made, problems = read_all(paths, known)
    if problems:
        raise TemplateError(problems)
    return made


def read_all(
    paths: Iterable[str | Path], known: Iterable[str] = ()
) -> tuple[tuple[Template, ...], list[Problem]]:
    """Return the templates of files and folders that are well, and every mistake."""
    made: list[Template] = []
    problems: list[Problem] = []
    for file in (file for path in paths for file in files(Path(path))):
        try:
            part = _parts(_bytes(file), str(file))
        except TemplateError as problem:
            problems += problem.problems
            continue
        _read_list(part, made, problems)
    problems += together(made, known)
    files_in_order = list(dict.fromkeys(one.file for one in problems))
    problems.sort(key=lambda one: (files_in_order.index(one.file), one.line, one.column))
    return tuple(made), problems


def files(path: Path) -> list[Path]:
    """Return the template files of a path; raises MockgwError where there are none."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        near = nearest(path.name, [one.name for one in _beside(path)])
        raise MockgwError(f"There are no templates at {path}.", f"Correct the path. {near}")
    try:
        found = sorted(one for one in path.rglob("*") if one.suffix in _SUFFIXES and one.is_file())
    except OSError as problem:
        # Such as a folder in it that goes away while it is looked through.
        raise _unreadable(path, problem) from None
    if not found:
        raise MockgwError(f"The folder {path} has no templates.", "Put *.yaml files into it.")
    return found


def state_of(paths: Iterable[str | Path]) -> State:
    """Return what changes when template files change, come or go; a path may be missing."""
    found: list[tuple[str, int, int]] = []
    for path in map(Path, paths):
        with suppress(MockgwError):
            for file in files(path):
                with suppress(OSError):
                    told = file.stat()
                    found.append((str(file), told.st_mtime_ns, told.st_size))
    return tuple(found)


def _beside(path: Path) -> Sequence[Path]:
    found = path.parent.iterdir() if path.parent.is_dir() else ()
    return sorted(one for one in found if not one.name.startswith("."))


def parse(text: bytes | str, file: str, known: Iterable[str] = ()) -> tuple[Template, ...]:
    """Return the templates of a text, which is YAML or JSON; `file` is what errors call it."""
    return _checked(_parts(text, file), known)


def given(
    told: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    where: tuple[str, int],
    known: Iterable[str] = (),
) -> tuple[Template, ...]:
    """Return the templates that a program gives as maps; `where` is its file and line.

    `when` may be a function of the request here, which is asked whether the template answers it.
    """
    return _checked(plain(told, *where), known)


def _parts(text: bytes | str, file: str) -> Part:
    # Who has no template files does not pay for YAML: it takes a hundredth of a second to load.
    from mockgw.templates.yaml_text import read  # noqa: PLC0415

    return read(text, file)


def _checked(part: Part, known: Iterable[str]) -> tuple[Template, ...]:
    made: list[Template] = []
    problems: list[Problem] = []
    _read_list(part, made, problems)
    problems += together(made, known)
    if problems:
        raise TemplateError(problems)
    return tuple(made)


def _read_list(part: Part, made: list[Template], problems: list[Problem]) -> None:
    alone = (part,) if part.fields else ()
    if not (part.items or alone):
        hint = "Write a list: - name: hello, and below it when: and reply:."
        problems += part.wrong("There is no template in it.", hint).problems
    for one in part.items or alone:
        try:
            made.append(template(one))
        except TemplateError as problem:
            problems += problem.problems


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as problem:
        raise _unreadable(file, problem) from None


def _unreadable(path: Path, problem: OSError) -> MockgwError:
    reason = problem.strerror or type(problem).__name__
    return MockgwError(f"{path} cannot be read: {reason}.", "Correct the path.")


def together(made: Sequence[Template], known: Iterable[str] = ()) -> list[Problem]:
    """Return the mistakes that only show when templates are seen together."""
    return [*_twice(made), *_unknown(made, known), *_unreachable(made)]


def _twice(made: Sequence[Template]) -> Iterable[Problem]:
    first: dict[str, Template] = {}
    for one in made:
        other = first.setdefault(one.name, one)
        if other is not one:
            hint = f"The other one is at {other.where}; give each a name of its own."
            yield from _at(one, "name", f"There is a second template {one.name!r}.", hint)


def _unknown(made: Sequence[Template], known: Iterable[str]) -> Iterable[Problem]:
    names = {*known, *(one.name for one in made)}
    for one in made:
        for part in one.after:
            if part.value not in names:
                hint = nearest(part.value, sorted(names - {one.name}))
                yield from part.wrong(f"There is no template {part.value!r}.", hint).problems


def _unreachable(made: Sequence[Template]) -> Iterable[Problem]:
    led: dict[str, set[str]] = {}
    for one in made:
        led.setdefault(one.scenario, {START}).add(one.to)
    for one in made:
        for part in one.states:
            if part.value not in led[one.scenario]:
                hint = nearest(part.value, sorted(led[one.scenario] - {""}))
                message = f"Nothing leads to the state {part.value!r} of {one.scenario}."
                yield from part.wrong(message, hint).problems


def _at(one: Template, word: str, message: str, hint: str) -> Sequence[Problem]:
    return one.part.fields.get(word, one.part).wrong(message, hint).problems
