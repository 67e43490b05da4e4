"""`mockgw record`: a server that records, with a table of what came for whoever watches."""

import sys

from mockgw.cli.board import Board
from mockgw.cli.serve import run as serve
from mockgw.runner import Cleaning
from mockgw.settings import Settings


def run(settings: Settings) -> int:
    """Record until a signal, and return the exit code: 1 when an answer had to be kept and was not.

    On a terminal a table grows with the requests; elsewhere each is a line.
    """
    if settings.quiet or not sys.stderr.isatty():
        return serve(settings)
    with Board(clean=Cleaning(settings)) as board:
        return serve(settings, board)
