"""Settings: which source wins, and what is said about a wrong value."""

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from mockgw.errors import MockgwError
from mockgw.setting import Setting
from mockgw.settings import Settings, all_settings, loopback
from mockgw.sources import load

PAGE = Path(__file__).parent.parent / "docs" / "settings.md"
BEGIN, END = "<!-- settings: begin -->\n", "<!-- settings: end -->"


@pytest.mark.parametrize(
    ("argument", "variable", "file", "default", "winner"),
    [
        ("1", "2", "port = 3", 4, 1),
        (None, "2", "port = 3", 4, 2),
        (None, "", "port = 3", 4, 3),
        (None, None, "port = 3", 4, 3),
        (None, None, "", 4, 4),
        (None, None, "", None, 8787),
        (0, "2", "port = 3", 4, 0),
    ],
)
def test_argument_beats_variable_beats_file_beats_default(
    tmp_path: Path,
    argument: Any,
    variable: str | None,
    file: str,
    default: int | None,
    winner: int,
) -> None:
    (tmp_path / "mockgw.toml").write_text(file)
    environment = {} if variable is None else {"MOCKGW_PORT": variable}
    defaults = {} if default is None else {"port": default}

    settings = load({"port": argument}, environment, tmp_path, defaults)

    assert settings.port == winner


FILES = {
    "mockgw.toml": "seed = 1",
    "pyproject.toml": "[tool.mockgw]\nseed = 2",
    "other.toml": "seed = 3",
    "more.toml": "seed = 4",
}


@pytest.mark.parametrize(
    ("present", "arguments", "environment", "seed"),
    [
        (["mockgw.toml", "pyproject.toml"], {}, {}, 1),
        (["pyproject.toml"], {}, {}, 2),
        (["mockgw.toml", "other.toml"], {}, {"MOCKGW_CONFIG": "other.toml"}, 3),
        (
            ["other.toml", "more.toml"],
            {"config": "more.toml"},
            {"MOCKGW_CONFIG": "other.toml"},
            4,
        ),
        (["mockgw.toml", "pyproject.toml"], {"config": "pyproject.toml"}, {}, 2),
        ([], {}, {}, 0),
    ],
)
def test_one_file_is_read(
    tmp_path: Path,
    present: list[str],
    arguments: dict[str, str],
    environment: dict[str, str],
    seed: int,
) -> None:
    for name in present:
        (tmp_path / name).write_text(FILES[name])

    assert load(arguments, environment, tmp_path).seed == seed


def test_a_pyproject_without_our_table_sets_nothing(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'theirs'")

    assert load({}, {}, tmp_path) == Settings()


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("host", "::1", "::1"),
        ("port", "0", 0),
        ("ready_file", "run/url", "run/url"),
        ("api_keys", "sk-1,sk-2", ("sk-1", "sk-2")),
        ("auth", "false", False),
        ("quiet", "1", True),
        ("max_body", "2048", 2048),
        ("drain", "1.5", 1.5),
        ("journal_size", "5", 5),
        ("verdict", "warn", "warn"),
        ("state", "sqlite:kept.db", "sqlite:kept.db"),
        ("state_size", "6", 6),
        ("mode", "replay", "replay"),
        ("cassettes", "a.yaml, b c.yaml,", ("a.yaml", "b c.yaml")),
        ("watch", "true", True),
        ("templates", "a.yaml, rules", ("a.yaml", "rules")),
        ("match", "exact,sequence", ("exact", "sequence")),
        ("ignore", "$.user,$..id", ("$.user", "$..id")),
        ("aliases", "ours=gpt-5.5", ("ours=gpt-5.5",)),
        ("likeness", "0.9", 0.9),
        ("repeats", "cycle", "cycle"),
        ("replay_speed", "0.5", 0.5),
        ("seed", "7", 7),
        ("clock", "1700000000.5", "1700000000.5"),
        ("timing", "fast,rate=40", ("fast", "rate=40")),
        ("background", "0.5:20", "0.5:20"),
        ("faults", "reset rate=0.1,429", ("reset rate=0.1", "429")),
        ("limits", "requests=60/minute per=key", ("requests=60/minute per=key",)),
        ("gateways", '{"default": {"cache_ttl": 60}}', {"default": {"cache_ttl": 60}}),
        ("max_tokens", "refuse", "refuse"),
        ("obfuscation", "0", False),
        ("models", "mine", ("mine",)),
        ("upstream", "https://api.openai.com/v1", "https://api.openai.com/v1"),
        ("upstreams", "rest=https://a/b,openai=http://c", ("rest=https://a/b", "openai=http://c")),
        ("upstream_key", "sk-1", "sk-1"),
        ("upstream_timeout", "1.5", 1.5),
        ("keep_errors", "1", True),
        ("keep_timing", "0", False),
        ("cassette_style", "compact", "compact"),
        ("on_secret", "quarantine", "quarantine"),
        ("redact_patterns", '{"ticket": "TCK-[0-9]{6,8}"}', {"ticket": "TCK-[0-9]{6,8}"}),
        ("redact_paths", "$.user,$.metadata.customer", ("$.user", "$.metadata.customer")),
        ("redact_query", "session,who", ("session", "who")),
        ("redact_people", "1", True),
        ("redact_salt", "pepper", "pepper"),
        ("keep_headers", "x-trace,CF-Ray", ("x-trace", "CF-Ray")),
    ],
)
def test_every_setting_has_a_variable(tmp_path: Path, name: str, text: str, value: Any) -> None:
    assert getattr(load({}, {f"MOCKGW_{name.upper()}": text}, tmp_path), name) == value


