"""The command line. Only a command that runs a server imports one: help and completion do not."""

import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import rich_click as click

from mockgw import __version__
from mockgw.cli.options import setting_options
from mockgw.errors import MockgwError
from mockgw.settings import Settings
from mockgw.sources import load

_CONTEXT = {"help_option_names": ["-h", "--help"]}


@click.group(context_settings=_CONTEXT)
@click.version_option(__version__, prog_name="mockgw")
def main() -> None:
    """Run an offline double of Cloudflare's AI gateway in front of OpenAI's models."""


@main.command(context_settings=_CONTEXT)
@setting_options()
def serve(**arguments: Any) -> None:
    """Serve until SIGTERM or Ctrl-C.

    The first line on stdout is the URL; one line per request follows on stderr.
    """
    with _errors_told():
        settings = load(arguments, os.environ, Path.cwd())
        sys.exit(_module("serve").run(settings))


@main.command(context_settings=_CONTEXT)
@click.option(
    "--cassette", "cassette", metavar="FILE", required=True, help="The cassette to write to."
)
@setting_options(leave_out=("mode", "cassettes"))
def record(cassette: str, **arguments: Any) -> None:
    """Pass calls on to the upstream, and add what it answers to a cassette.

    A call that the cassette answers already is answered from it. Same as serve --mode record.
    """
    with _errors_told():
        fixed = {"mode": "record", "cassettes": (cassette,)}
        settings = load({**arguments, **fixed}, os.environ, Path.cwd())
        sys.exit(_module("serve").run(settings))


@main.command(
    name="exec",
    context_settings={**_CONTEXT, "allow_interspersed_args": False},
    options_metavar="[OPTIONS] --",
)
@setting_options(port=0)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="COMMAND...")
def exec_(command: tuple[str, ...], **arguments: Any) -> None:
    """Run COMMAND against a server that lives as long as the command does.

    OPENAI_BASE_URL, CLOUDFLARE_BASE_URL, MOCKGW_URL and keys that open nothing are set for it.
    The exit code is the command's.
    """
    with _errors_told():
        settings = load(arguments, os.environ, Path.cwd(), {"port": 0})
        sys.exit(_module("exec").run(settings, command))


@main.group(context_settings=_CONTEXT)
def cassette() -> None:
    """Look into cassettes, and mend them. PATH is a file or a folder."""


_PATHS = click.argument("paths", nargs=-1, required=True, metavar="PATH...")
_JSON = click.option("--json", "as_json", is_flag=True, help="Write JSON, for programs.")


@cassette.command(context_settings=_CONTEXT)
@_PATHS
@_JSON
def ls(paths: tuple[str, ...], *, as_json: bool) -> None:
    """Tell what each cassette holds."""
    _look("ls", paths, as_json=as_json)


@cassette.command(context_settings=_CONTEXT)
@_PATHS
@_JSON
def show(paths: tuple[str, ...], *, as_json: bool) -> None:
    """Tell each recording in a line."""
    _look("show", paths, as_json=as_json)


@cassette.command(context_settings=_CONTEXT)
@_PATHS
@_JSON
@click.option("--repair", is_flag=True, help="Drop what was cut off at the end of a file.")
def check(paths: tuple[str, ...], *, as_json: bool, repair: bool) -> None:
    """Tell which cassettes can be read whole; exit with 1 when one cannot."""
    _look("check", paths, as_json=as_json, repair=repair)


@cassette.command(context_settings=_CONTEXT)
@_PATHS
@_JSON
def scan(paths: tuple[str, ...], *, as_json: bool) -> None:
    """Tell where secrets are, never what they are; exit with 1 when there are any."""
    _look("scan", paths, as_json=as_json)


@cassette.command(context_settings=_CONTEXT)
@_PATHS
@_JSON
def redact(paths: tuple[str, ...], *, as_json: bool) -> None:
    """Take secrets out of cassettes."""
    _look("redact", paths, as_json=as_json)


def _look(name: str, paths: tuple[str, ...], *, as_json: bool, **options: bool) -> None:
    with _errors_told():
        told = getattr(_module("cassette"), name)(paths, **options)
        sys.exit(told.say(as_json=as_json))


@main.command(context_settings=_CONTEXT)
def demo() -> None:
    """Show the main job on the shipped recordings, in a few seconds and without a network."""
    with _errors_told():
        sys.exit(_module("demo").run(Settings(port=0)))


def _module(name: str) -> Any:
    """Import what runs a server only now: it costs half a second that help does not pay."""
    return importlib.import_module(f"mockgw.cli.{name}")


@contextmanager
def _errors_told() -> Iterator[None]:
    try:
        yield
    except MockgwError as error:
        click.echo(f"mockgw: error: {error}", err=True)
        sys.exit(2)
