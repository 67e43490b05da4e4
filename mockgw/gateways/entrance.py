"""Who is let into a gateway."""

from collections.abc import Callable

from mockgw.doors import forms
from mockgw.faults.named import named
from mockgw.gateways.rules import Rules
from mockgw.model import Raw


def enter(raw: Raw, rules: Rules, opens: Callable[[str], bool], *, known: bool) -> None:
    """Raise ApiError 2001 where no gateway is, and 2009 for a caller who must show a key and fails.

    `opens` tells whether a key is one of ours; who is `known` need not show one.
    """
    if not rules.exists:
        raise named("gateway.2001")
    if not rules.authentication or known:
        return
    shown = forms.bearer(raw.headers.get("cf-aig-authorization"))
    if not shown or not opens(shown):
        raise named("gateway.2009")
