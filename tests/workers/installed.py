"""The packages of examples/worker, installed when they are first asked for."""

from pathlib import Path

from tests.environments import ROOT, node_modules

EXAMPLE = ROOT / "examples/worker"


def packages() -> Path:
    """Return the `node_modules` that has what the example's package.json wants."""
    return node_modules(".venv-workers", EXAMPLE / "package.json")
