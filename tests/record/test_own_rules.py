"""A project's own rules of redaction: effective in file, log, journal and miss, and when played."""

import json
import logging
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from mockgw.cli.report import line
from mockgw.errors import MockgwError
from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from mockgw.testing.truth import misses
from tests.record.test_secrets import ask, echo, journal

TICKET = "TCK-" + "004217"
CUSTOMER = "Ada Lovelace, Analytical Engines"
MAIL = "ada@analytical.engine.org"
SESSION = "tuesday"
SALT = "cellar salt"
SECRETS = [TICKET, CUSTOMER, MAIL, SESSION, SALT, "Babbage"]
RULES: dict[str, Any] = {
    "redact_patterns": {"ticket": "TCK-[0-9]{6}"},
    "redact_paths": ("$.metadata.customer",),
    "redact_query": ("visit",),
    "redact_people": True,
    "redact_salt": SALT,
    "keep_headers": ("openai-organization",),
}
TEXT = f"Mr. Babbage asks about {TICKET}; write to {MAIL}, for {CUSTOMER}."
WORDS = {"metadata": {"customer": CUSTOMER, "plan": "gold"}}


def left(told: str) -> list[str]:
    return [one for one in SECRETS if one in told]


async def recorded(tape: Path, **rules: Any) -> tuple[str, Gateway]:
    """Record calls that hold all the secrets; return what the journal tells, and the gateway."""
    async with echo() as upstream:
        settings = Settings(
            port=0, mode="record", cassettes=(str(tape),), upstream=f"{upstream}/v1", **rules
        )
        async with running(settings) as gateway:
            await ask(gateway, "/v1/responses", TEXT, **WORDS)
            await ask(gateway, "/v1/responses", f"{TEXT} And again.", stream=True, **WORDS)
            await ask(gateway, f"/v1/responses?visit={SESSION}", "Hello.", **WORDS)
            told = await journal(gateway)
            told += await got(gateway, "/_mockgw/journal?format=har")
            told += await got(gateway, "/_mockgw/journal?format=cassette")
            return told, gateway


async def got(gateway: Gateway, path: str) -> str:
    async with aiohttp.ClientSession() as client, client.get(f"{gateway.url}{path}") as answer:
        assert answer.status == 200
        return await answer.text()


