"""What the clients were told, to be held against what came of it."""

import threading
from collections import Counter
from dataclasses import dataclass, field

HANGING = "HANG"
DAMAGED = "damaged"


@dataclass(frozen=True)
class Wish:
    """One submission: what the model's server is to do, the file's bytes, and who is to be called back."""

    prompt: str
    content: bytes
    damaged: bool = False
    callback: str | None = None
    cancel_after: float | None = None
    """Seconds after the 202 at which the client cancels."""

    @property
    def hangs(self) -> bool:
        return self.prompt.startswith(HANGING)


@dataclass
class Told:
    """One task that was answered with 202, and every later answer about it."""

    task_id: str
    wish: Wish
    seen: list[str] = field(default_factory=list)
    """Each state as it was first seen, in order."""
    cancels: list[tuple[int, str]] = field(default_factory=list)
    """HTTP status and task state of each answer to a cancel."""
    results: list[int] = field(default_factory=list)
    """HTTP status of each answer to a request for the result."""


class Ledger:
    """Shared by all clients of a watch."""

    def __init__(self) -> None:
        self.told: dict[str, Told] = {}
        self.answers: Counter[str] = Counter()
        """How often each kind of request got each answer; `cut` is a connection that broke."""
        self.faults: list[str] = []
        self._lock = threading.Lock()

    def accept(self, told: Told) -> None:
        with self._lock:
            self.told[told.task_id] = told

    def count(self, request: str, answer: int | str) -> None:
        with self._lock:
            self.answers[f"{request} {answer}"] += 1

    def fault(self, words: str) -> None:
        with self._lock:
            self.faults.append(words)
