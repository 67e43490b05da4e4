"""How a command ends when the person at the keyboard can mend what went wrong."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import rich_click as click

from mockgw.errors import MockgwError

CANNOT = 2


@contextmanager
def errors_told() -> Iterator[None]:
    """Tell a MockgwError on stderr, and end the process with 2."""
    try:
        yield
    except MockgwError as error:
        click.echo(f"mockgw: error: {error}", err=True)
        sys.exit(CANNOT)
