"""A suite with rules of redaction of its own: what its tests are told, and what is in its tapes."""

import pytest

from tests.plugin.suites import Suite

pytest_plugins = ["pytester"]
TICKET = "TCK-" + "004217"
RULE = "redact_patterns = {ticket = 'TCK-[0-9]{6}'}"


@pytest.mark.parametrize("more", [(), ("-n", "1")], ids=["alone", "xdist"])
def test_the_rules_of_a_projects_file_hold_in_its_suite(
    suite: Suite, more: tuple[str, ...]
) -> None:
    (suite.folder / "mockgw.toml").write_text(RULE)
    suite.tape("cassettes/test_it/test_leaks.yaml", ("Hello", f"It is {TICKET}."))
    suite.write("""
def test_leaks(mockgw):
    ask()

def test_told(mockgw):
    mockgw.reply("Fine.")
    ask("Of TCK-" + "004217")
    assert repr(mockgw.last).startswith("<responses.create gpt-5.5 'Of REDACTED-ticket-")

@pytest.mark.mockgw(mode="replay", cassette="test_leaks.yaml")
def test_missed(mockgw):
    swallow("And TCK-" + "004217?")
""")
    ran = suite.run(*more, "--mockgw-report=report.json", apart=bool(more))
    assert ran.counts == {"passed": 2, "failed": 1}, ran.text
    assert "1 secret is in a cassette:\n  cassettes/test_it/test_leaks.yaml:1: ticket" in ran.text
    assert "'And REDACTED-ticket-" in ran.text
    report = (suite.folder / "report.json").read_text(encoding="utf-8")
    assert TICKET not in ran.text + report


def test_the_rules_of_the_fixture_hold_too(suite: Suite) -> None:
    suite.conftest("""
from msgspec.structs import replace

@pytest.fixture(scope="session")
def mockgw_settings(mockgw_settings):
    return replace(mockgw_settings, redact_paths=("$.input",))
""")
    suite.write("""
def test_told(mockgw):
    swallow("Nobody may see this.")
    assert repr(mockgw.last).startswith("<responses.create gpt-5.5 'REDACTED-secret-")
    assert mockgw.last.text == "Nobody may see this."

@pytest.mark.mockgw(mode="replay")
def test_missed(mockgw):
    swallow("Nobody may see this.")
""")
    ran = suite.run()
    assert ran.counts == {"passed": 1, "failed": 1}, ran.text
    assert "Nobody may see this." not in ran.told("test_missed").replace("swallow", "")
