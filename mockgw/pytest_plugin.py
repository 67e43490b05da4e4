"""The pytest plugin: a fake gateway as a fixture.

This module is imported in every run of everybody who has mockgw installed, so it imports nothing
but pytest; the rest is loaded when a test asks for the fixture.
"""

import gc
import os
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mockgw.runner import Gateway
    from mockgw.settings import Settings
    from mockgw.testing.gateway import MockGateway
    from mockgw.testing.library import Library
    from mockgw.testing.network import Guard
    from mockgw.testing.open import Opened
    from mockgw.testing.tally import Tally

_MARK = (
    "mockgw(cassette=…, mode=auto|replay|synth|record|rerecord|live, "
    "match=exact|normalized|sequence|fuzzy|[…], ignore=[…], repeats=error|last|cycle, template=…, "
    "faults=…, timing=…, limits=…, clock=…, seed=…, unused=ignore|warn|fail|prune, "
    "block_network=True): how the mockgw fixture answers this test"
)
_TALLY: pytest.StashKey["Tally"] = pytest.StashKey()
_GUARD: pytest.StashKey["Guard"] = pytest.StashKey()
_LIBRARY: pytest.StashKey["Library"] = pytest.StashKey()
_OPEN: pytest.StashKey["Opened"] = pytest.StashKey()
_PASSED: pytest.StashKey[bool] = pytest.StashKey()
_DESELECTED: pytest.StashKey[int] = pytest.StashKey()
_HEARD: pytest.StashKey[int] = pytest.StashKey()
_TOLD = "mockgw"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, all of them with a prefix of their own, and their ini keys."""
    group = parser.getgroup("mockgw", "mockgw: a fake AI gateway")
    group.addoption(
        "--mockgw-mode",
        default=None,
        help="Who answers: auto, replay, synth, record, rerecord or live, or vcrpy's words.",
    )
    group.addoption(
        "--mockgw-unused",
        default=None,
        help="What to do about recordings that a test did not play: ignore, warn, fail or prune.",
    )
    group.addoption(
        "--mockgw-upstream",
        default=None,
        metavar="URL",
        help="Whom the modes record, rerecord and live ask, such as https://api.openai.com/v1.",
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
    _add_ini_keys(parser)


def _add_ini_keys(parser: pytest.Parser) -> None:
    parser.addini("mockgw_mode", "Like --mockgw-mode.", default="")
    parser.addini("mockgw_unused", "Like --mockgw-unused.", default="")
    parser.addini("mockgw_upstream", "Like --mockgw-upstream.", default="")
    parser.addini("mockgw_expire", "Days after which a recording is out of date.", default="")
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


@contextmanager
def _plainly() -> Iterator[None]:
    """Import as outside of pytest, which takes half the time.

    pytest rewrites the assertions in all modules of whatever has a plugin, and there are none for
    users to read in ours; and the garbage collector walks through the heap of the whole suite.
    """
    finders, swept = list(sys.meta_path), gc.isenabled()
    rewriting = [one for one in finders if type(one).__name__ == "AssertionRewritingHook"]
    sys.meta_path[:] = [one for one in finders if one not in rewriting]
    gc.disable()
    try:
        yield
    finally:
        sys.meta_path[:0] = rewriting
        if swept:
            gc.enable()


@pytest.fixture(scope="session")
def mockgw_settings(pytestconfig: pytest.Config) -> "Settings":
    """Return the settings of the run's gateway: override it in a conftest to change them."""
    with _plainly():
        from mockgw.errors import MockgwError  # noqa: PLC0415 - only for those who ask for it
        from mockgw.sources import load  # noqa: PLC0415 - the same

    chosen: dict[str, Any] = {"port": 0, "mode": "synth"}
    if seed := pytestconfig.getini("mockgw_seed"):
        chosen["seed"] = seed
    try:
        # A test that asks once more than was recorded has changed.
        return load(chosen, {}, pytestconfig.rootpath, {"repeats": "error"})
    except MockgwError as problem:
        raise _told(problem) from None


@pytest.fixture(scope="session")
def mockgw_server(mockgw_settings: "Settings") -> Iterator["Gateway"]:
    """Return the gateway that all tests of the run share; each has a part of it to itself."""
    with _plainly():
        from mockgw.errors import MockgwError  # noqa: PLC0415 - only for those who ask for it
        from mockgw.runner import running  # noqa: PLC0415 - the same
        from mockgw.testing import account, open  # noqa: A004, F401, PLC0415 - needed in a moment

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
    from mockgw.testing.library import Library  # noqa: PLC0415 - the same
    from mockgw.testing.open import opened  # noqa: PLC0415 - the same
    from mockgw.testing.plan import plan  # noqa: PLC0415 - the same
    from mockgw.testing.suite import told_vcrpy  # noqa: PLC0415 - the same

    item = request.node
    library = item.config.stash.setdefault(_LIBRARY, Library())
    guard = item.config.stash.get(_GUARD, None)
    try:
        chosen = plan(item, told_vcrpy(request))
        open_one = opened(item, mockgw_server, chosen, library, guard)
        part = open_one.__enter__()
    except MockgwError as problem:
        raise _told(problem) from None
    item.stash[_OPEN] = part
    item.stash[_HEARD] = 0
    item.stash[_PASSED] = False
    yield part.gateway
    del item.stash[_OPEN]
    open_one.__exit__(None, None, None)
    _settle(item, part)


