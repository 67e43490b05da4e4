"""The packages of package.json, installed when they are first asked for."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.environments import node_modules

HERE = Path(__file__).parent


def packages() -> Path:
    """Return the `node_modules` of the packages; skips the test when they are not to be had."""
    return node_modules(".venv-npm", HERE / "package.json")


def answers(program: str, url: str) -> dict[str, Any]:
    """Return what a program of this folder tells of the gateway at `url`, by name."""
    # A module finds the packages beside itself.
    home = packages().parent
    shutil.copy(HERE / "redirected.mjs", home)
    copy = Path(shutil.copy(HERE / program, home))
    done = _run(["node", "--no-warnings", str(copy)], home, {"MOCKGW_URL": url})
    assert done.returncode == 0, done.stdout + done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _run(command: list[str], home: Path, more: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=home,
        env={**os.environ, **more},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
