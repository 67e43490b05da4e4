"""The packages of examples/worker, installed when they are first asked for."""

import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.environments import ROOT, alone

EXAMPLE = ROOT / "examples/worker"
_HOME = ROOT / ".venv-workers"
_MINUTES = 5 * 60


@cache
def packages() -> Path:
    """Return the `node_modules` that has what the example's package.json wants.

    Skips the test when node is not here, or the packages are not to be had.
    """
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node and npm are not on the PATH")
    wanted = (EXAMPLE / "package.json").read_text("utf-8")
    stamp = _HOME / "installed"
    with alone(_HOME.name):
        if not stamp.exists() or stamp.read_text("utf-8") != wanted:
            shutil.rmtree(_HOME, ignore_errors=True)
            _HOME.mkdir()
            (_HOME / "package.json").write_text(wanted, "utf-8")
            _install()
            stamp.write_text(wanted, "utf-8")
    return _HOME / "node_modules"


def _install() -> None:
    quiet = ("--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts")
    done = subprocess.run(
        ["npm", "install", *quiet],
        cwd=_HOME,
        check=False,
        capture_output=True,
        text=True,
        timeout=_MINUTES,
    )
    if done.returncode:
        pytest.skip(f"npm could not install the packages of the Worker: {done.stderr[-300:]}")
