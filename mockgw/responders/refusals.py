"""Refuses what the real API would refuse."""

from collections.abc import Collection

from msgspec.structs import replace

from mockgw import apis
from mockgw.apis.cloudflare import inputs
from mockgw.apis.content import STAND_IN
from mockgw.canonical import encode
from mockgw.catalogue import find
from mockgw.memo import Memo
from mockgw.model import Call


class Refusals:
    """Answers a bad call with the error that the provider has for it, and no good one.

    `models` are further ids to accept; they are taken to be like gpt-5.5. `max_tokens_refused`
    holds for the Cloudflare doors; elsewhere reasoning models always refuse chat's `max_tokens`.
    """

    def __init__(self, models: Collection[str], *, max_tokens_refused: bool) -> None:
        self._models = frozenset(models)
        self._max_tokens_refused = max_tokens_refused
        self._passed: Memo[tuple[str, bool, bytes], None] = Memo()

    def respond(self, call: Call) -> None:
        """Raise ApiError when the real API would refuse the call."""
        # Whoever asks the same again is not looked at again.
        form = encode((call.body.get("stream"), call.body.get("stream_options")))
        self._passed.get((call.key, call.run_path, form), lambda: self._check(call))

    def _check(self, call: Call) -> None:
        for api in apis.APIS:
            if api.creates == call.operation:
                known = replace(call, model=STAND_IN) if call.model in self._models else call
                if call.run_path and find(known.model) is not None:
                    inputs.check(call.body, responses=api is apis.RESPONSES)
                refused = self._max_tokens_refused or not call.run_path
                api.check(known, max_tokens_refused=refused)
