"""The commands on cassettes by the rules that a project has set in its file."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from mockgw.cassette.emitter import HEAD, item
from mockgw.runner import cleaning_here
from tests.cli.tapes import call, cassette, told

TICKET = "TCK-" + "004217"
CUSTOMER = "Ada Lovelace"
CONFIG = """
mode = "record"
redact_paths = ["$.metadata.customer"]

[redact_patterns]
ticket = 'TCK-[0-9]{6}'
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project's folder, with its rules and a tape from before them."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mockgw.toml").write_text(CONFIG)
    one = call(f"What of {TICKET}?", f"{TICKET} is closed.")
    body = {**json.loads(one.request_body), "metadata": {"customer": CUSTOMER}}
    old = replace(one, request_body=json.dumps(body).encode())
    (tmp_path / "tape.yaml").write_text(HEAD + item(call("Hello")) + item(old))
    return tmp_path


def test_a_scan_finds_by_them_what_an_old_tape_holds(project: Path) -> None:
    lines = (project / "tape.yaml").read_text().splitlines()
    found = told("scan", "tape.yaml")
    assert {(one["kind"], lines[one["line"] - 1].count(TICKET)) for one in found} == {
        ("ticket", 1),
        ("path", 0),
    }
    assert [CUSTOMER in lines[one["line"] - 1] for one in found if one["kind"] == "path"] == [True]
    said = cassette("scan", "tape.yaml")
    assert said.exit_code == 1
    assert TICKET not in said.output
    assert CUSTOMER not in said.output


def test_redact_takes_it_out(project: Path) -> None:
    assert cassette("redact", "tape.yaml").exit_code == 0
    text = (project / "tape.yaml").read_text()
    assert TICKET not in text
    assert CUSTOMER not in text
    assert "REDACTED-ticket-" in text
    assert cassette("scan", "tape.yaml").exit_code == 0
    assert cassette("redact", "tape.yaml").output == "nothing to redact\n"


@pytest.mark.parametrize("command", ["show", "diff"])
def test_what_is_shown_of_an_old_tape_is_redacted(project: Path, command: str) -> None:
    (project / "other.yaml").write_text(HEAD)
    paths = ["tape.yaml"] if command == "show" else ["tape.yaml", "other.yaml"]
    for more in ([], ["--json"]):
        said = cassette(command, *paths, *more).output
        assert TICKET not in said
        assert "REDACTED-ticket-" in said


def test_no_half_of_a_secret_is_left_where_a_text_is_cut(project: Path) -> None:
    for before in range(55, 70):
        one = call(f"{'x' * before} {TICKET} {'y' * 40}", f"{'z' * before} {TICKET} one")
        other = replace(one, response_body=one.response_body.replace(b" one", b" two"))
        (project / "a.yaml").write_text(HEAD + item(one))
        (project / "b.yaml").write_text(HEAD + item(other))
        said = cassette("show", "a.yaml").output + cassette("diff", "a.yaml", "b.yaml").output
        assert TICKET[:5] not in said


def test_a_cassette_is_converted_by_them(project: Path) -> None:
    assert cassette("convert", "tape.yaml", "new.yaml").exit_code == 0
    assert TICKET not in (project / "new.yaml").read_text()
    assert CUSTOMER not in (project / "new.yaml").read_text()


def test_options_stand_in_for_the_file(project: Path) -> None:
    (project / "mockgw.toml").unlink()
    assert cassette("scan", "tape.yaml").exit_code == 0
    by_pattern = cassette("scan", "tape.yaml", "--redact-pattern", "ticket=TCK-[0-9]{6,}")
    by_path = cassette("scan", "tape.yaml", "--redact-path", "$..customer")
    by_file = cassette("scan", "tape.yaml", "--config", "elsewhere.toml")
    assert ": ticket\n" in by_pattern.output
    assert ": path\n" in by_path.output
    assert (by_file.exit_code, "elsewhere.toml does not exist" in by_file.output) == (2, True)


def test_the_salt_keys_the_placeholders(project: Path) -> None:
    texts = []
    for salt in ("one", "other"):
        (project / f"{salt}.yaml").write_text((project / "tape.yaml").read_text())
        assert cassette("redact", f"{salt}.yaml", "--redact-salt", salt).exit_code == 0
        texts.append((project / f"{salt}.yaml").read_text())
    assert texts[0] != texts[1]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            "redact_patterns = {ticket = 'TCK-('}",
            "key redact_patterns: the redaction pattern 'ticket' is no regular expression",
        ),
        ("redact_paths = ['metadata']", "redact_paths: 'metadata' is no JSON path."),
        ("keep_headers = ['authorization']", "keep_headers: authorization holds a key"),
        ("redact_people = 'yes'", "mockgw.toml, key redact_people: 'yes' is not allowed."),
    ],
)
def test_a_bad_rule_is_told_with_its_place(project: Path, rule: str, words: str) -> None:
    (project / "mockgw.toml").write_text(rule)
    for command in ("scan", "redact", "ls"):
        said = cassette(command, "tape.yaml")
        assert said.exit_code == 2
        assert words in " ".join(said.output.split())


def test_a_pattern_without_a_name_is_told() -> None:
    said = cassette("scan", "tape.yaml", "--redact-pattern", "TCK")
    assert said.exit_code == 2
    assert "--redact-pattern: 'TCK' is not allowed." in " ".join(said.output.split())


def test_two_patterns_of_one_name_are_told() -> None:
    rules = ("--redact-pattern", "ticket=TCK-1", "--redact-pattern", "ticket=TCK-2")
    said = cassette("scan", "tape.yaml", *rules)
    assert said.exit_code == 2
    assert "--redact-pattern: 'ticket' is given twice." in " ".join(said.output.split())


def test_the_rules_of_a_folder_are_found_from_python(project: Path) -> None:
    clean = cleaning_here()
    assert clean(f"{TICKET}!").startswith("REDACTED-ticket-")
    assert clean.hide({"metadata": {"customer": CUSTOMER}}) != {"metadata": {"customer": CUSTOMER}}
