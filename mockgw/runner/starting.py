"""Starts a gateway: the composition root."""

import os
import sys
from pathlib import Path

from mockgw.admin import Admin
from mockgw.admin.cassettes import cassettes
from mockgw.admin.described import described
from mockgw.admin.health import health
from mockgw.admin.judged import judged
from mockgw.admin.orders import orders
from mockgw.admin.templates import templates
from mockgw.admin.told import told
from mockgw.cassette.shipped import shipped
from mockgw.cassette.sidecar import Sidecars, cache_folder
from mockgw.encoding import Encoder
from mockgw.journal import Journal, OnEntry
from mockgw.keys import Keys
from mockgw.pipeline import Road
from mockgw.recordings import Shelf
from mockgw.recordings.following import OnNews
from mockgw.runner.cleaning import Cleaning
from mockgw.runner.gateway import Gateway
from mockgw.runner.ways import way
from mockgw.server import Edge
from mockgw.settings import Settings
from mockgw.state import Store
from mockgw.state.opening import opened
from mockgw.tapes import Tapes, playing


async def start(
    settings: Settings, on_entry: OnEntry | None = None, on_news: OnNews | None = None
) -> Gateway:
    """Return a gateway that accepts requests.

    `on_entry` is told every journal entry, `on_news` what changed in the cassettes. Raises
    MockgwError for a broken cassette, a taken port, or an address that would be open to all.
    """
    settings.check()
    clean = Cleaning(settings)
    clean.check()
    shelf = _shelf(settings, clean)
    tapes = Tapes(shelf.index, playing(settings))
    journal = Journal(settings.journal_size, on_entry)
    keys = Keys(settings.api_keys if settings.auth else ())
    store = opened(settings.state, settings.state_size)
    gateway = Gateway(settings, journal, tapes, store, keys, clean)
    road = _road(settings, gateway, keys, store)
    through = way(settings, tapes, clean, shelf=shelf)
    if through is not None:
        gateway.through, gateway.ledger = through, through.ledger
    parts = (
        health(settings, journal),
        told(journal, clean.entry, lambda: clean.redactor),
        judged(journal, gateway.passed, clean.scan),
        cassettes(tapes, shelf, watch=settings.watch),
        described(),
        templates(gateway.templates),
    )
    admin = Admin(settings, keys, (*parts, *orders(gateway, road.forget)))
    edge = Edge(road, admin, settings.max_body, gateway.through_of, gateway.timer)
    await gateway.listen(edge)
    gateway.follow(shelf, on_news)
    return gateway


def _road(settings: Settings, gateway: Gateway, keys: Keys, store: Store) -> Road:
    return Road(
        seed=settings.seed,
        keys=keys,
        sessions=gateway.sessions,
        encoder=Encoder(settings.seed, obfuscate=settings.obfuscation),
        store=store,
        journal=gateway.journal,
        clock=gateway.clock(settings),
        passed=gateway.passed,
        gateways=gateway.gateways,
        turns=gateway.turns,
    )


def _shelf(settings: Settings, clean: Cleaning) -> Shelf:
    paths = [Path(path) for path in settings.cassettes] or [shipped()]
    if settings.mode in {"synth", "rerecord", "live"}:
        paths = []
    return Shelf(paths, clean, sidecars(clean), to_be_made=settings.mode == "record").open()


def sidecars(clean: Cleaning) -> Sidecars | None:
    """Return what is known of large cassettes from before, None when this user keeps nothing."""
    folder = cache_folder(os.environ, sys.platform)
    return None if folder is None else Sidecars(folder, lambda: clean.seal)
