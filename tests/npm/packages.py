"""The packages of package.json, installed when they are first asked for."""

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.environments import ROOT, alone

HERE = Path(__file__).parent
_HOME = ROOT / ".venv-npm"
_MINUTES = 5 * 60


@cache
def packages() -> Path:
    """Return the `node_modules` of the packages; skips the test when they are not to be had."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node and npm are not on the PATH")
    wanted = (HERE / "package.json").read_text("utf-8")
    stamp = _HOME / "installed"
    with alone(_HOME.name):
        if not stamp.exists() or stamp.read_text("utf-8") != wanted:
            shutil.rmtree(_HOME, ignore_errors=True)
            _HOME.mkdir()
            (_HOME / "package.json").write_text(wanted, "utf-8")
            quiet = ("--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts")
            done = _run(["npm", "install", *quiet], {}, _MINUTES)
            if done.returncode:
                pytest.skip(f"npm could not install the clients: {done.stderr[-300:]}")
            stamp.write_text(wanted, "utf-8")
    return _HOME / "node_modules"


def answers(program: str, url: str) -> dict[str, Any]:
    """Return what a program of this folder tells of the gateway at `url`, by name."""
    # A module finds the packages beside itself.
    home = packages().parent
    shutil.copy(HERE / "redirected.mjs", home)
    copy = Path(shutil.copy(HERE / program, home))
    done = _run(["node", "--no-warnings", str(copy)], {"MOCKGW_URL": url}, 60)
    assert done.returncode == 0, done.stdout + done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _run(command: list[str], more: dict[str, str], most: int) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **more}
    return subprocess.run(
        command,
        cwd=_HOME,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=most,
    )
