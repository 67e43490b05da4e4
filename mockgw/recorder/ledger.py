"""What became of the upstream's answers: kept or not, and whether the tape still holds."""

from collections import Counter


class Ledger:
    """Counts answers by their fate; `failed` says that the run must not count as a success."""

    KEPT, SAME, REWORDED, DRIFTED = "kept", "the same", "in other words", "drifted"
    UNTAPED, UNCOMPARED = "not recorded", "not compared"

    def __init__(self) -> None:
        self.fates: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()
        self.failed = False

    def add(self, fate: str) -> None:
        """Count an answer; one that shows the tape to be wrong makes the run fail."""
        self.fates[fate] += 1
        if fate in {self.DRIFTED, self.UNTAPED, self.UNCOMPARED}:
            self.failed = True

    def lose(self, reason: str) -> None:
        """Count an answer that was not kept."""
        self.lost[reason] += 1

    def line(self) -> str:
        """Return all of it in one line, "" when there is nothing to tell."""
        told = [f"{count} {fate}" for fate, count in self.fates.items()]
        told += [f"{count} not kept ({reason})" for reason, count in self.lost.items()]
        return ", ".join(told)
