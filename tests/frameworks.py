"""Interpreters that have mockgw and one package that our own has not, each made when first used."""

import re
import shutil
import subprocess
import sys
from functools import cache

from tests.pages import ROOT

_HOME = ROOT / ".venv-frameworks"
_ALWAYS = ("openai", "pytest-asyncio>=1.3", "--editable", f"{ROOT}[pytest]")


@cache
def python_with(package: str) -> str:
    """Return an interpreter that has mockgw, pytest, openai in any version, and the package.

    Raises CalledProcessError when it cannot be installed.
    """
    home = _HOME / re.sub(r"\W+", "-", package)
    python = home / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    stamp = home / "installed"
    told = f"{package} for {sys.version}\n{(ROOT / 'pyproject.toml').read_text('utf-8')}"
    if not stamp.exists() or stamp.read_text("utf-8") != told:
        shutil.rmtree(home, ignore_errors=True)
        _run(sys.executable, "-m", "venv", str(home))
        # A pip that came with an old Python takes minutes to find versions that fit.
        _run(str(python), "-m", "pip", "install", "--quiet", "--upgrade", "pip")
        _run(str(python), "-m", "pip", "install", "--quiet", package, *_ALWAYS)
        stamp.write_text(told, "utf-8")
    return str(python)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
