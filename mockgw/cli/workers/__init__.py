"""`mockgw workers`: how a Worker gets an `env.AI` that mockgw answers."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import rich_click as click

from mockgw.errors import MockgwError

KINDS: Mapping[str, str] = {
    "workerd": "workerd.capnp",
    "miniflare": "miniflare.mjs",
    "wrangler": "wrangler.mjs",
}
# Any later one does as well; this one is known to the runtimes that Node.js 20 can run.
_DATE = "2026-04-01"
# What would end a text in a configuration, and is in no URL.
_ODD = re.compile(r'["\\\s]')


def run(kind: str, url: str, modules: Sequence[str]) -> int:
    """Print the file that sets a runtime up, and return 0."""
    click.echo(configuration(kind, url, modules), nl=False)
    return 0


def configuration(kind: str, url: str, modules: Sequence[str]) -> str:
    """Return the file that gives a Worker of these modules, the first of them it, its `env.AI`.

    `url` is where mockgw listens. Raises MockgwError for one that a runtime cannot ask.
    """
    named = [json.dumps(one) for one in modules]
    told = {
        "address": _address(url),
        "date": _DATE,
        "modules": "\n".join(f"        (name = {one}, esModule = embed {one})," for one in named),
        "script": named[0][1:-1],
        "url": url.rstrip("/"),
    }
    text = Path(__file__).with_name(KINDS[kind]).read_text("utf-8")
    for name, value in told.items():
        text = text.replace(f"%{name}%", value)
    return text


def _address(url: str) -> str:
    """Return host and port of a server that speaks plain HTTP."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 80
    except ValueError:
        host = ""
    if not host or parts.scheme != "http" or _ODD.search(url):
        raise MockgwError(
            f"{url!r} is no URL of mockgw.", "Give what it says first, as http://127.0.0.1:8787."
        )
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