async def test_nothing_that_the_rules_hide_is_left_anywhere(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    tape = tmp_path / "tape.yaml"
    told, gateway = await recorded(tape, **RULES)
    assert gateway.ledger is not None
    assert gateway.ledger.line() == "3 kept"
    lines = "\n".join(line(one, gateway.clean) for one in gateway.journal.entries())
    for where, text in (
        ("file", tape.read_text("utf-8")),
        ("log", caplog.text),
        ("journal, HAR and cassette", told),
        ("lines", lines),
    ):
        assert left(text) == [], where
    text = tape.read_text("utf-8")
    assert "REDACTED-ticket-" in text
    assert "gold" in text
    assert 'openai-organization: ["org-abcdefgh"]' in text
    assert "visit=REDACTED" in text
    assert "@example.com" in text


async def test_without_the_rules_all_of_it_is_there(tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    await recorded(tape)
    assert set(left(tape.read_text("utf-8"))) == {*SECRETS} - {SALT}


@pytest.mark.parametrize("through", ["/v1", "/client/v4/accounts/" + "a" * 32 + "/ai/v1"])
async def test_what_was_recorded_by_the_rules_is_played_by_them(
    tmp_path: Path, through: str
) -> None:
    tape = tmp_path / "tape.yaml"
    await recorded(tape, **RULES)
    settings = Settings(port=0, mode="replay", cassettes=(str(tape),), **RULES)
    async with running(settings) as gateway:
        await ask(gateway, f"{through}/responses", TEXT, **WORDS)
        await ask(gateway, f"{through}/responses", TEXT, metadata={"customer": "Somebody else"})
        entries = gateway.journal.entries()
    assert [one.source for one in entries] == ["replay", "missing"]
    assert entries[0].match == "normalized"


async def test_a_hidden_value_still_tells_two_calls_apart(tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    rules = {"redact_paths": ("$.instructions", "$.tools[0].description")}
    tools = [
        {"type": "function", "name": "b", "parameters": {}, "description": "Zeta, for Ada."},
        {"type": "function", "name": "a", "parameters": {}, "description": "All of it."},
    ]
    async with echo() as upstream:
        settings = Settings(
            port=0,
            mode="record",
            cassettes=(str(tape),),
            upstream=f"{upstream}/v1",
            **rules,  # type: ignore[arg-type] # a tuple of paths
        )
        async with running(settings) as gateway:
            await ask(gateway, "/v1/responses", "Hi", tools=tools, instructions="For Ada")
    assert "Zeta" not in tape.read_text("utf-8")
    played = Settings(port=0, mode="replay", cassettes=(str(tape),), **rules)  # type: ignore[arg-type] # the same
    async with running(played) as gateway:
        await ask(gateway, "/v1/responses", "Hi", tools=tools, instructions="For Ada")
        await ask(gateway, "/v1/responses", "Hi", tools=tools, instructions="For Eve")
        entries = gateway.journal.entries()
        assert [one.source for one in entries] == ["replay", "missing"]
        told = entries[1].error + await journal(gateway)
    assert "instructions: asked 'REDACTED-secret-" in entries[1].error
    assert "Eve" not in told


async def test_a_tape_from_before_the_rules_is_played_by_them(tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    await recorded(tape)
    async with running(
        Settings(port=0, mode="replay", match=("normalized",), cassettes=(str(tape),), **RULES)
    ) as gateway:
        await ask(gateway, "/v1/responses", TEXT, **WORDS)
        assert [one.source for one in gateway.journal.entries()] == ["replay"]


async def test_the_report_of_a_miss_is_told_by_the_rules(tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    await recorded(tape, **RULES)
    async with running(Settings(port=0, mode="replay", cassettes=(str(tape),), **RULES)) as gateway:
        said = await ask(gateway, "/v1/responses", f"{TICKET} of {MAIL}?", **WORDS)
        await ask(gateway, "/v1/responses", "Hello.", user=TICKET, model=TICKET)
        entries = gateway.journal.entries()
        told = [*misses(entries, gateway.clean), *(line(one, gateway.clean) for one in entries)]
        told += [said.decode(), await journal(gateway)]
    assert "nearest" in told[0]
    assert left(" ".join(told)) == []


async def test_the_upstream_is_compared_without_what_the_rules_hide(tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    await recorded(tape, **RULES)
    async with echo() as upstream:
        settings = Settings(
            port=0, mode="diff", cassettes=(str(tape),), upstream=f"{upstream}/v1", **RULES
        )
        async with running(settings) as gateway:
            await ask(gateway, "/v1/responses", TEXT, **WORDS)
    [entry] = gateway.journal.entries()
    assert entry.notes[0].startswith("the upstream says the same")
    assert left(" ".join(entry.notes)) == []


async def test_what_is_recorded_now_has_its_line(tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    _, gateway = await recorded(tape)
    lines = tape.read_text("utf-8").splitlines()
    begins = [place for place, text in enumerate(lines, 1) if text.startswith("- request")]
    assert [one.where for one in gateway.tapes.recordings] == [f"{tape}:{one}" for one in begins]


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (
            {"redact_patterns": {"ticket": "TCK-["}},
            r"Settings\(redact_patterns=…\): the .* 'ticket' is no .*\n  Mend 'TCK-\['\.",
        ),
        (
            {"redact_patterns": {"ticket": "(?:TCK)*"}},
            r"'ticket' matches where nothing is\n  Let '\(\?:TCK\)\*' match one letter at least",
        ),
        ({"redact_patterns": {"ticket": r"\b"}}, "matches where nothing is"),
        ({"redact_patterns": {"My Ticket": "x"}}, r"'My Ticket' .*\n  Call it 'myticket'\."),
        ({"redact_paths": ("metadata",)}, r"redact_paths: 'metadata' is no JSON path\.\n  Write"),
        ({"keep_headers": ("Set-Cookie",)}, r"keep_headers: set-cookie holds a key"),
        ({"keep_headers": ("a b",)}, r"'a b' is not allowed\.\n  Give names of headers"),
    ],
)
def test_a_bad_rule_is_refused_before_anything_is_served(rules: dict[str, Any], words: str) -> None:
    with pytest.raises(MockgwError, match=words), running(Settings(port=0, **rules)):
        pass


def test_the_salt_is_never_shown() -> None:
    with pytest.raises(MockgwError, match=r"the value \(not shown\)") as caught:
        Settings(redact_salt="").check()
    assert json.dumps(str(caught.value)).count("''") == 0
