"""Interpreters that have mockgw and one package that our own has not."""

import re

from tests.environments import interpreter


def python_with(package: str) -> str:
    """Return an interpreter that has mockgw, pytest, openai in any version, and the package."""
    name = re.sub(r"\W+", "-", package)
    return interpreter(
        f".venv-frameworks/{name}", package, "openai", "pytest-asyncio>=1.3", ours=True
    )
