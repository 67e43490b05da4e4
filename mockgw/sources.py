"""Where settings come from, and the one function that decides which source wins."""

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mockgw.errors import MockgwError
from mockgw.setting import PREFIX, Setting
from mockgw.settings import CONFIG_VARIABLE, Settings, all_settings


def load(
    arguments: Mapping[str, Any],
    environment: Mapping[str, str],
    directory: Path,
    defaults: Mapping[str, Any] | None = None,
) -> Settings:
    """Return the settings: argument before variable before file before default.

    The file is the argument `config` or MOCKGW_CONFIG, else `mockgw.toml` in the directory, else
    `[tool.mockgw]` of its `pyproject.toml`. `defaults` stand in for the defaults of Settings.
    Raises MockgwError with source and value.
    """
    file = arguments.get("config") or environment.get(CONFIG_VARIABLE)
    chosen = dict(defaults or {})
    chosen.update(_from_file(*_find_file(Path(directory, file) if file else None, directory)))
    chosen.update(_from_environment(environment))
    chosen.update(_from_arguments(arguments))
    settings = Settings(**chosen)
    settings.check()
    return settings


def _find_file(named: Path | None, directory: Path) -> tuple[Path | None, dict[str, Any]]:
    if named is not None:
        if not named.is_file():
            raise MockgwError(
                f"The configuration file {named} does not exist.",
                "Correct --config or MOCKGW_CONFIG.",
            )
        return named, _table(named)
    for path in (directory / "mockgw.toml", directory / "pyproject.toml"):
        if path.is_file():
            table = _table(path)
            if table or path.name == "mockgw.toml":
                return path, table
    return None, {}


def _table(path: Path) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - only for those who have a file

    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise MockgwError(
            f"{path} cannot be read as TOML: {error}", "Mend the file, or name another by --config."
        ) from None
    if path.name != "pyproject.toml":
        return document
    tool = document.get("tool")
    table = tool.get("mockgw", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise MockgwError(
            f"{path}: tool.mockgw is no table.", "Write [tool.mockgw] above its keys."
        )
    return table


def _from_file(path: Path | None, table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    known = {setting.name: setting for setting in all_settings()}
    for key, value in table.items():
        setting = known.get(key)
        if setting is None:
            raise _unknown(f"{path}, key {key}", key.replace("-", "_"), known)
        converted = setting.converted(value, f"{path}, key {key}", strict=True)
        yield key, _anchored(setting, converted, path)


def _anchored(setting: Setting, value: Any, path: Path | None) -> Any:
    """Paths in a file are meant from the folder of that file."""
    if path is None or not setting.extra.get("path"):
        return value
    if isinstance(value, tuple):
        return tuple(str(path.parent / part) for part in value)
    kind = setting.extra["path"]
    if isinstance(kind, str):
        # A value that may be something else than a path says so by what stands before it.
        is_path = value.startswith(kind)
        return f"{kind}{path.parent / value.removeprefix(kind)}" if is_path else value
    return str(path.parent / value)


def _from_environment(environment: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    known = {name: setting for setting in all_settings() for name in setting.variables}
    for name in environment:
        # Foreign variables with our prefix exist (Kubernetes makes some for a service that is
        # called mockgw), so only what looks like a slip of the pen is refused.
        if name.startswith(PREFIX) and name not in {*known, CONFIG_VARIABLE}:
            ends = [variable.removeprefix(PREFIX) for variable in (*known, CONFIG_VARIABLE)]
            if difflib.get_close_matches(name.removeprefix(PREFIX), ends, n=1, cutoff=0.8):
                raise _unknown(name, name, known)
    for setting in all_settings():
        for name in setting.variables:
            value = environment.get(name, "")
            link = name == "MOCKGW_PORT" and value.startswith("tcp://")
            if value and not link:
                yield setting.name, setting.converted(value, name, strict=False)
                break


def _from_arguments(arguments: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    known = {setting.name: setting for setting in all_settings()}
    for name, value in arguments.items():
        if name == "config" or value is None or value == ():
            continue
        if name not in known:
            raise _unknown(f"argument {name}", name, known)
        yield name, known[name].converted(value, known[name].flag, strict=False)


def _unknown(source: str, name: str, known: Mapping[str, Any]) -> MockgwError:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    hint = f"Did you mean {near[0]}?" if near else "Known are " + ", ".join(known) + "."
    return MockgwError(f"{source}: there is no such setting.", hint)
