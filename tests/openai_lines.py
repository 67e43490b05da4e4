"""The interpreters of both lines of the `openai` package: 3.x is ours, 2.x has its own."""

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
_HOME = ROOT / ".venv-openai-2"
_WANTED = "openai>=2,<3"


@cache
def python_with_openai_2() -> str:
    """Return an interpreter that has openai 2.x; the first use makes its environment.

    Raises CalledProcessError when the package cannot be installed.
    """
    python = _HOME / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    stamp = _HOME / "installed"
    told = f"{_WANTED} for {sys.version}\n"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != told:
        shutil.rmtree(_HOME, ignore_errors=True)
        _run(sys.executable, "-m", "venv", str(_HOME))
        _run(str(python), "-m", "pip", "install", "--quiet", _WANTED)
        stamp.write_text(told, encoding="utf-8")
    return str(python)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
