"""The way to an upstream, and what keeps what it says."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mockgw.cassette.writer import Writer, refuse
from mockgw.errors import MockgwError
from mockgw.runner.cleaning import Cleaning
from mockgw.runner.clocks import RealClock
from mockgw.settings import UPSTREAM_MODES, Settings, loopback
from mockgw.tapes import Tapes

if TYPE_CHECKING:
    from mockgw.passing import Passing
    from mockgw.recorder.pending import Pending
    from mockgw.recordings import Shelf


def way(
    settings: Settings,
    tapes: Tapes,
    clean: Cleaning,
    pending: "Pending | None" = None,
    shelf: "Shelf | None" = None,
) -> "Passing | None":
    """Return the way to the upstream, with a recorder where the mode keeps what it says.

    `clean` takes the secrets out of what is kept and told.
    `pending` takes what is kept in place of the cassette, which the `shelf` holds. None in a mode
    that asks no upstream. Raises MockgwError for a cassette to which nothing can be added: better
    now than at the first answer.
    """
    if settings.mode not in UPSTREAM_MODES:
        return None
    # Who does not record does not pay for what recording needs.
    from mockgw.passing import Machine, Passing  # noqa: PLC0415

    redactor = clean.redactor.knowing([settings.upstream_key or "", *settings.api_keys])
    recorder = None
    if settings.mode in {"record", "rerecord"}:
        recorder = _recorder(settings, tapes, redactor, pending, shelf)
    return Passing(settings, recorder, Machine(RealClock().now, proxy_of, clean))


def _recorder(
    settings: Settings,
    tapes: Tapes,
    redactor: Any,
    pending: "Pending | None",
    shelf: "Shelf | None",
) -> Any:
    from mockgw.recorder import Recorder  # noqa: PLC0415 - as above
    from mockgw.recorder.policy import Policy  # noqa: PLC0415 - as above

    policy = Policy(
        settings.cassette_style, settings.keep_errors, settings.keep_timing, settings.on_secret
    )
    path = Path(settings.cassettes[0])
    _refuse(path)
    if pending is not None:
        return Recorder(path, tapes, redactor, policy, into=pending)
    if settings.mode == "rerecord":
        return Recorder(path, tapes, redactor, policy, beside=True)
    wrote = None if shelf is None else partial(shelf.wrote, path)
    writer = Writer(path, policy.style, wrote)
    return Recorder(path, tapes, redactor, policy, into=writer)


def _refuse(path: Path) -> None:
    refuse(path)
    if path.is_dir():
        raise MockgwError(
            f"{path}: nothing can be recorded into a folder.",
            f"Name a file in it, such as {path / 'tape.yaml'}.",
        )


def proxy_of(url: str) -> str | None:
    """Return the proxy that the environment names for an address; this host needs none."""
    from urllib.request import getproxies, proxy_bypass  # noqa: PLC0415 - only for upstreams

    parts = urlsplit(url)
    host = parts.hostname or ""
    if loopback(host) or proxy_bypass(host):
        return None
    found = getproxies()
    return found.get(parts.scheme) or found.get("all")
