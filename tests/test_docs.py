"""What the pages show works, what they point at is there, and they know what the program knows."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import click
import httpx
import pytest

import mockgw
from mockgw import ApiError, Gateway, MockgwError, Settings, running, script
from mockgw.asked import Asked
from mockgw.cli import main
from mockgw.cli.cassette import group as cassette_commands
from mockgw.model import Call
from mockgw.settings import all_settings
from mockgw.testing.gateway import MockGateway
from tests.desk import PROGRAMS, Desk, needs, package
from tests.frameworks import python_with
from tests.pages import ROOT, Block, Page, pages

PAGES = {page.name: page for page in pages()}
BLOCKS = [block for page in PAGES.values() for block in page.blocks]
# Tried where their packages are: tests/workers/test_page.py, tests/test_npm_clients.py.
ELSEWHERE = {"docs/javascript.md", "docs/workers.md"}
CHECKOUT = [block for block in BLOCKS if "checkout" in block.words]
MANY = 15
ABSENT = {name for name in PROGRAMS if shutil.which(name) is None}
HELLO = {"messages": [{"role": "user", "content": "Hello"}]}


def words(page: Page) -> list[str]:
    """Return what a page says in code: its spans, and the commands of its blocks."""
    return page.spans() + [line for block in page.blocks for line in block.commands()]


def everything() -> str:
    return "\n".join(page.text for page in PAGES.values())


def try_out(blocks: list[Block], desk: Desk) -> None:
    """Do what the blocks show, and run the tests among them."""
    tests = [one for one in blocks if one.name.startswith("test_")]
    try:
        for block in blocks:
            desk.run(block)
        if tests:
            desk.pytest(sum(len(re.findall(r"def test_", one.text)) for one in tests))
    finally:
        desk.leave()


def shown() -> Iterator[Any]:
    """Yield the pages that are tried here; those that show the most take the longest."""
    for name, page in PAGES.items():
        if page.blocks and name not in ELSEWHERE:
            many = len(page.blocks) > MANY or page.path.parent.name == "benchmarks"
            yield pytest.param(name, id=name, marks=[pytest.mark.slow] if many else [])


@pytest.mark.parametrize("name", [*shown()])
def test_what_a_page_shows_works(name: str, tmp_path: Path) -> None:
    left_out = [one for one in BLOCKS if one in CHECKOUT or needs(one) & ABSENT or package(one)]

    try_out([one for one in PAGES[name].blocks if one not in left_out], Desk(tmp_path, name))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "wanted"), sorted({(one.page, package(one)) for one in BLOCKS if package(one)})
)
def test_what_a_page_shows_with_another_package_works(
    page: str, wanted: str, tmp_path: Path
) -> None:
    blocks = [one for one in PAGES[page].blocks if package(one) == wanted]

    try_out(blocks, Desk(tmp_path, page, python_with(wanted)))


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_programs_of_the_pages_are_here(program: str) -> None:
    left_out = [block.where for block in BLOCKS if program in needs(block)]
    assert left_out, f"no page runs {program}: take it out of PROGRAMS"
    if program in ABSENT:
        pytest.skip(f"{program} is not on the PATH; not run: {', '.join(left_out)}")


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.where)
def test_a_file_that_a_page_shows_is_used_by_it(block: Block) -> None:
    if not block.name or block.name.startswith(("test_", "conftest")):
        return
    others = [one.text for one in PAGES[block.page].blocks if one is not block]
    path = Path(block.name)

    assert any(
        part in text for text in others for part in (path.parts[0], f"from {path.stem} import")
    )


def test_the_set_up_of_the_readme_works_in_a_checkout(tmp_path: Path) -> None:
    for entry in ROOT.iterdir():
        if not entry.name.startswith("."):
            (tmp_path / entry.name).symlink_to(entry)
    (tmp_path / ".venv").mkdir()
    for entry in Path(sys.prefix).iterdir():
        if not entry.name.startswith("installed-"):
            (tmp_path / ".venv" / entry.name).symlink_to(entry)
    shutil.copy(ROOT / "pyproject.toml", tmp_path / ".venv/installed-base")
    typed = [shlex.split(line, comments=True)[0] for one in CHECKOUT for line in one.commands()]
    assert typed == ["./scripts/demo", "./scripts/check"]

    done = subprocess.run(typed[0], cwd=tmp_path, check=False, capture_output=True, text=True)

    assert (done.returncode, "All of it was as recorded." in done.stdout) == (0, True), done.stderr
    assert os.access(ROOT / typed[1], os.X_OK)


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_every_relative_link_resolves(page: Page) -> None:
    broken = []
    for link in page.links():
        target, _, anchor = link.partition("#")
        if "://" in target:
            continue
        path = (page.path.parent / target).resolve() if target else page.path
        linked = PAGES.get(os.path.relpath(path, ROOT))
        if not path.exists() or (anchor and (linked is None or anchor not in linked.anchors())):
            broken.append(link)

    assert broken == []


def test_every_page_can_be_reached_from_the_map() -> None:
    index = PAGES["docs/index.md"]
    reached = {os.path.normpath(Path("docs", link.partition("#")[0])) for link in index.links()}

    assert set(PAGES) - reached - {"README.md", "docs/index.md"} == set()


@pytest.mark.parametrize(
    "name",
    [
        *(f"mockgw {command}" for command in main.commands),
        *(f"mockgw cassette {command}" for command in cassette_commands.commands),
        *(
            f"`{mode}`"
            for setting in all_settings()
            if setting.name == "mode"
            for mode in setting.choices
        ),
        *(f"`{name}" for name in mockgw.__all__),
    ],
)
def test_what_the_program_offers_is_on_a_page(name: str) -> None:
    assert name in everything()


@cache
def pytest_says() -> frozenset[str]:
    """Return the options and ini keys that pytest has in its help."""
    command = [sys.executable, "-m", "pytest", "--help"]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return frozenset(re.findall(r"(?m)^ +(--[a-z][a-z-]+|mockgw_\w+)", told))


def test_the_table_of_marks_options_and_keys_is_that_of_the_plugin(
    pytestconfig: pytest.Config,
) -> None:
    marks, options, _, keys, _ = (
        {name for cell in column for name in re.findall(r"`([\w-]+)`", cell)}
        for column in zip(*PAGES["docs/pytest.md"].rows("## Marks, options, ini keys"), strict=True)
    )
    (mark,) = [one for one in pytestconfig.getini("markers") if one.startswith("mockgw(")]

    assert marks == set(re.findall(r"(\w+)=", mark))
    assert options == {one for one in pytest_says() if one.startswith("--mockgw-")}
    assert keys == {one for one in pytest_says() if one.startswith("mockgw_")}


def told_by(wrong: Callable[[], object]) -> set[str]:
    """Return the names that the hint of a mistake lists."""
    with pytest.raises(MockgwError) as caught:
        wrong()
    return set(re.findall(r"\w+", caught.value.hint.partition(":")[2]))


def test_what_can_be_said_and_asked_in_a_test_is_on_its_page() -> None:
    call = Call("chat.create", "openai", False, "", "gpt-5.5", {"messages": []}, False, "")
    names = told_by(lambda: script.reply(nonsense=1)) | told_by(lambda: script.fail("nonsense"))
    names |= told_by(lambda: script.fail(500, nonsense=1))
    names |= {name for name in dir(Asked(call)) if not name.startswith("_")} - {"of"}
    spans = PAGES["docs/pytest.md"].spans() + PAGES["docs/faults.md"].spans()
    words = set(re.findall(r"\w+", " ".join(spans)))

    assert names - words == set()


def test_what_the_fixture_offers_is_on_its_page() -> None:
    offered = {name for name in dir(MockGateway) if not name.startswith("_")}
    # What the plugin itself asks of it.
    offered -= {"clean", "tapes", "queued", "misses_allowed"}
    spans = {re.sub(r"\W.*", "", span) for span in PAGES["docs/pytest.md"].spans()}

    assert offered - spans == set()


def test_the_pages_name_the_admin_paths_that_there_are(gateway: Gateway) -> None:
    refusal = httpx.get(f"{gateway.url}/_mockgw/no-such-path").json()["error"]["message"]

    known = set(re.findall(r"/_mockgw/[\w.]+(?=[,.](?: |$))", refusal.partition("Known:")[2]))

    assert len(known) > 2
    assert set(re.findall(r"/_mockgw/[\w.]*\w", everything())) == known


def options(command: click.Command) -> Iterator[str]:
    """Yield the options of a command and of those below it."""
    for parameter in command.params:
        yield from (*parameter.opts, *parameter.secondary_opts)
    for one in command.commands.values() if isinstance(command, click.Group) else ():
        yield from options(one)


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_no_page_speaks_of_a_command_or_option_that_is_not_there(page: Page) -> None:
    flags = {"--help", *options(main)}
    flags |= {option for option in pytest_says() if option.startswith("--")}
    commands = {*main.commands, "listening"}
    said = words(page)
    ours = [re.split(r" -- ", one)[0] for one in said if one.startswith(("mockgw ", "--"))]

    called = {name for one in said for name in re.findall(r"(?<![\w./-])mockgw ([a-z]+)", one)}
    given = {flag for one in ours for flag in re.findall(r"(?<!\S)--[a-z][a-z-]+", one)}

    assert called - commands == set()
    assert given - flags == set()


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with running(Settings(port=0, mode="synth")) as gateway:
        yield gateway


def refusals() -> Iterator[Any]:
    for heading, path, body in (
        ("## Responses", "/v1/responses", {"model": "gpt-5.5", "input": "Hello"}),
        ("## Chat Completions", "/v1/chat/completions", {"model": "gpt-5.5", **HELLO}),
    ):
        for what, example, status, code, param in PAGES["docs/errors.md"].rows(heading):
            sent = {**body, **json.loads(example.strip("`"))}
            told = (int(status), code.strip("`") or None, param.strip("`") or None)
            yield pytest.param(path, sent, told, id=f"{path}: {what}")


@pytest.mark.parametrize(("path", "sent", "told"), list(refusals()))
def test_every_error_on_the_page_is_what_is_answered(
    gateway: Gateway, path: str, sent: dict[str, Any], told: tuple[int, str | None, str | None]
) -> None:
    answer = httpx.post(gateway.url + path, json=sent)

    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["param"]) == told
    assert error["type"] == "invalid_request_error"


def doors() -> Iterator[Any]:
    for _, paths, name in PAGES["docs/doors.md"].rows("# The doors"):
        for path in re.findall(r"`(/[^`]+)`", paths):
            if path.endswith("/"):
                continue
            for method in ("GET", "DELETE") if path.endswith("/ID") else ("POST",):
                yield pytest.param(method, path, name.strip("`"), id=f"{method} {path}")


def body_for(path: str) -> dict[str, Any]:
    inputs: dict[str, Any] = HELLO if "chat" in path else {"input": "Hello"}
    if path.endswith("/ai/run"):
        return {"model": "openai/gpt-5.5", "input": inputs}
    if path.endswith("/run"):
        return {"inputs": inputs}
    return inputs if "/ai/run/" in path else {"model": "gpt-5.5", **inputs}


@pytest.mark.parametrize(("method", "path", "name"), list(doors()))
def test_every_path_of_a_door_answers_by_that_door(
    gateway: Gateway, method: str, path: str, name: str
) -> None:
    headers = {"cf-consn-model-id": "openai/gpt-5.5"}
    with httpx.Client(base_url=gateway.url, headers=headers) as client:
        created = path.removesuffix("/ID")
        answer = client.post(created, json=body_for(created))
        if method != "POST":
            answer = client.request(method, path.replace("ID", answer.json()["id"]))

    assert answer.status_code == 200, answer.text
    assert gateway.journal.entries()[-1].door == name


def test_the_public_names_are_those_that_the_page_explains() -> None:
    rows = PAGES["docs/pytest.md"].rows("## Python")

    assert {re.sub(r"\W.*", "", row[0].strip("`")) for row in rows} == set(mockgw.__all__)
    assert ApiError.__doc__
