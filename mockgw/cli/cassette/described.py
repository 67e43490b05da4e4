"""A recording in a line."""

from typing import Any

from mockgw.asked import Asked
from mockgw.recordings import Recording

_SHOWN = 70


def described(one: Recording) -> dict[str, Any]:
    """Return place, operation, model, status, form and question, for programs."""
    text = " ".join(Asked(one.call).text.split())
    return {
        "where": one.where,
        "operation": one.call.operation,
        "model": one.call.model,
        "status": one.interaction.status,
        "form": one.form,
        "asked": text if len(text) <= _SHOWN else text[:_SHOWN].rstrip() + "…",
    }


def line(one: dict[str, Any]) -> str:
    """Return the same for people."""
    return (
        f"{one['where']}  {one['operation']} {one['model']} {one['status']} {one['form']}  "
        f"{one['asked']}"
    )
