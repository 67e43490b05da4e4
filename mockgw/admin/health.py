"""`/_mockgw/health`: that the gateway runs, and how much it has answered."""

from mockgw import __version__
from mockgw.admin import Paths
from mockgw.journal import Journal
from mockgw.settings import Settings


def health(settings: Settings, journal: Journal) -> Paths:
    """Return the path that says how the gateway is."""
    return {
        ("GET", "/health"): lambda _: {
            "status": "ok",
            "version": __version__,
            "mode": settings.mode,
            **journal.counts(),
        }
    }
