"""What a run of the lab found, in figures."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Report:
    """Counts over all watches."""

    seed: int
    blows: Counter[str] = field(default_factory=Counter)
    endings: Counter[str] = field(default_factory=Counter)
    """Tasks by final state, and failed ones by their error."""
    answers: Counter[str] = field(default_factory=Counter)
    attempts: Counter[int] = field(default_factory=Counter)
    deliveries: Counter[str] = field(default_factory=Counter)
    untold: int = 0
    """Tasks that were stored though their client never got the 202."""
    orphans: int = 0
    """Uploads whose request died with the web process."""
    starts: int = 0
    failed_starts: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [
            f"chaos: seed {self.seed}, {self.blows.total()} blows in {self.seconds:.0f} s",
            f"  blows       {_words(self.blows)}",
            f"  tasks       {self.endings.total()}: {_words(self.endings)}; {self.untold} never told to their client",
            f"  attempts    {_words(self.attempts)}",
            f"  answers     {_words(self.answers)}",
            f"  callbacks   {_words(self.deliveries)}",
            f"  starts      {self.starts}, {self.failed_starts} of them in vain",
            f"  orphans     {self.orphans} uploads, swept",
            f"  faults      {len(self.faults)}",
        ]
        return "\n".join([*lines, *(f"    {fault}" for fault in self.faults[:50])])


def _words(counts: Counter[str] | Counter[int]) -> str:
    return ", ".join(f"{name}: {count}" for name, count in sorted(counts.items(), key=lambda one: str(one[0])))
