"""The rules of the house that no linter holds."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import mockgw

PACKAGE = Path(mockgw.__file__).parent
FILES = sorted(path for path in PACKAGE.rglob("*.py") if "shipped" not in path.parts)
NAMES = [str(path.relative_to(PACKAGE)) for path in FILES]
# These meet the machine: they read its clock, its environment or its folders.
EDGES = ("runner/", "__main__.py", "cli/", "pytest_plugin.py", "testing/", "synth/chance.py")
MACHINE = re.compile(
    r"(time\.(time|time_ns|monotonic|perf_counter)|(datetime|date)\.(now|today|utcnow)"
    r"|os\.(environ|getenv|getcwd|urandom)|Path\.(cwd|home)|uuid\.uuid[14]|secrets\.\w+"
    r"|random\.(?!Random\b)\w+|tempfile\.\w+)"
)
VAGUE = re.compile(r"(?i)(^|_)(helpers?|utils?|managers?|common|misc)(_|$)")
_Function = ast.FunctionDef | ast.AsyncFunctionDef
each_file = pytest.mark.parametrize("name", NAMES)


@cache
def tree(name: str) -> ast.Module:
    return ast.parse((PACKAGE / name).read_text(encoding="utf-8"))


def functions(name: str) -> Iterator[_Function]:
    return (node for node in ast.walk(tree(name)) if isinstance(node, _Function))


def public(node: ast.AST) -> Iterator[_Function | ast.ClassDef]:
    """Yield the functions, classes and methods that others may use."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _Function | ast.ClassDef) and not child.name.startswith("_"):
            yield child
            if isinstance(child, ast.ClassDef):
                yield from public(child)


def uses(name: str) -> Iterator[str]:
    """Yield every dotted name that the file's code reads."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Attribute):
            yield ast.unparse(node)
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@each_file
def test_a_file_is_shorter_than_400_lines(name: str) -> None:
    assert len((PACKAGE / name).read_text(encoding="utf-8").splitlines()) < 400


@each_file
def test_a_function_is_shorter_than_40_lines(name: str) -> None:
    lengths = {one.name: (one.end_lineno or 0) - one.lineno + 1 for one in functions(name)}
    # What only lists the keys of a wire format is a table, and is easier to read whole.
    tables = {("apis/responses/building.py", "answer")}
    long = {key: size for key, size in lengths.items() if (name, key) not in tables and size >= 40}
    assert not long


@each_file
def test_whatever_is_public_says_what_it_is(name: str) -> None:
    module = tree(name)
    assert ast.get_docstring(module)
    assert not [one.name for one in public(module) if not ast.get_docstring(one)]


@each_file
def test_no_name_is_vague(name: str) -> None:
    told = [one.name for one in public(tree(name))]
    assert not [word for word in (*Path(name).with_suffix("").parts, *told) if VAGUE.search(word)]


@each_file
def test_only_the_edges_meet_the_machine(name: str) -> None:
    if not name.startswith(EDGES):
        assert not [one for one in uses(name) if MACHINE.fullmatch(one)]


@pytest.mark.parametrize(
    ("call", "where"),
    [(r"journal\.add\(", "pipeline.py"), (r"door\.refuse\(", "pipeline.py")],
)
def test_what_must_have_one_place_has_one(call: str, where: str) -> None:
    found = [
        name
        for name, path in zip(NAMES, FILES, strict=True)
        for _ in re.findall(call, path.read_text(encoding="utf-8"))
    ]
    assert found == [where]


def test_the_public_names_are_few_and_there() -> None:
    assert len(mockgw.__all__) <= 10
    assert all(getattr(mockgw, name) for name in mockgw.__all__)
    assert (PACKAGE / "py.typed").exists()


def test_the_scans_find_what_they_look_for() -> None:
    met = {one for one in uses("runner/clocks.py") if MACHINE.fullmatch(one)}
    assert met == {"time.time"}
    assert VAGUE.search("string_utils")
    assert not VAGUE.search("commonly")
