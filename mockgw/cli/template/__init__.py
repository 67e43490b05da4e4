"""`mockgw template`: checks templates, lists them, and describes them to editors.

What a command does is a file of its own, which is imported when the command runs.
"""

import importlib
import sys
from typing import Any

import rich_click as click

from mockgw.cli.errors import errors_told

_CONTEXT = {"help_option_names": ["-h", "--help"]}
_JSON = click.option("--json", "as_json", is_flag=True, help="Write JSON, for programs.")


@click.group(name="template", context_settings=_CONTEXT)
def group() -> None:
    """Check templates, and list them.

    PATH is a file or a folder. Exit code 0: all is well; 1: there are mistakes; 2: it cannot be
    done.
    """


@group.command(context_settings=_CONTEXT)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@_JSON
def check(*, as_json: bool, **options: Any) -> None:
    """Tell every mistake with its place, and how to mend it; exit with 1 when there is any."""
    _run("check", as_json, options)


@group.command(context_settings=_CONTEXT)
@click.argument("paths", nargs=-1, metavar="[PATH...]")
@_JSON
def ls(*, as_json: bool, **options: Any) -> None:
    """Tell the templates of files, and those that are built in, each in a line."""
    _run("ls", as_json, options)


@group.command(context_settings=_CONTEXT)
def schema() -> None:
    """Write the JSON Schema of template files, for editors."""
    _run("schema", False, {})


def _run(name: str, as_json: bool, options: dict[str, Any]) -> None:
    with errors_told():
        command = importlib.import_module(f"mockgw.cli.template.{name}")
        sys.exit(command.run(**options).say(str, as_json=as_json))
