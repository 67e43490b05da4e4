"""`mockgw cassette`: looks into recordings, and mends them.

What a command does is a file of its own, which is imported when the command runs.
"""

import importlib
import sys
from typing import Any

import rich_click as click

from mockgw.cli.errors import errors_told
from mockgw.cli.options import setting_options

_CONTEXT = {"help_option_names": ["-h", "--help"]}
_PATHS = click.argument("paths", nargs=-1, required=True, metavar="PATH...")
_JSON = click.option("--json", "as_json", is_flag=True, help="Write JSON, for programs.")
_YES = click.option("--yes", is_flag=True, help="Do it; without, only tell what would be done.")
_ASKED = (
    *("redact_patterns", "redact_paths", "redact_query", "redact_people", "redact_salt"),
    "keep_headers",
)
_RULES = setting_options(only=_ASKED)
_CLEANING = frozenset({"show", "scan", "diff", "redact", "prune", "refresh", "convert"})
_GROUPS = {
    "Look": ["ls", "show", "check", "scan", "diff"],
    "Change": ["redact", "prune", "refresh", "convert"],
}


@click.group(name="cassette", context_settings=_CONTEXT)
def group() -> None:
    """Look into cassettes, and look after them.

    PATH is a file or a folder. Exit code 0: all is well; 1: something was found; 2: it cannot be
    done.
    """


for _title, _names in _GROUPS.items():
    click.command_panel(_title, commands=_names)(group)


@group.command(context_settings=_CONTEXT)
@_PATHS
@_JSON
def ls(*, as_json: bool, **options: Any) -> None:
    """Tell what each cassette holds."""
    _run("ls", as_json, options)


@group.command(context_settings=_CONTEXT)
@_PATHS
@_JSON
def show(*, as_json: bool, **options: Any) -> None:
    """Tell each recording in a line."""
    _run("show", as_json, options)


@group.command(context_settings=_CONTEXT)
@_PATHS
@_JSON
@click.option("--repair", is_flag=True, help="Drop what was cut off at the end of a file.")
def check(*, as_json: bool, **options: Any) -> None:
    """Tell what cannot be read or played, and how to mend it; exit with 1 when there is any."""
    _run("check", as_json, options)


@group.command(context_settings=_CONTEXT)
@_PATHS
@_JSON
@_RULES
def scan(*, as_json: bool, **options: Any) -> None:
    """Tell where secrets are, never what they are; exit with 1 when there are any."""
    _run("scan", as_json, options)


@group.command(context_settings=_CONTEXT)
@_PATHS
@_JSON
@click.option("--people", is_flag=True, help="The same as --redact-people.")
@_RULES
def redact(*, as_json: bool, **options: Any) -> None:
    """Take secrets out of cassettes."""
    _run("redact", as_json, options)


@group.command(context_settings=_CONTEXT)
@_PATHS
@_JSON
@_YES
@click.option(
    "--unused",
    multiple=True,
    metavar="REPORT",
    help="What no test played: a file of pytest --mockgw-report, or a saved /_mockgw/journal. "
    "Repeatable: what one of them played stays.",
)
@click.option("--duplicates", is_flag=True, help="The second of two that ask and answer the same.")
@click.option("--older-than", metavar="AGE", help="What was recorded longer ago, as 90d, 12h, 2w.")
def prune(*, as_json: bool, **options: Any) -> None:
    """Take out recordings that nobody needs.

    What stays keeps its bytes and its comments. Without --yes nothing is written, and the exit
    code is 1 when something would go.
    """
    _run("prune", as_json, options)


@group.command(context_settings=_CONTEXT)
@_PATHS
@_JSON
@click.option("--upstream", required=True, metavar="URL", help="Whom to ask.")
@click.option(
    "--upstream-key",
    metavar="KEY",
    envvar="MOCKGW_UPSTREAM_KEY",
    help="The key to ask with. (MOCKGW_UPSTREAM_KEY)",
)
@click.option("--older-than", metavar="AGE", help="Only what was recorded longer ago, as 30d.")
@click.option(
    "--failing-diff",
    is_flag=True,
    help="Ask all again, but keep the old answer where the new one means the same.",
)
@click.option("--dry-run", is_flag=True, help="Ask and tell, and write nothing.")
@_RULES
def refresh(*, as_json: bool, **options: Any) -> None:
    """Ask the upstream again, and put its answers in the place of the recorded ones.

    What it does not answer stays as it was. Exit with 1 when an answer has drifted, other than in
    its words and its usage, or one could not be had.
    """
    _run("refresh", as_json, options)


@group.command(context_settings=_CONTEXT)
@click.argument("source", metavar="IN")
@click.argument("target", metavar="OUT")
@_JSON
@click.option("--style", default="readable", metavar="readable|compact", help="How to write it.")
@click.option(
    "--from",
    "form",
    metavar="vcrpy|har|aimock",
    help="What IN is, when its content does not tell.",
)
@click.option("--no-redact", is_flag=True, help="Leave secrets where they are.")
@click.option("--force", is_flag=True, help="Put it in the place of a file that is there.")
@click.option("--body", metavar="FILE", help="aimock: JSON that every request holds: tools, model.")
@_RULES
def convert(*, as_json: bool, **options: Any) -> None:
    """Make a cassette of recordings in another form or style.

    IN is a cassette of vcrpy or another dialect, a browser's HAR, fixtures of aimock, or a folder
    of these; OUT is a .yaml file, or a folder when IN is one.
    """
    _run("convert", as_json, options)


@group.command(context_settings=_CONTEXT)
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@_JSON
@click.option(
    "--ignore",
    multiple=True,
    metavar="KIND",
    help="Differences that do not count: status, shape, tools, value, usage, wording. Repeatable.",
)
def diff(*, as_json: bool, **options: Any) -> None:
    """Compare two cassettes, or folders, by what is asked and answered; exit with 1 if they differ.

    Ids, times, layout and the order of calls do not count.
    """
    _run("diff", as_json, options)


def _run(name: str, as_json: bool, options: dict[str, Any]) -> None:
    rules = {one: options.pop(one) for one in (*_ASKED, "config") if one in options}
    with errors_told():
        # Imported now: it costs half a second that help does not pay.
        from mockgw.runner import cleaning_here  # noqa: PLC0415

        if options.pop("people", False):
            rules["redact_people"] = True
        clean = cleaning_here(rules)
        if name in _CLEANING:
            options["clean"] = clean
        told = importlib.import_module(f"mockgw.cli.cassette.{name}").run(**options)
        sys.exit(told.say(clean, as_json=as_json))