def _told(problem: Exception) -> BaseException:
    """Return the failure that shows what is wrong, and none of our frames."""
    return pytest.fail.Exception(str(problem), pytrace=False)


def _settle(item: pytest.Item, part: "Opened") -> None:
    """Keep what was recorded if the test passed, count it, and judge what came after its end."""
    from mockgw.errors import MockgwError  # noqa: PLC0415 - only for those who ask for it
    from mockgw.testing.account import account, properties  # noqa: PLC0415 - the same

    passed, wrong = item.stash[_PASSED], None
    try:
        kept = part.keep() if passed else 0
    except MockgwError as problem:
        kept, wrong = 0, _told(problem)
    told = account(part, item.config, passed=passed, kept=kept)
    _tally(item.config).tests[item.nodeid] = told
    item.user_properties.extend(properties(told))
    if wrong is not None:
        raise wrong
    _judge_late(item, part.gateway)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Take note that a test has passed: only then is kept what was recorded for it."""
    report = yield
    if call.when == "call" and _OPEN in item.stash:
        item.stash[_PASSED] = report.passed
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fail a test that passed although its gateway was asked what it could not answer."""
    __tracebackhide__ = True
    try:
        result = yield
    except BaseException:
        if _OPEN in item.stash:
            _explain(item, item.stash[_OPEN])
        raise
    if _OPEN in item.stash:
        _judge(item, item.stash[_OPEN])
    return result


def _explain(item: pytest.Item, part: "Opened") -> None:
    """Add to the report of a failed test what its gateway has to say."""
    found = _problems(item, part)
    if found:
        item.add_report_section("call", _TOLD, "\n\n".join(found))


def _judge(item: pytest.Item, part: "Opened") -> None:
    from mockgw.testing.truth import unused  # noqa: PLC0415 - only for those who ask for it

    found = _problems(item, part)
    wanted = part.plan.unused
    left = unused(part.unused()) if wanted in {"warn", "fail"} else ""
    if left and wanted == "fail":
        found.append(left)
    elif left:
        try:
            item.warn(pytest.PytestWarning(left))
        except pytest.PytestWarning:
            # The run takes warnings for errors: then it is told like one of ours.
            found.append(left)
    if found:
        pytest.fail("\n\n".join(found), pytrace=False)


def _problems(item: pytest.Item, part: "Opened") -> list[str]:
    from mockgw.testing.truth import problems  # noqa: PLC0415 - only for those who ask for it

    item.stash[_HEARD] = len(part.gateway.entries)
    return problems(part.gateway, part.remedy(item.nodeid))


def _judge_late(item: pytest.Item, gateway: "MockGateway") -> None:
    """Fail the teardown of a test for what other fixtures asked in vain after it had ended."""
    from mockgw.testing.truth import misses  # noqa: PLC0415 - only for those who ask for it

    late = misses(gateway.entries[item.stash[_HEARD] :], gateway.clean)
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


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Take note of tests that were left out: a part of a suite tells nothing of the whole."""
    if items:
        stash = items[0].config.stash
        stash[_DESELECTED] = stash.get(_DESELECTED, 0) + len(items)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Hand the counts to the controlling process, or end them and write the report."""
    config = session.config
    output = getattr(config, "workeroutput", None)
    if output is None and not (_TALLY in config.stash or config.getoption("mockgw_report")):
        return
    tally = _tally(config)
    if tally.tests:
        from mockgw.testing.ending import seen  # noqa: PLC0415 - only where there is something

        seen(tally, session, config.stash.get(_LIBRARY, None))
    deselected = config.stash.get(_DESELECTED, 0)
    if output is not None:
        output["mockgw"] = {**tally.told(), "deselected": deselected}
        return
    if tally.tests:
        from mockgw.testing.ending import ended  # noqa: PLC0415 - the same
        from mockgw.testing.whole import partial  # noqa: PLC0415 - the same

        ended(tally, config, partial(session, exitstatus, deselected))
    path = config.getoption("mockgw_report")
    if path:
        tally.write(Path(config.invocation_params.dir, path))


def _tally(config: pytest.Config) -> "Tally":
    from mockgw.testing.tally import Tally  # noqa: PLC0415 - only where there is something

    return config.stash.setdefault(_TALLY, Tally())


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a worker of pytest-xdist counted."""
    told = getattr(node, "workeroutput", {}).get("mockgw")
    if told:
        stash = node.config.stash
        # Each worker has collected all tests: what one of them left out, all did.
        stash[_DESELECTED] = max(stash.get(_DESELECTED, 0), told["deselected"])
        if told["tests"]:
            _tally(node.config).merge(told)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say at the end of the run how many answers came from where, and what nobody answered."""
    if _TALLY not in config.stash:
        return
    lines = config.stash[_TALLY].lines()
    if lines:
        terminalreporter.write_sep("=", "mockgw")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.hookimpl(optionalhook=True)
def pytest_recording_configure(vcr: Any) -> None:
    """Tell pytest-recording that what goes to loopback is not for its cassettes."""
    vcr.ignore_hosts = (*vcr.ignore_hosts, "127.0.0.1", "localhost", "::1")
