"""The public names have the types that people are promised, by two type checkers."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.environments import ROOT, interpreter

FILE = Path("tests/typing/public.py")


@pytest.mark.slow
def test_mypy_sees_what_is_promised() -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(FILE)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


@pytest.mark.slow
def test_pyright_sees_what_is_promised() -> None:
    python = Path(interpreter(".venv-pyright", "basedpyright>=1.31"))
    # The rules are those of pyright itself, in its strict form, without the stricter fork's own.
    project = {"include": [str(ROOT / FILE)], "typeCheckingMode": "strict"}
    settings = python.parent.parent / "pyrightconfig.json"
    settings.write_text(json.dumps(project), encoding="utf-8")
    command = [str(python.parent / "basedpyright"), "--outputjson", "--pythonpath", sys.executable]
    done = subprocess.run(
        [*command, "-p", str(settings)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    told = json.loads(done.stdout)
    found = [
        (one["range"]["start"]["line"] + 1, one["message"]) for one in told["generalDiagnostics"]
    ]
    assert (found, told["summary"]["filesAnalyzed"]) == ([], 1)
