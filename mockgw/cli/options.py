"""The options of the command line, made from the settings."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import rich_click as click
from click.shell_completion import CompletionItem

from mockgw.setting import Setting
from mockgw.settings import CONFIG_VARIABLE, all_settings
from mockgw.settings.answering import Answering
from mockgw.settings.recording import Recording
from mockgw.settings.redacting import Redacting
from mockgw.settings.serving import Serving

_NOTHING: Mapping[str, Any] = MappingProxyType({})
# How help groups them.
_PANELS = {
    Answering: "Where answers come from",
    Serving: "How it listens",
    Recording: "Whom it asks, and what it keeps",
    Redacting: "What stays secret",
}
_Command = TypeVar("_Command", bound=Callable[..., Any])


def setting_options(
    *,
    own: Mapping[str, Any] = _NOTHING,
    leave_out: tuple[str, ...] = (),
    only: tuple[str, ...] = (),
) -> Callable[[_Command], _Command]:
    """Return a decorator that gives a command one option per setting, and --config.

    `own` are defaults that only this command has; `leave_out` are settings that it fixes itself,
    `only` the ones that it asks for, when these are few. An option that is not given arrives as
    None.
    """
    offered = [
        setting
        for setting in all_settings()
        if setting.name not in leave_out and (not only or setting.name in only)
    ]
    options = [_option(setting, own) for setting in offered]
    options.append(
        click.option(
            "--config",
            metavar="FILE",
            type=_Text("file"),
            help="TOML file with settings; else mockgw.toml, else tool.mockgw of "
            f"pyproject.toml in this folder. {_origin(CONFIG_VARIABLE)}",
        )
    )

    def decorate(command: _Command) -> _Command:
        for option in reversed(options):
            command = option(command)
        for kind, title in reversed(_PANELS.items()):
            flags = [one.flag for one in offered if one.name in kind.__annotations__]
            command = click.option_panel(title, options=flags)(command) if flags else command
        # What is a command's own comes first.
        return click.option_panel("Options")(command)

    return decorate


class _Text(click.ParamType[str]):
    """A value taken as it is typed: `settings.load` judges it; `completes` is for the shell."""

    name = "text"

    def __init__(self, completes: str = "", choices: tuple[str, ...] = ()) -> None:
        self.completes = completes
        self.choices = choices

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return what the shell may offer."""
        del ctx, param
        if self.completes:
            return [CompletionItem(incomplete, type=self.completes)]
        fitting = [choice for choice in self.choices if choice.startswith(incomplete)]
        return [CompletionItem(choice) for choice in fitting]


def _option(setting: Setting, own: Mapping[str, Any]) -> Callable[[_Command], _Command]:
    default = own.get(setting.name, setting.default)
    text = f"{setting.description} {_origin(setting.variables[0], _shown(default))}"
    if setting.base is bool:
        off = f"--no-{setting.flag.removeprefix('--')}"
        return click.option(f"{setting.flag}/{off}", setting.name, default=None, help=text)
    alone = (
        {"is_flag": False, "flag_value": setting.extra["alone"]} if "alone" in setting.extra else {}
    )
    return click.option(
        setting.flag,
        setting.name,
        **alone,
        metavar=_metavar(setting),
        type=_Text("file" if setting.extra.get("path") else "", setting.choices),
        multiple=setting.many or setting.pairs,
        help=f"{text} Repeatable." if setting.many or setting.pairs else text,
    )


def _metavar(setting: Setting) -> str:
    if setting.extra.get("path"):
        return "PATH"
    return str(setting.extra.get("metavar", "NUMBER"))


def _origin(variable: str, default: str = "") -> str:
    return f"({variable}; default: {default})" if default else f"({variable})"


def _shown(default: Any) -> str:
    if isinstance(default, bool):
        return "on" if default else "off"
    return "" if default in (None, (), {}) else str(default)
