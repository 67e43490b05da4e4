"""What holds for a test: option before variable before mark before ini key before default."""

import pytest

from tests.plugin.suites import Suite

pytest_plugins = ["pytester"]

# The last of them that is given decides; each says a mode that differs from the one before.
LADDER = [
    ("default", {}, "auto"),
    ("ini", {"ini": "mockgw_mode = synth"}, "synth"),
    ("mark", {"mark": '@pytest.mark.mockgw(mode="replay")'}, "replay"),
    ("variable", {"variable": "synth"}, "synth"),
    ("option", {"option": "--mockgw-mode=none"}, "replay"),
]
TELLS_MODE = """
def test_mode(mockgw):
    mockgw.allow_misses()
    recorded = swallow("Recorded?")
    other = swallow("Other?")
    mode = "replay" if other == "swallowed" else "auto" if recorded == "Yes." else "synth"
    print("MODE", mode)
"""


@pytest.mark.parametrize("step", range(len(LADDER)), ids=[name for name, _, _ in LADDER])
def test_the_strongest_word_on_the_mode_decides(
    suite: Suite, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    suite.tape("shared/all.yaml", ("Recorded?", "Yes."))
    given = {name: text for _, words, _ in LADDER[: step + 1] for name, text in words.items()}
    suite.ini(given.get("ini", ""), "mockgw_cassettes = shared")
    if "variable" in given:
        monkeypatch.setenv("MOCKGW_MODE", given["variable"])
    suite.write(given.get("mark", "") + TELLS_MODE)
    arguments = [given["option"]] if "option" in given else []
    ran = suite.run("-rP", *arguments)
    ran.passed(1)
    assert f"MODE {LADDER[step][2]}" in ran.text


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("--mockgw-mode", "--mockgw-mode: there is no mode 'wild'."),
        ("MOCKGW_MODE", "MOCKGW_MODE: there is no mode 'wild'."),
        ("ini mockgw_mode", "ini mockgw_mode: there is no mode 'wild'."),
        ("--mockgw-unused", "--mockgw-unused: there is no unused 'wild'."),
        ("MOCKGW_UNUSED", "MOCKGW_UNUSED: there is no unused 'wild'."),
        ("ini mockgw_unused", "ini mockgw_unused: there is no unused 'wild'."),
    ],
)
def test_a_word_that_nobody_knows_is_told_with_the_place_that_says_it(
    suite: Suite, monkeypatch: pytest.MonkeyPatch, source: str, told: str
) -> None:
    suite.write("def test_any(mockgw): ...")
    arguments = []
    if source.startswith("--"):
        arguments = [f"{source}=wild"]
    elif source.startswith("ini "):
        suite.ini(f"{source[4:]} = wild")
    else:
        monkeypatch.setenv(source, "wild")
    ran = suite.run(*arguments)
    assert ran.counts == {"errors": 1}
    assert ran.told("ERROR at setup of test_any").splitlines()[0] == told


@pytest.mark.parametrize("option", ["fail", "ignore"])
def test_the_option_on_unused_recordings_wins_over_the_mark(suite: Suite, option: str) -> None:
    suite.tape("cassettes/test_it/test_one.yaml", ("Hello", "Hi."))
    other = "ignore" if option == "fail" else "fail"
    suite.ini(f"mockgw_unused = {other}")
    suite.write(f'@pytest.mark.mockgw(unused="{other}")\ndef test_one(mockgw): ...')
    ran = suite.run(f"--mockgw-unused={option}")
    assert ran.counts == ({"failed": 1} if option == "fail" else {"passed": 1})


def test_marks_of_module_class_and_test_are_merged_and_the_nearest_wins(suite: Suite) -> None:
    suite.tape("cassettes/a.yaml", ("Hello", "A."))
    suite.tape("cassettes/b.yaml", ("Hello", "B."))
    suite.write("""
pytestmark = pytest.mark.mockgw(cassette="a.yaml", match="exact")

def test_module(mockgw):
    assert ask().output_text == "A."
    assert swallow(temperature=1) == "swallowed"
    mockgw.allow_misses()

@pytest.mark.mockgw(cassette="b.yaml")
class TestClass:
    def test_class(self, mockgw):
        assert ask().output_text == "B."

    @pytest.mark.mockgw(match="normalized", mode="auto")
    def test_nearest(self, mockgw):
        assert ask(temperature=1).output_text == "B."
        assert ask("Another.").output_text

    @pytest.mark.mockgw(cassette=["a.yaml", "b.yaml"], repeats="last")
    def test_list(self, mockgw):
        assert [ask().output_text for _ in range(3)] == ["A.", "B.", "B."]
""")
    suite.run().passed(4)


@pytest.mark.parametrize("place", ["", "cassettes", "cassettes/test_it", "../tapes"])
def test_a_named_cassette_is_found_beside_the_test_in_its_folders_and_below_the_root(
    suite: Suite, place: str
) -> None:
    suite.tape(f"deep/{place}/one.yaml", ("Hello", "Found."))
    name = "tapes/one.yaml" if place == "../tapes" else "one.yaml"
    suite.write(
        f"""
@pytest.mark.mockgw(cassette="{name}")
def test_found(mockgw):
    assert ask().output_text == "Found."
""",
        "deep/test_it",
    )
    suite.run().passed(1)


