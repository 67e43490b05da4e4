import json
import sys
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mockgw.cassette.shipped import shipped
from mockgw.cli import main
from mockgw.cli.cassette import group
from mockgw.cli.cassette.files import tracked

SECRET = "sk-" + "proj-" + "a1B2" * 12
TAPE = f"""\
# mockgw cassette - vcrpy v1
version: 1
interactions:
- request:
    method: POST
    uri: "https://api.openai.com/v1/responses"
    headers:
      content-type: ["application/json"]
    body: '{{"model": "gpt-5.5", "input": "My key is {SECRET}"}}'
  response:
    headers:
      content-type: ["application/json"]
    body:
      string: '{{"id": "resp_1", "object": "response", "output": []}}'
    status: {{code: 200, message: "OK"}}
- request:
    method: GET
    uri: "https://example.com/other"
    headers: {{}}
    body: null
  response:
    headers: {{}}
    body:
      string: "x"
    status: {{code: 200, message: "OK"}}
"""


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    path = tmp_path / "tape.yaml"
    path.write_text(TAPE, "utf-8")
    return path


def cassette(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["cassette", *arguments])


def test_ls_tells_what_a_cassette_holds(tape: Path) -> None:
    told = cassette("ls", str(tape))
    assert told.output == (f"{tape}: 2 interactions (1 responses.create, 1 of other services)\n")
    assert told.exit_code == 0


def test_ls_takes_folders_and_speaks_json() -> None:
    [pro, chat] = json.loads(cassette("ls", "--json", str(shipped())).output)
    assert (pro["interactions"], pro["operations"]) == (5, {"responses.create": 5})
    assert (chat["interactions"], chat["operations"]) == (1, {"chat.create": 1})


def test_show_tells_what_was_asked() -> None:
    told = cassette("show", str(shipped() / "gpt-5.5.yaml"))
    assert told.output.endswith(
        "gpt-5.5.yaml:4  chat.create gpt-5.5 200 json  What are the three laws of thermodynamics?\n"
    )


def test_check_is_content_with_whole_cassettes(tape: Path) -> None:
    told = cassette("check", str(tape))
    assert (told.output, told.exit_code) == (f"{tape}: 2 interactions, all whole\n", 0)


def test_check_names_what_is_broken_and_repair_drops_what_was_cut_off(tape: Path) -> None:
    whole = tape.read_text("utf-8")
    tape.write_text(whole[: whole.rindex("    status")], "utf-8")
    broken = cassette("check", str(tape))
    assert broken.exit_code == 1
    assert str(tape) in broken.output
    mended = cassette("check", "--repair", str(tape))
    assert mended.exit_code == 0
    assert mended.output.splitlines()[-1] == f"{tape}: 1 interaction, all whole"
    assert tape.read_text("utf-8") == whole[: whole.rindex("- request")]


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        ("application/json", "<html>", "it is not JSON"),
        ("application/json", "[1]", "it is no JSON object"),
        ("text/event-stream", "data: {}", "ends before its response does"),
        ("text/event-stream", 'data: {"type": "response.completed"}', "not those of the API"),
    ],
)
def test_check_names_what_cannot_be_played(tape: Path, kind: str, body: str, said: str) -> None:
    answer = """'{"id": "resp_1", "object": "response", "output": []}'"""
    text = TAPE.replace(answer, f"'{body}'")
    at = text.index("  response:")
    tape.write_text(text[:at] + text[at:].replace("application/json", kind, 1), "utf-8")
    told = cassette("check", str(tape))
    assert told.exit_code == 1
    assert told.output.startswith(f"{tape}:4: the answer cannot be played: ")
    assert said in told.output
    assert told.output.endswith("\n  Record it again, or take it out of the cassette.\n")


def test_check_tells_file_line_and_remedy_to_programs(tape: Path) -> None:
    tape.write_text(TAPE.replace("    method: POST\n", ""), "utf-8")
    [one] = json.loads(cassette("check", "--json", str(tape)).output)
    [problem] = one["problems"]
    assert problem["what"].startswith(f"{tape}:4: interaction 1: the request has no method")
    assert "record it again" in problem["remedy"]


def test_an_answer_that_refuses_need_not_be_json(tape: Path) -> None:
    answer = """'{"id": "resp_1", "object": "response", "output": []}'"""
    text = TAPE.replace(answer, "<html>").replace("code: 200", "code: 502")
    tape.write_text(text, "utf-8")
    assert cassette("check", str(tape)).exit_code == 0


def test_scan_speaks_json(tape: Path) -> None:
    [found] = json.loads(cassette("scan", "--json", str(tape)).output)
    assert (found["file"], found["line"]) == (str(tape), 9)
    assert SECRET not in json.dumps(found)


def test_redact_takes_people_out_when_asked(tape: Path) -> None:
    tape.write_text(TAPE.replace(SECRET, "from ada@lovelace.org"), "utf-8")
    assert cassette("redact", str(tape)).output == "nothing to redact\n"
    assert cassette("redact", str(tape), "--people").output == f"{tape}: redacted\n"
    assert "ada@lovelace.org" not in tape.read_text("utf-8")


def test_help_names_every_command() -> None:
    told = cassette("--help").output
    assert all(name in told for name in group.commands)
    assert "Exit code 0" in told
    for name in group.commands:
        assert cassette(name, "--help").exit_code == 0


@pytest.mark.parametrize(
    ("terminal", "count", "shown"), [(True, 9, True), (True, 2, False), (False, 9, False)]
)
def test_many_things_are_counted_on_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, count: int, shown: bool
) -> None:
    stderr = StringIO()
    monkeypatch.setattr(stderr, "isatty", lambda: terminal)
    monkeypatch.setattr(sys, "stderr", stderr)
    assert list(tracked(range(count), "cassettes", 5)) == list(range(count))
    assert ("cassettes" in stderr.getvalue()) == shown


def test_scan_tells_where_a_secret_is_and_not_what_it_is(tape: Path) -> None:
    told = cassette("scan", str(tape))
    assert told.exit_code == 1
    assert told.output.startswith(f"{tape}:9: ")
    assert SECRET not in told.output


def test_redact_takes_it_out_and_scan_is_content(tape: Path) -> None:
    assert cassette("redact", str(tape)).output == f"{tape}: redacted\n"
    assert SECRET not in tape.read_text("utf-8")
    assert cassette("scan", str(tape)).output == "no secrets found\n"
    assert cassette("redact", str(tape)).output == "nothing to redact\n"


def test_the_shipped_cassettes_hold_no_secret() -> None:
    assert cassette("scan", str(shipped())).exit_code == 0


def test_a_missing_path_is_an_error_with_its_nearest(tape: Path) -> None:
    told = cassette("ls", str(tape.with_name("tap.yaml")))
    assert told.exit_code == 2
    assert "Did you mean" in told.output
