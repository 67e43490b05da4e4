"""What the page for Workers shows works, and it knows what a Worker is told."""

import os
from pathlib import Path

import pytest

from tests.desk import Desk
from tests.npm.packages import packages as sdk
from tests.pages import Page
from tests.workers.installed import packages
from tests.workers.runtimes import the_workerd
from tests.workers.test_errors import REFUSALS

pytestmark = pytest.mark.slow

PAGE = Page("docs/workers.md")


def test_what_the_page_shows_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = [str(the_workerd().parent), str(packages() / ".bin"), os.environ["PATH"]]
    monkeypatch.setenv("PATH", os.pathsep.join(programs))
    monkeypatch.setenv("WRANGLER_SEND_METRICS", "false")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("CI", "1")
    desk = Desk(tmp_path, PAGE.name)
    (tmp_path / "node_modules").mkdir()
    for package in (*packages().iterdir(), *sdk().iterdir()):
        link = tmp_path / "node_modules" / package.name
        if not package.name.startswith(".") and not link.exists():
            link.symlink_to(package)

    try:
        for block in PAGE.blocks:
            desk.run(block)
    finally:
        desk.leave()


def test_the_page_lists_the_refusals_that_are_tested() -> None:
    told = {names.split(",")[0].strip("`"): text for names, text in PAGE.rows("## Errors")}

    assert told == {f"gateway.{code}": f"`{text}`" for code, text in REFUSALS.items()}
