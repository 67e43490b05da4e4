"""The command line. Only a command that runs a server imports one: help and completion do not."""

import gc
import importlib
import os
import sys
from pathlib import Path
from typing import Any

import rich_click as click

from mockgw import __version__
from mockgw.cli.cassette import group as cassette_group
from mockgw.cli.errors import errors_told
from mockgw.cli.options import setting_options
from mockgw.cli.template import group as template_group
from mockgw.settings import Settings
from mockgw.sources import load

_CONTEXT = {"help_option_names": ["-h", "--help"]}
# What runs until somebody stops it follows what people do to its files.
_WATCHING = {"watch": True}


@click.group(context_settings=_CONTEXT)
@click.version_option(__version__, prog_name="mockgw")
def main() -> None:
    """Run an offline double of Cloudflare's AI gateway in front of OpenAI's models."""


@main.command(context_settings=_CONTEXT)
@setting_options(own=_WATCHING)
def serve(**arguments: Any) -> None:
    """Serve until SIGTERM or Ctrl-C.

    The first line on stdout is the URL; one line per request follows on stderr.
    """
    with errors_told():
        settings = load(arguments, os.environ, Path.cwd(), _WATCHING)
        sys.exit(_module("serve").run(settings))


@main.command(context_settings=_CONTEXT)
@click.option(
    "--cassette", "cassette", metavar="FILE", required=True, help="The cassette to write to."
)
@setting_options(own=_WATCHING, leave_out=("mode", "cassettes"))
def record(cassette: str, **arguments: Any) -> None:
    """Pass calls on to the upstream, and add what it answers to a cassette.

    A call that the cassette answers already is answered from it. Same as serve --mode record, but
    a terminal shows a table. Exits with 1 when --on-secret fail found a secret.
    """
    with errors_told():
        fixed = {"mode": "record", "cassettes": (cassette,)}
        settings = load({**arguments, **fixed}, os.environ, Path.cwd(), _WATCHING)
        sys.exit(_module("record").run(settings))


@main.command(
    name="exec",
    context_settings={**_CONTEXT, "allow_interspersed_args": False},
    options_metavar="[OPTIONS] --",
)
@setting_options(own={"port": 0})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="COMMAND...")
def exec_(command: tuple[str, ...], **arguments: Any) -> None:
    """Run COMMAND against a server that lives as long as the command does.

    OPENAI_BASE_URL, CLOUDFLARE_BASE_URL, MOCKGW_URL and keys that open nothing are set for it.
    The exit code is the command's.
    """
    with errors_told():
        settings = load(arguments, os.environ, Path.cwd(), {"port": 0})
        sys.exit(_module("exec").run(settings, command))


main.add_command(cassette_group)
main.add_command(template_group)


@main.command(context_settings=_CONTEXT)
def demo() -> None:
    """Show the main job on the shipped recordings, in a few seconds and without a network."""
    with errors_told():
        sys.exit(_module("demo").run(Settings(port=0)))


@main.command(context_settings=_CONTEXT)
@click.option(
    "--kind",
    type=click.Choice(("workerd", "miniflare", "wrangler")),
    default="workerd",
    show_default=True,
    help="What runs the Worker.",
)
@click.option(
    "--url",
    metavar="URL",
    default="http://127.0.0.1:8787",
    envvar="MOCKGW_URL",
    show_default=True,
    show_envvar=True,
    help="Where mockgw listens; a session's URL will do in Miniflare and Wrangler.",
)
@click.argument("modules", nargs=-1, metavar="[MODULE...]")
def workers(kind: str, url: str, modules: tuple[str, ...]) -> None:
    """Print what gives a Worker an env.AI that mockgw answers.

    For workerd a config.capnp, for Miniflare its options, for `wrangler dev` a Worker that stands
    in for the binding. MODULE is worker.mjs, then what it imports; only workerd must know the rest.
    """
    with errors_told():
        sys.exit(_module("workers").run(kind, url, modules or ("worker.mjs",)))


def _module(name: str) -> Any:
    """Import what runs a server only now: it costs half a second that help does not pay."""
    # What is being loaded stays: to look through it for garbage meanwhile takes a tenth longer.
    gc.disable()
    try:
        return importlib.import_module(f"mockgw.cli.{name}")
    finally:
        gc.enable()
