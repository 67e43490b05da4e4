"""The pytest plugin: a fake gateway as a fixture.

This module is imported in every run of everybody who has mockgw installed, so it imports nothing
but pytest; the rest is loaded when a test asks for the fixture.
"""

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mockgw.runner import Gateway
    from mockgw.settings import Settings
    from mockgw.testing.gateway import MockGateway
    from mockgw.testing.network import Guard
    from mockgw.testing.open import Library
    from mockgw.testing.plan import Plan
    from mockgw.testing.tally import Tally

_MARK = (
    "mockgw(cassette=…, mode=auto|replay|synth, match=exact|normalized, clock=…, seed=…, "
    "unused=ignore|warn|fail, block_network=True): how the mockgw fixture answers this test"
)
_TALLY: pytest.StashKey["Tally"] = pytest.StashKey()
_GUARD: pytest.StashKey["Guard"] = pytest.StashKey()
_LIBRARY: pytest.StashKey["Library"] = pytest.StashKey()
_OPEN: pytest.StashKey[tuple["MockGateway", "Plan"]] = pytest.StashKey()
_HEARD: pytest.StashKey[int] = pytest.StashKey()
_TOLD = "mockgw"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, all of them with a prefix of their own, and their ini keys."""
    group = parser.getgroup("mockgw", "mockgw: a fake AI gateway")
    group.addoption(
        "--mockgw-mode",
        default=None,
        help="Where answers come from in every test: auto, replay or synth.",
    )
    group.addoption(
        "--mockgw-unused",
        default=None,
        help="What to do about recordings that a test did not play: ignore, warn or fail.",
    )
    group.addoption(
        "--mockgw-cassettes",
        action="append",
        default=None,
        metavar="PATH",
        help="Recordings, a file or a folder, for tests that have no cassette of their own.",
    )
    group.addoption(
        "--mockgw-report",
        default=None,
        metavar="PATH",
        help="Write what was asked and answered, test by test, as JSON.",
    )
    group.addoption(
        "--mockgw-block-network",
        action="store_true",
        default=False,
        help="Refuse connections that leave loopback, whatever the client.",
    )
    parser.addini("mockgw_mode", "Like --mockgw-mode.", default="")
    parser.addini("mockgw_unused", "Like --mockgw-unused.", default="")
    parser.addini("mockgw_cassettes", "Like --mockgw-cassettes.", type="paths", default=[])
    parser.addini("mockgw_seed", "Where ids and synthesized text are drawn from.", default="")
    parser.addini(
        "mockgw_block_network", "Like --mockgw-block-network.", type="bool", default=False
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known, and keep the run on loopback when that was asked for."""
    config.addinivalue_line("markers", _MARK)
    if config.getoption("mockgw_block_network") or config.getini("mockgw_block_network"):
        _guard(config).switch(on=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Let the network go again."""
    if _GUARD in config.stash:
        config.stash[_GUARD].switch(on=False)


def _guard(config: pytest.Config) -> "Guard":
    from mockgw.testing.network import Guard  # noqa: PLC0415 - only for those who ask for it

    return config.stash.setdefault(_GUARD, Guard())


@pytest.fixture(scope="session")
def mockgw_settings(pytestconfig: pytest.Config) -> "Settings":
    """Return the settings of the run's gateway: override it in a conftest to change them."""
    from mockgw.errors import MockgwError  # noqa: PLC0415 - only for those who ask for it
    from mockgw.sources import load  # noqa: PLC0415 - the same

    chosen: dict[str, Any] = {"port": 0, "mode": "synth"}
    if seed := pytestconfig.getini("mockgw_seed"):
        chosen["seed"] = seed
    try:
        return load(chosen, {}, pytestconfig.rootpath)
    except MockgwError as problem:
        raise _told(problem) from None


@pytest.fixture(scope="session")
def mockgw_server(mockgw_settings: "Settings") -> Iterator["Gateway"]:
    """Return the gateway that all tests of the run share; each has a part of it to itself."""
    from mockgw.errors import MockgwError  # noqa: PLC0415 - only for those who ask for it
    from mockgw.runner import running  # noqa: PLC0415 - the same

    server = running(mockgw_settings)
    try:
        gateway = server.__enter__()
    except MockgwError as problem:
        raise _told(problem) from None
    yield gateway
    server.__exit__(None, None, None)


@pytest.fixture
def mockgw(request: pytest.FixtureRequest, mockgw_server: "Gateway") -> Iterator["MockGateway"]:
    """Return a fake gateway for this test alone, with the environment that leads to it."""
    from mockgw.errors import MockgwError  # noqa: PLC0415 - only for those who ask for it
    from mockgw.testing.open import Library, opened  # noqa: PLC0415 - the same
    from mockgw.testing.plan import plan  # noqa: PLC0415 - the same

    item = request.node
    library = item.config.stash.setdefault(_LIBRARY, Library())
    try:
        chosen = plan(item)
        open_one = opened(item, mockgw_server, chosen, library)
        gateway = open_one.__enter__()
    except MockgwError as problem:
        raise _told(problem) from None
    item.stash[_OPEN] = (gateway, chosen)
    item.stash[_HEARD] = 0
    yield gateway
    del item.stash[_OPEN]
    open_one.__exit__(None, None, None)
    _count(item, gateway, tell_unused=chosen.unused != "ignore")
    _judge_late(item, gateway)


def _told(problem: Exception) -> BaseException:
    """Return the failure that shows what is wrong, and none of our frames."""
    return pytest.fail.Exception(str(problem), pytrace=False)


def _count(item: pytest.Item, gateway: "MockGateway", *, tell_unused: bool) -> None:
    tally = _tally(item.config)
    tally.add(item.nodeid, gateway, tell_unused=tell_unused)
    for source, count in tally.tests[item.nodeid]["answers"].items():
        item.user_properties.append((f"mockgw_{source}", count))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fail a test that passed although its gateway was asked what it could not answer."""
    __tracebackhide__ = True
    try:
        result = yield
    except BaseException:
        if _OPEN in item.stash:
            _explain(item, *item.stash[_OPEN])
        raise
    if _OPEN in item.stash:
        _judge(item, *item.stash[_OPEN])
    return result


def _explain(item: pytest.Item, gateway: "MockGateway", plan: "Plan") -> None:
    """Add to the report of a failed test what its gateway has to say."""
    found = _problems(item, gateway, plan)
    if found:
        item.add_report_section("call", _TOLD, "\n\n".join(found))


def _judge(item: pytest.Item, gateway: "MockGateway", plan: "Plan") -> None:
    from mockgw.testing.truth import unused  # noqa: PLC0415 - only for those who ask for it

    found = _problems(item, gateway, plan)
    left = unused(gateway.tapes) if plan.unused != "ignore" else ""
    if left and plan.unused == "fail":
        found.append(left)
    elif left:
        try:
            item.warn(pytest.PytestWarning(left))
        except pytest.PytestWarning:
            # The run takes warnings for errors: then it is told like one of ours.
            found.append(left)
    if found:
        pytest.fail("\n\n".join(found), pytrace=False)


def _problems(item: pytest.Item, gateway: "MockGateway", plan: "Plan") -> list[str]:
    from mockgw.testing.truth import problems  # noqa: PLC0415 - only for those who ask for it

    item.stash[_HEARD] = len(gateway.entries)
    return problems(gateway, "" if plan.cassettes else plan.home)


def _judge_late(item: pytest.Item, gateway: "MockGateway") -> None:
    """Fail the teardown of a test for what other fixtures asked in vain after it had ended."""
    from mockgw.testing.truth import misses  # noqa: PLC0415 - only for those who ask for it

    late = misses(gateway.entries[item.stash[_HEARD] :])
    if late and not gateway.misses_allowed:
        pytest.fail("\n\n".join(late), pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Keep a marked test on loopback, or let it go."""
    stood = _GUARD in item.config.stash and item.config.stash[_GUARD].on
    if _kept_in(item) == stood:
        return (yield)
    guard = _guard(item.config)
    guard.switch(on=not stood)
    try:
        return (yield)
    finally:
        guard.switch(on=stood)


def _kept_in(item: pytest.Item) -> bool:
    """Tell whether the test must stay on loopback: the option says so, or mark, or ini."""
    if item.config.getoption("mockgw_block_network"):
        return True
    for mark in item.iter_markers("mockgw"):
        if "block_network" in mark.kwargs:
            return bool(mark.kwargs["block_network"])
    return bool(item.config.getini("mockgw_block_network"))


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say what was chosen for the whole run, when anything was."""
    chosen = [
        f"{name} {value}"
        for name in ("mode", "unused")
        if (
            value := config.getoption(f"mockgw_{name}")
            or os.environ.get(f"MOCKGW_{name.upper()}")
            or config.getini(f"mockgw_{name}")
        )
    ]
    if _GUARD in config.stash:
        chosen.append("network blocked")
    return f"mockgw: {', '.join(chosen)}" if chosen else None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand the counts to the controlling process, or write the report that was asked for."""
    config = session.config
    output = getattr(config, "workeroutput", None)
    if output is not None:
        if _TALLY in config.stash:
            output["mockgw"] = config.stash[_TALLY].tests
        return
    path = config.getoption("mockgw_report")
    if path:
        _tally(config).write(Path(config.invocation_params.dir, path))


def _tally(config: pytest.Config) -> "Tally":
    from mockgw.testing.tally import Tally  # noqa: PLC0415 - only where there is something

    return config.stash.setdefault(_TALLY, Tally())


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a worker of pytest-xdist counted."""
    told = getattr(node, "workeroutput", {}).get("mockgw")
    if told:
        _tally(node.config).merge(told)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say at the end of the run how many answers came from where, and what nobody answered."""
    if _TALLY not in config.stash:
        return
    tally = config.stash[_TALLY]
    line = tally.line()
    if line:
        terminalreporter.section("mockgw")
        terminalreporter.write_line(line)
        for detail in tally.details():
            terminalreporter.write_line(detail)


@pytest.hookimpl(optionalhook=True)
def pytest_recording_configure(vcr: Any) -> None:
    """Tell pytest-recording that what goes to loopback is not for its cassettes."""
    vcr.ignore_hosts = (*vcr.ignore_hosts, "127.0.0.1", "localhost", "::1")
