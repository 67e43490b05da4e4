"""Suites of somebody else's: written into a folder of their own, and run by pytest there."""

import json
import os
import re
from pathlib import Path
from typing import Any

import httpcore  # noqa: F401 - imported twice, its errors are not those that httpx knows
import httpcore2  # noqa: F401 - the same of httpx2
import openai  # noqa: F401 - a suite that imports it again would take a second for it
import pytest
import yaml

from mockgw.draft import Draft, Says
from mockgw.testing import open as opening  # noqa: F401 - the same
from tests.calls import respond

INI = """
[pytest]
asyncio_mode = auto
asyncio_default_fixture_loop_scope = function
filterwarnings = default
pythonpath = .
"""
ASKING = """
import pytest
from openai import AsyncOpenAI, OpenAI, OpenAIError


def ask(question="Hello", **options):
    with OpenAI(max_retries=0) as client:
        return client.responses.create(model="gpt-5.5", input=question, **options)


def swallow(*asked, **options):
    try:
        return ask(*asked, **options).output_text
    except OpenAIError:
        return "swallowed"
"""


_PLURALS = {"error": "errors", "warning": "warnings"}


class Ran:
    """What a run printed, and how it ended."""

    def __init__(self, text: str, errors: str) -> None:
        self.text = text
        self.errors = errors
        ended = re.search(r"(?m)^=* ?(\d.*) in [\d.]+s", text)
        counted = re.findall(r"(\d+) ([a-z]+)", ended[1]) if ended else []
        self.counts = {_PLURALS.get(noun, noun): int(count) for count, noun in counted}

    def passed(self, count: int) -> None:
        """Assert that so many tests passed, and nothing else happened."""
        told = {
            name: number
            for name, number in self.counts.items()
            if name not in {"warnings", "deselected"}
        }
        assert told == {"passed": count}, self.text + self.errors

    def told(self, title: str) -> str:
        """Return what stands below a failure's title: the whole text of a failure without trace."""
        found = re.search(
            rf"(?m)^_+ {re.escape(title)} _+\n((?:.|\n)*?)\n(?=[_=-]{{3,}} ?)", self.text
        )
        assert found, self.text
        return found[1]


class Suite:
    """A folder with a suite in it."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.folder = pytester.path
        pytester.makeini(INI)
        pytester.makepyfile(asking=ASKING)

    def write(self, code: str, name: str = "test_it") -> None:
        """Write a module that has `ask` and `swallow`; its own first line is its second."""
        path = self.folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("from asking import *\n" + code, encoding="utf-8")

    def conftest(self, code: str) -> None:
        """Write the suite's conftest."""
        (self.folder / "conftest.py").write_text("from asking import *\n" + code, encoding="utf-8")

    def ini(self, *lines: str) -> None:
        """Add keys to the ini file."""
        self.pytester.makeini(INI + "\n".join(lines))

    def run(self, *arguments: str, apart: bool = False) -> Ran:
        """Run the suite, in a process of its own when it has to be apart."""
        how = self.pytester.runpytest_subprocess if apart else self.pytester.runpytest_inprocess
        result = how("-p", "no:cacheprovider", "-p", "no:schemathesis", *arguments)
        return Ran(result.stdout.str(), result.stderr.str())

    def tape(self, path: str, *said: tuple[str, str]) -> Path:
        """Write a cassette of questions to gpt-5.5 and their answers."""
        told = [exchange(question, answer) for question, answer in said]
        return self._written(path, json.dumps({"version": 1, "interactions": told}))

    def editable(self, path: str, *said: tuple[str, str], at: str = "") -> Path:
        """Write a cassette to which one can add, as vcrpy does; `at` is when it was recorded."""
        told = [exchange(question, answer) for question, answer in said]
        for one in told if at else ():
            one["response"]["mockgw"] = {"v": 1, "at": at}
        return self._written(path, yaml.safe_dump({"interactions": told, "version": 1}))

    def _written(self, path: str, text: str) -> Path:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file


def exchange(question: str, answer: str) -> dict[str, Any]:
    """Return an interaction as vcrpy keeps it."""
    asked = {"model": "gpt-5.5", "input": question}
    given = respond(asked, draft=Draft(parts=(Says(answer),)))
    return {
        "request": {
            "method": "POST",
            "uri": "https://api.openai.com/v1/responses",
            "headers": {"content-type": ["application/json"]},
            "body": json.dumps(asked),
        },
        "response": {
            "status": {"code": 200, "message": "OK"},
            "headers": {"content-type": ["application/json"]},
            "body": {"string": json.dumps(given)},
        },
    }


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what the environment of this run says to the suite's."""
    for name in list(os.environ):
        if name == "CI" or name.startswith(("MOCKGW_", "OPENAI_", "CLOUDFLARE_", "PYTEST_")):
            monkeypatch.delenv(name)
