"""The index of recordings: found by key, exact and normalized."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from mockgw import matching
from mockgw.canonical import ordered
from mockgw.cassette.interaction import Interaction
from mockgw.model import Call
from mockgw.recordings.recording import Recording, recording

_ByKey = dict[str, list[Recording]]
_ByFile = dict[str, list[Recording]]
_Nearby = matching.Nearby[Recording]


class Index:
    """Recordings by key, exact and normalized; `clean` takes secrets out of what is compared.

    Whoever has an index sees what is added to it and what is put in its place.
    """

    def __init__(
        self, recorded: Iterable[Interaction] = (), clean: matching.Clean | None = None
    ) -> None:
        self.clean = clean
        self._exact: _ByKey = {}
        # Made when it is first needed: most calls are found without it.
        self._normalized: _ByKey | None = None
        # Told that normal keys were made, which takes long enough to keep them.
        self.made: Callable[[], None] = lambda: None
        self.recordings: list[Recording] = []
        # The keys by rules of one's own, and what only misses and laxer levels ask for.
        self._by_rules: dict[matching.Rules, _ByKey] = {}
        self._alike: dict[tuple[str, bytes], _ByFile] | None = None
        self._nearby: dict[str, _Nearby] = {}
        # Those at the end that came one by one, and are perhaps not seen in their file yet.
        self.added: list[Recording] = []
        self.put(one for one in map(recording, recorded) if one is not None)

    def put(self, recordings: Iterable[Recording], added: Iterable[Recording] = ()) -> None:
        """Let these recordings be all there are, and behind them those that were added."""
        self.added = list(added)
        self.recordings = [*recordings, *self.added]
        self._exact = _grouped((one.key, one) for one in self.recordings)
        self._normalized = None
        self._by_rules = {}
        self._alike = None
        self._nearby = {}

    def add(self, one: Interaction) -> Recording | None:
        """Take in an interaction that has just been recorded; None when it is no call of ours."""
        added = recording(one)
        if added is not None:
            self.recordings.append(added)
            self.added.append(added)
            self._exact.setdefault(added.key, []).append(added)
            if self._normalized is not None:
                self._normalized.setdefault(self._normal_of(added), []).append(added)
            for rules, by_key in self._by_rules.items():
                by_key.setdefault(self._normal(added.call, rules), []).append(added)
            if self._alike is not None:
                self._alike.setdefault(_kind(added), {}).setdefault(added.path, []).append(added)
        return added

    def exact(self, call: Call) -> list[Recording]:
        """Return the recordings of the same call, letter by letter, in recorded order."""
        return self._exact.get(call.key, [])

    def normalized(self, call: Call, rules: matching.Rules = matching.PLAIN) -> list[Recording]:
        """Return the recordings of a call that means the same by the rules, in recorded order.

        Only the keys by nobody's own rules are kept in sidecars.
        """
        if rules != matching.PLAIN:
            if rules not in self._by_rules:
                self._by_rules[rules] = _grouped(
                    (self._normal(one.call, rules), one) for one in self.recordings
                )
            return self._by_rules[rules].get(self._normal(call, rules), [])
        if self._normalized is None:
            self._normalized = self._by_meaning()
        return self._normalized.get(self._normal(call), [])

    def alike(self, call: Call) -> "_ByFile":
        """Return the recordings of the same operation and the same ids in its path, by file."""
        if self._alike is None:
            self._alike = {}
            for one in self.recordings:
                self._alike.setdefault(_kind(one), {}).setdefault(one.path, []).append(one)
        return self._alike.get(_kind(call), {})

    def nearest(self, call: Call, most: int = 10) -> list[Recording]:
        """Return the few recordings of the operation that share the most words with the call."""
        same = [one for one in self.recordings if one.operation == call.operation]
        if call.operation not in self._nearby:
            self._nearby[call.operation] = matching.Nearby(lambda one: one.call)
        return self._nearby[call.operation].like(call, same, most)

    def _by_meaning(self) -> _ByKey:
        unknown = sum(1 for one in self.recordings if not one.row.normal)
        found = _grouped((self._normal_of(one), one) for one in self.recordings)
        if unknown:
            self.made()
        return found

    def _normal_of(self, one: Recording) -> str:
        row = one.row
        row.normal = row.normal or self._normal(one.call)
        return row.normal

    def _normal(self, call: Call, rules: matching.Rules = matching.PLAIN) -> str:
        return matching.normal_key(call, self.clean, rules)


def _kind(one: Recording | Call) -> tuple[str, bytes]:
    # What creates has no id in its path, and a recording of it need not be read.
    if one.operation.endswith(".create"):
        return one.operation, b"{}"
    call = one if isinstance(one, Call) else one.call
    return call.operation, ordered(matching.ids_of(call))


def _grouped(pairs: Iterable[tuple[str, Recording]]) -> _ByKey:
    found: _ByKey = defaultdict(list)
    for key, one in pairs:
        found[key].append(one)
    return dict(found)