def test_cassettes_of_the_run_answer_tests_that_have_none_of_their_own(suite: Suite) -> None:
    suite.tape("shared/deep/all.yaml", ("Hello", "Shared."))
    suite.tape("cassettes/test_it/test_own.yaml", ("Hello", "Own."))
    suite.write("""
def test_own(mockgw):
    assert ask().output_text == "Own."

def test_shared(mockgw):
    assert ask().output_text == "Shared."
    assert ask("Other.").output_text not in ("Shared.", "Own.")

@pytest.mark.mockgw(unused="fail")
def test_shared_ones_need_not_be_played(mockgw): ...
""")
    suite.run("--mockgw-cassettes=shared").passed(3)
    ran = suite.run("--mockgw-cassettes=nowhere")
    assert ran.counts == {"passed": 1, "errors": 2}
    assert "There is no cassette '" in ran.text


def test_a_test_finds_the_cassette_that_is_named_after_it(suite: Suite) -> None:
    suite.tape("cassettes/test_it/test_twice[1].yaml", ("Hello", "One."))
    suite.tape("cassettes/test_it/TestIt.test_twice.yaml", ("Hello", "Class."))
    suite.tape("cassettes/test_it/test_odd[a-b-c].yaml", ("Hello", "Odd."))
    suite.write("""
@pytest.mark.parametrize("n", [1])
def test_twice(mockgw, n):
    assert ask().output_text == "One."

@pytest.mark.parametrize("n", ["a/b:c"])
def test_odd(mockgw, n):
    assert ask().output_text == "Odd."

class TestIt:
    def test_twice(self, mockgw):
        assert ask().output_text == "Class."
""")
    suite.run().passed(3)


def test_the_header_says_what_was_chosen_for_the_whole_run(
    suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite.write("def test_any(): ...")
    assert "\nmockgw: " not in suite.run().text
    suite.ini("mockgw_mode = synth")
    assert "\nmockgw: mode synth\n" in suite.run().text
    monkeypatch.setenv("MOCKGW_MODE", "auto")
    assert "\nmockgw: mode auto\n" in suite.run().text
    ran = suite.run("--mockgw-mode=replay", "--mockgw-unused=warn", "--mockgw-block-network")
    assert "\nmockgw: mode replay, unused warn, network blocked\n" in ran.text


def test_help_and_marks_tell_of_the_plugin(suite: Suite) -> None:
    told = suite.run("--help").text
    for name in ("mode", "unused", "cassettes", "report", "block-network"):
        assert f"--mockgw-{name}" in told
    for name in ("mode", "unused", "cassettes", "seed", "block_network"):
        assert f"  mockgw_{name} (" in told
    assert "@pytest.mark.mockgw(cassette=" in suite.run("--markers").text
    fixtures = suite.run("--fixtures").text
    assert "mockgw_server [session scope]" in fixtures
    assert "Return a fake gateway for this test alone" in fixtures


TELLS_ID = """
def test_id(mockgw):
    answer = ask()
    print("ID", answer.id, answer.created_at, answer.output_text)
"""


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("ID ")]


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(suite: Suite) -> None:
    suite.write(TELLS_ID)
    first = lines(suite.run("-rP").text)
    assert first == lines(suite.run("-rP").text)
    suite.ini("mockgw_seed = 7")
    seventh = lines(suite.run("-rP").text)
    assert seventh == lines(suite.run("-rP").text) != first
    suite.ini()
    suite.write('@pytest.mark.mockgw(seed=7, clock="1800000000")' + TELLS_ID)
    marked = lines(suite.run("-rP").text)
    assert marked[0].split()[3:] == seventh[0].split()[3:]
    assert " 1800000000.0 " in marked[0]


def test_a_seed_of_the_ini_file_that_is_no_number_is_told(suite: Suite) -> None:
    suite.ini("mockgw_seed = many")
    suite.write("def test_any(mockgw): ...")
    ran = suite.run()
    assert ran.counts == {"errors": 1}
    told = ran.told("ERROR at setup of test_any")
    assert "'many' is not allowed" in told
    assert "Traceback" not in told
    assert "def mockgw_settings" not in told


def test_settings_can_be_overridden(suite: Suite) -> None:
    suite.conftest("""
from mockgw import Settings

@pytest.fixture(scope="session")
def mockgw_settings():
    return Settings(port=0, api_keys=("sk-ours",), models=("our-own",))
""")
    suite.write("""
import os

def test_key(mockgw):
    assert mockgw.api_key == os.environ["OPENAI_API_KEY"] == "sk-ours"
    assert os.environ["CLOUDFLARE_API_TOKEN"] == "sk-ours"
    with OpenAI() as client:
        assert client.responses.create(model="our-own", input="x").output_text
    with OpenAI(api_key="sk-other", max_retries=0) as client:
        with pytest.raises(OpenAIError, match="401"):
            client.responses.create(model="our-own", input="x")
    assert [asked.status for asked in mockgw.requests] == [200, 401]
""")
    suite.run().passed(1)


def test_settings_that_cannot_be_served_are_told_without_our_frames(suite: Suite) -> None:
    suite.conftest("""
from mockgw import Settings

@pytest.fixture(scope="session")
def mockgw_settings():
    return Settings(port=0, host="0.0.0.0")
""")
    suite.write("def test_any(mockgw): ...")
    ran = suite.run()
    assert ran.counts == {"errors": 1}
    told = ran.told("ERROR at setup of test_any").splitlines()
    assert told[0] == "Refused to listen on '0.0.0.0': others could reach it without a key."


def test_the_file_of_settings_below_the_root_is_read(suite: Suite) -> None:
    (suite.folder / "mockgw.toml").write_text('models = ["our-own"]\nseed = 7\n', encoding="utf-8")
    suite.write("""
def test_model(mockgw, mockgw_settings):
    assert mockgw_settings.seed == 7
    with OpenAI() as client:
        assert client.responses.create(model="our-own", input="x").output_text
""")
    suite.run().passed(1)