def test_every_setting_is_in_the_table_above() -> None:
    marks = getattr(test_every_setting_has_a_variable, "pytestmark", [])

    assert [case[0] for case in marks[0].args[1]] == [setting.name for setting in all_settings()]


def test_a_file_speaks_in_its_own_types(tmp_path: Path) -> None:
    (tmp_path / "mockgw.toml").write_text(
        "drain = 2\nclock = 1700000000\nauth = false\nmodels = ['a,b', 'c']\nhost = 'localhost'"
    )

    settings = load({}, {}, tmp_path)

    assert (settings.drain, settings.clock, settings.auth) == (2.0, "1700000000", False)
    assert (settings.models, settings.host) == (("a,b", "c"), "localhost")


def test_paths_in_a_file_are_meant_from_its_folder(tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "ci.toml").write_text(
        "cassettes = ['tapes', '/abs/x.yaml']\nready_file = 'url'"
    )

    settings = load({"config": "conf/ci.toml"}, {}, tmp_path)

    assert settings.cassettes == (str(tmp_path / "conf" / "tapes"), "/abs/x.yaml")
    assert settings.ready_file == str(tmp_path / "conf" / "url")


@pytest.mark.parametrize(
    ("environment", "keys"),
    [
        ({"MOCKGW_API_KEY": "one"}, ("one",)),
        ({"MOCKGW_API_KEYS": "one,two"}, ("one", "two")),
        ({"MOCKGW_API_KEYS": "one,two", "MOCKGW_API_KEY": "three"}, ("one", "two")),
        ({"MOCKGW_API_KEYS": "", "MOCKGW_API_KEY": "three"}, ("three",)),
    ],
)
def test_keys_come_from_either_variable(
    tmp_path: Path, environment: dict[str, str], keys: tuple[str, ...]
) -> None:
    assert load({}, environment, tmp_path).api_keys == keys


@pytest.mark.parametrize(
    "environment",
    [
        {"MOCKGW_PORT": "tcp://10.0.0.1:8787", "MOCKGW_SERVICE_HOST": "10.0.0.1"},
        {"MOCKGW_PORT_8787_TCP_ADDR": "10.0.0.1", "MOCKGW_SERVICE_PORT": "8787"},
        {"MOCKGW_URL": "http://127.0.0.1:1", "_MOCKGW_COMPLETE": "bash_source"},
    ],
)
def test_variables_that_others_set_are_let_be(tmp_path: Path, environment: dict[str, str]) -> None:
    assert load({}, environment, tmp_path) == Settings()


