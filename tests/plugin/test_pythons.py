"""The plugin's suites under every Python that it is for, where that is there."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.environments import ROOT, interpreter

_WANTED = (
    "cloudflare>=5",
    "httpx>=0.28",
    "openai>=3.54,<4",
    "pytest>=9.2,<10",
    "pytest-asyncio>=1.3",
    "pytest-timeout>=2.4",
    "pytest-xdist>=3.8",
    "requests>=2.32",
)
# The others need what only their own environments have, or are about files and not about Python.
_SUITES = ("choices", "failures", "isolation", "network", "recording", "rules", "tallies")


def found(version: str) -> str | None:
    """Return the newest interpreter of a version that runs, None when there is none."""
    homes = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"), reverse=True)
    named = shutil.which(f"python{version}")
    for python in [*map(str, homes), *([named] if named else [])]:
        told = subprocess.run([python, "--version"], capture_output=True, text=True, check=False)
        if told.stdout.startswith(f"Python {version}."):
            return python
    return None


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_the_plugins_suites_pass_under(version: str) -> None:
    if version == "{}.{}".format(*sys.version_info):
        pytest.skip("this run is of that Python")
    base = found(version)
    if base is None:
        pytest.skip(f"there is no Python {version} here")
    python = interpreter(f".venv-python-{version}", *_WANTED, ours=True, base=base)
    suites = [f"tests/plugin/test_{name}.py" for name in _SUITES]
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n2", *suites]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
