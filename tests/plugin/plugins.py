"""The interpreter that has other people's pytest plugins; they would be active in every run."""

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
_HOME = ROOT / ".venv-plugins"
_WANTED = (
    "anyio>=4",
    "openai>=3.54,<4",
    "pytest-aiohttp>=1.1",
    "pytest-asyncio>=1.3",
    "pytest-httpx>=0.36",
    "pytest-randomly>=4",
    "pytest-recording>=0.13",
    "pytest-rerunfailures>=16",
    "pytest-socket>=0.7",
    "pytest-xdist>=3.8",
    "requests>=2.32",
    "respx>=0.22",
)


@cache
def python_with_plugins() -> str:
    """Return an interpreter that has the plugins and mockgw; the first use makes its environment.

    Raises CalledProcessError when they cannot be installed.
    """
    python = _HOME / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    stamp = _HOME / "installed"
    told = f"{_WANTED} for {sys.version}\n"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != told:
        shutil.rmtree(_HOME, ignore_errors=True)
        _run(sys.executable, "-m", "venv", str(_HOME))
        editable = ("-e", f"{ROOT}[pytest]")
        _run(str(python), "-m", "pip", "install", "--quiet", *editable, *_WANTED)
        stamp.write_text(told, encoding="utf-8")
    return str(python)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