@pytest.mark.parametrize(
    ("arguments", "environment", "file", "words"),
    [
        (
            {"mode": "replai"},
            {},
            "",
            (
                "--mode: 'replai' is not allowed.\n"
                "  Give one of auto, replay, synth, record, rerecord, live, diff (nearest: replay)."
            ),
        ),
        (
            {},
            {"MOCKGW_MODE": "xyz"},
            "",
            (
                "MOCKGW_MODE: 'xyz' is not allowed.\n"
                "  Give one of auto, replay, synth, record, rerecord, live, diff."
            ),
        ),
        (
            {},
            {"MOCKGW_PORT": "65536"},
            "",
            "MOCKGW_PORT: '65536' is not allowed.\n  Give a whole number from 0 to 65535.",
        ),
        (
            {"drain": "nan"},
            {},
            "",
            "--drain: 'nan' is not allowed.\n  Give a number from 0 to 600.",
        ),
        (
            {},
            {"MOCKGW_QUIET": "perhaps"},
            "",
            "MOCKGW_QUIET: 'perhaps' is not allowed.\n  Give true or false.",
        ),
        (
            {"clock": "noon"},
            {},
            "",
            "--clock: 'noon' is not allowed.\n  Give frozen, real, virtual or unix seconds.",
        ),
        (
            {},
            {"MOCKGW_API_KEY": "my secret"},
            "",
            (
                "MOCKGW_API_KEY: the value (not shown) is not allowed.\n"
                "  Give keys of printable ASCII without spaces."
            ),
        ),
        (
            {"api_keys": ("",)},
            {},
            "",
            (
                "--api-key: the value (not shown) is not allowed.\n"
                "  Give keys of printable ASCII without spaces."
            ),
        ),
        (
            {"colour": "red"},
            {},
            "",
            "argument colour: there is no such setting.\n"
            "  Known are " + ", ".join(setting.name for setting in all_settings()) + ".",
        ),
        (
            {},
            {"MOCKGW_MAX_BODDY": "1"},
            "",
            "MOCKGW_MAX_BODDY: there is no such setting.\n  Did you mean MOCKGW_MAX_BODY?",
        ),
        (
            {"match": ("exact", "fuzy")},
            {},
            "",
            (
                "--match: 'exact', 'fuzy' is not allowed.\n"
                "  Give exact, normalized, sequence, fuzzy, or several of them (nearest: fuzzy)."
            ),
        ),
        (
            {},
            {},
            "port = '80'",
            "FILE, key port: '80' is not allowed.\n  Give a whole number from 0 to 65535.",
        ),
        (
            {},
            {},
            "max-body = 5000",
            "FILE, key max-body: there is no such setting.\n  Did you mean max_body?",
        ),
        (
            {},
            {},
            "cassettes = 'one.yaml'",
            "FILE, key cassettes: 'one.yaml' is not allowed.\n  Give a list of paths.",
        ),
        (
            {},
            {},
            "port 80",
            (
                "FILE cannot be read as TOML: Expected '=' after a key in a key/value pair "
                "(at line 1, column 6)\n  Mend the file, or name another by --config."
            ),
        ),
        (
            {"config": "gone.toml"},
            {},
            "",
            (
                "The configuration file FOLDER/gone.toml does not exist.\n"
                "  Correct --config or MOCKGW_CONFIG."
            ),
        ),
        (
            {"host": "0.0.0.0"},
            {},
            "",
            (
                "Refused to listen on '0.0.0.0': others could reach it without a key.\n"
                "  Give --api-key KEY (or MOCKGW_API_KEY), or --no-auth to serve anybody."
            ),
        ),
        (
            {"mode": "record", "cassettes": ("a.yaml",)},
            {},
            "",
            (
                "Mode record needs an upstream to ask, and got None.\n"
                "  Give --upstream URL, such as https://api.openai.com/v1."
            ),
        ),
        (
            {"mode": "record", "upstream": "https://api.openai.com/v1"},
            {},
            "",
            ("Mode record writes to one cassette, and got 0.\n  Give --cassettes tape.yaml once."),
        ),
        (
            {"mode": "diff", "upstream": "rest=https://a/b"},
            {},
            "",
            (
                "Mode diff needs an upstream to ask, and got 'rest=https://a/b'.\n"
                "  Give --upstream-for rest=https://a/b."
            ),
        ),
        (
            {"mode": "live", "upstreams": ("gatway=https://a/b",)},
            {},
            "",
            (
                "--upstream-for: there is no door 'gatway'.\n"
                "  Give one of openai, gateway, rest, binding (nearest: gateway), then = and a URL."
            ),
        ),
        (
            {"mode": "live", "upstreams": ("openai=api.openai.com",)},
            {},
            "",
            (
                "--upstream-for: the door openai needs an upstream to ask, and got "
                "'api.openai.com'.\n  Give a URL, such as openai=https://api.openai.com/v1."
            ),
        ),
        (
            {"replay_speed": "fast"},
            {},
            "",
            (
                "--replay-speed: 'fast' is not allowed.\n"
                "  Give a number from 0 to 10000, fixed:MILLISECONDS or ttfb."
            ),
        ),
        (
            {"upstream_timeout": "0"},
            {},
            "",
            ("--upstream-timeout: '0' is not allowed.\n  Give a number above 0, at most 86400."),
        ),
    ],
)
def test_a_wrong_value_is_told_with_its_source(
    tmp_path: Path,
    arguments: dict[str, Any],
    environment: dict[str, str],
    file: str,
    words: str,
) -> None:
    path = tmp_path / "mockgw.toml"
    path.write_text(file)

    with pytest.raises(MockgwError) as caught:
        load(arguments, environment, tmp_path)

    assert str(caught.value) == words.replace("FILE", str(path)).replace("FOLDER", str(tmp_path))


