"""Whether a run was of the whole suite: only then is anything said of what no test uses."""

from pathlib import Path

import pytest

# Options that leave tests out, and the words for them.
_CHOOSING = {
    "keyword": "-k",
    "markexpr": "-m",
    "lf": "--last-failed",
    "stepwise": "--stepwise",
    "ignore": "--ignore",
    "ignore_glob": "--ignore-glob",
    "deselect": "--deselect",
    "collectonly": "--collect-only",
}
_ENDED = frozenset({pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED})


def partial(session: pytest.Session, status: int, deselected: int) -> str:
    """Return why the run was of a part of the suite only, "" when all of it ran."""
    config = session.config
    for option, word in _CHOOSING.items():
        if getattr(config.option, option, None):
            return f"{word} chose the tests"
    if deselected:
        return f"{deselected} tests were deselected"
    if status not in _ENDED or session.shouldstop or session.shouldfail:
        return "the run did not come to its end"
    return "" if _all_there_is(config) else "the command line names a part of the suite"


def _all_there_is(config: pytest.Config) -> bool:
    """Tell whether the paths of the command line, or where it was typed, hold the whole suite."""
    here, root = config.invocation_params.dir, config.rootpath
    source = getattr(config, "args_source", None)
    sources = pytest.Config.ArgsSource
    if source is sources.TESTPATHS:
        return True
    given = {Path(here, arg).resolve() for arg in config.args}
    usual = {Path(root, path).resolve() for path in config.getini("testpaths")}
    return root.resolve() in given or bool(usual and usual <= given)
