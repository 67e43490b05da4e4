"""A recording in a line."""

from typing import Any

from mockgw.asked import shown
from mockgw.recordings import Recording
from mockgw.recordings.recording import recording
from mockgw.runner import Cleaning

_SHOWN = 70


def described(one: Recording, clean: Cleaning) -> dict[str, Any]:
    """Return place, operation, model, status, form and question, for programs."""
    text = " ".join(shown(one.call, clean).split())
    return {
        "where": one.where,
        "operation": one.call.operation,
        "model": one.call.model,
        "status": one.interaction.status,
        "form": one.form,
        "asked": text if len(text) <= _SHOWN else text[:_SHOWN].rstrip() + "…",
    }


def plain(one: Recording, clean: Cleaning) -> Recording:
    """Return a recording without its secrets: only then may be cut what is told of it."""
    return recording(clean.redactor.interaction(one.interaction)) or one


def line(one: dict[str, Any]) -> str:
    """Return the same for people."""
    return (
        f"{one['where']}  {one['operation']} {one['model']} {one['status']} {one['form']}  "
        f"{one['asked']}"
    )
