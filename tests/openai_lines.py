"""The interpreters of both lines of the `openai` package: 3.x is ours, 2.x has its own."""

from tests.environments import interpreter


def python_with_openai_2() -> str:
    """Return an interpreter that has openai 2.x."""
    return interpreter(".venv-openai-2", "openai>=2,<3")
