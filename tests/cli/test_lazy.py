"""Commands stay quick: nobody pays at the start for what few ask of them."""

import os
import subprocess
import sys

import pytest

HEAVY = ("aiohttp", "faker", "vcr", "yaml", "splintr", "jsonschema_rs")
PROGRAM = f"""
import atexit, sys
atexit.register(
    lambda: print("imported:", *[name for name in {HEAVY} if name in sys.modules], file=sys.stderr)
)
from mockgw.cli import main
main(prog_name="mockgw")
"""


@pytest.mark.parametrize(
    ("arguments", "environment", "shown"),
    [
        (["--help"], {}, "serve"),
        (["--version"], {}, "mockgw, version "),
        (["serve", "--help"], {}, "MOCKGW_MAX_BODY"),
        ([], {"_MOCKGW_COMPLETE": "bash_complete", "COMP_WORDS": "mockgw s"}, "plain,serve"),
        (
            [],
            {"_MOCKGW_COMPLETE": "bash_complete", "COMP_WORDS": "mockgw serve --mode "},
            "plain,replay",
        ),
    ],
)
def test_what_runs_no_server_imports_nothing_heavy(
    arguments: list[str], environment: dict[str, str], shown: str
) -> None:
    words = environment.get("COMP_WORDS", "").split(" ")

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        env={**os.environ, **environment, "COMP_CWORD": str(len(words) - 1)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert shown in done.stdout
    assert done.stderr.splitlines()[-1:] == ["imported:"]


# What a server needs for what it may be asked, but not for starting and answering from a tape.
LATER = (
    *("faker", "jinja2", "tomllib", "vcr", "watchfiles", "yaml"),
    *("mockgw.openapi", "mockgw.passing", "mockgw.recorder", "mockgw.templates.yaml_text"),
    *("mockgw.verdict", "mockgw.redaction.redactor"),
)
SERVER = f"""
import asyncio, sys
import mockgw.cli.serve
from mockgw.runner import start
from mockgw.settings import Settings

async def main():
    gateway = await start(Settings(port=0))
    print(len(gateway.tapes.recordings), [name for name in {LATER} if name in sys.modules])
    await gateway.stop()

asyncio.run(main())
"""


def test_a_server_starts_without_what_few_ask_of_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SERVER], capture_output=True, text=True, timeout=60, check=False
    )

    count, _, loaded = done.stdout.strip().partition(" ")
    assert int(count) > 0, done.stderr
    assert loaded == "[]"
