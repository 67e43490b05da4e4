"""Templates that a test has to itself, from its mark or from its own lines."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mockgw.errors import MockgwError
from mockgw.runner import Gateway
from mockgw.templates.reading import given as read
from mockgw.templates.reading import load


def answer_by(server: Gateway, session: str, given: Sequence[Any], where: tuple[str, int]) -> None:
    """Let these templates answer in a session: maps, functions in them, and paths of files.

    `where` is the file and line that gives them. Raises MockgwError for every mistake in them.
    """
    if not given:
        raise MockgwError("A template that says nothing.", "Give when= and reply=, or a path.")
    for one in given:
        known = [template.name for template in server.templates.of(session)]
        made = load([one], known) if isinstance(one, str | Path) else read(one, where, known)
        server.templates.add(session, made)
