"""Interpreters that have what our own has not, each made when it is first asked for."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from mockgw.canonical import digest
from mockgw.cassette.lock import locked

ROOT = Path(__file__).parent.parent


@cache
def interpreter(home: str, *wanted: str, ours: bool = False, base: str = sys.executable) -> str:
    """Return the interpreter of an environment that has the wanted packages, and mockgw if `ours`.

    `home` is its folder below the root. It is made anew, of the interpreter `base`, when something
    else is wanted. Raises CalledProcessError when a package cannot be installed.
    """
    folder = ROOT / home
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    stamp = folder / "installed"
    own = (ROOT / "pyproject.toml").read_text("utf-8") if ours else ""
    whose = sys.version if base == sys.executable else base
    told = f"{wanted} for {whose}\n{own}"
    with alone(home):
        if stamp.exists() and stamp.read_text("utf-8") == told:
            return str(python)
        shutil.rmtree(folder, ignore_errors=True)
        _run(base, "-m", "venv", str(folder))
        # A pip that came with an old Python takes minutes to find versions that fit.
        _run(str(python), "-m", "pip", "install", "--quiet", "--upgrade", "pip")
        editable = ("--editable", f"{ROOT}[pytest]") if ours else ()
        _run(str(python), "-m", "pip", "install", "--quiet", *wanted, *editable)
        stamp.write_text(told, "utf-8")
    return str(python)


@cache
def node_modules(home: str, manifest: Path) -> Path:
    """Return the `node_modules` that has what the manifest, a package.json, wants.

    `home` is its folder below the root. Skips the test when node is not here, or the packages
    are not to be had.
    """
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node and npm are not on the PATH")
    folder, wanted = ROOT / home, manifest.read_text("utf-8")
    stamp = folder / "installed"
    with alone(home):
        if not stamp.exists() or stamp.read_text("utf-8") != wanted:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            (folder / "package.json").write_text(wanted, "utf-8")
            quiet = ("--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts")
            command = ["npm", "install", *quiet]
            done = subprocess.run(
                command, cwd=folder, check=False, capture_output=True, text=True, timeout=300
            )
            if done.returncode:
                pytest.skip(f"npm could not install the packages: {done.stderr[-300:]}")
            stamp.write_text(wanted, "utf-8")
    return folder / "node_modules"


@contextmanager
def alone(home: str) -> Iterator[None]:
    """Wait until no other process makes the folder of that name below the root."""
    lock = Path(tempfile.gettempdir()) / f"mockgw-{digest(str(ROOT / home))}.lock"
    with lock.open("wb") as held, locked(held.fileno()):
        yield


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