def test_our_table_in_pyproject_must_be_a_table(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool]\nmockgw = 1")

    with pytest.raises(MockgwError, match=r"pyproject\.toml: tool\.mockgw is no table\."):
        load({}, {}, tmp_path)


@pytest.mark.parametrize(
    ("host", "alone"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("localhost", True),
        ("LOCALHOST", True),
        ("::1", True),
        ("[::1]", True),
        ("::ffff:127.0.0.1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.5", False),
        ("::ffff:10.0.0.1", False),
        ("example.com", False),
        ("localhost.example.com", False),
    ],
)
def test_loopback_is_what_only_this_host_can_reach(host: str, alone: bool) -> None:
    assert loopback(host) is alone


@pytest.mark.parametrize(
    ("text", "speed"),
    [("0", 0.0), ("1", 1.0), ("2.5", 2.5), ("fixed:20", "fixed:20"), ("ttfb", "ttfb")],
)
def test_a_speed_is_a_factor_or_a_word(tmp_path: Path, text: str, speed: float | str) -> None:
    assert load({"replay_speed": text}, {}, tmp_path).replay_speed == speed
    Settings(replay_speed=speed).check()


@pytest.mark.parametrize(
    ("door", "url"),
    [
        ("openai", "https://o/v1"),
        ("gateway", "https://g"),
        ("rest-run", "https://r"),
        ("rest-openai", "https://r"),
        ("binding", "https://g"),
    ],
)
def test_a_door_has_its_own_upstream_or_that_of_all(door: str, url: str) -> None:
    settings = Settings(upstream="https://g", upstreams=("openai=https://o/v1", "rest=https://r"))
    assert settings.upstream_of(door) == url


def test_a_door_without_an_upstream_has_none() -> None:
    assert Settings(upstreams=("rest=https://r",)).upstream_of("openai") is None


@pytest.mark.parametrize("settings", [{"api_keys": ("k",)}, {"auth": False}])
def test_a_bind_that_was_meant_is_let_through(settings: dict[str, Any]) -> None:
    Settings(host="0.0.0.0", **settings).check()


def test_settings_made_in_python_are_checked_too() -> None:
    with pytest.raises(MockgwError, match=r"Settings\(port=…\): 70000 is not allowed\."):
        Settings(port=70000).check()


def test_what_was_found_right_is_not_looked_at_again() -> None:
    right = Settings()
    with pytest.raises(MockgwError, match=r"^mark\(seed=…\): 'x' is not allowed\."):
        structs.replace(right, seed="x").check(right, "mark")
    structs.replace(right, seed=2).check(right)


@pytest.mark.parametrize(
    ("clock", "moment"),
    [("frozen", 1777054206.0), ("virtual", 1777054206.0), ("real", None), ("12.5", 12.5)],
)
def test_the_clock_stands_unless_it_is_the_real_one(clock: str, moment: float | None) -> None:
    assert Settings(clock=clock).stands_at == moment


HEAD = "| key | option | variable | default | takes | meaning |\n" + "| --- " * 6 + "|\n"


def reference_row(setting: Setting) -> str:
    """Return the line of the reference that describes the setting."""
    default = "none" if setting.default is None else json.dumps(setting.default)
    off = f", `--no-{setting.flag[2:]}`" if setting.base is bool else ""
    variables = ", ".join(f"`{name}`" for name in setting.variables)
    return (
        f"| `{setting.name}` | `{setting.flag}`{off} | {variables} | `{default}` "
        f"| {setting.allowed} | {setting.description} |\n"
    )


def test_the_reference_says_what_the_settings_say() -> None:
    table = PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]

    rows = "".join(reference_row(setting) for setting in all_settings())

    assert table == HEAD + rows
