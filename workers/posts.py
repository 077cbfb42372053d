"""Posts: each a slot with the worker that holds it, and the way a run in it is stopped: asked first, then killed."""

import time
import uuid
from dataclasses import dataclass

from workers.slots import Slot

PATIENCE = 0.04
"""Seconds a run that was asked to stop gets to reach a checkpoint before its worker is killed."""

RESPAWN_PAUSE = 1.0
"""Seconds before a worker that died at once, without a job, is replaced."""


@dataclass
class Post:
    """A slot, and who holds it: `owner` names this worker, and no later one, in the jobs it claims; empty: nobody.

    `number`, from 1, is what people call whoever works there.
    """

    slot: Slot
    number: int = 1
    owner: str = ""
    born: float = 0.0
    asked: tuple[int, float] | None = None
    """The run that was asked to stop, and when."""
    vacant_until: float = 0.0

    def take(self, supervisor: str) -> None:
        """Make ready for a new worker."""
        self.slot.clear()
        self.owner = f"{supervisor}/{self.number}/{uuid.uuid4().hex[:12]}"
        self.born, self.asked = time.monotonic(), None

    def leave(self) -> None:
        """Its worker has died."""
        at_once = not self.slot.current and time.monotonic() - self.born < RESPAWN_PAUSE
        self.owner, self.asked = "", None
        self.vacant_until = time.monotonic() + (RESPAWN_PAUSE if at_once else 0)

    @property
    def running(self) -> int:
        """The run in the slot that nobody asked to stop yet; 0 for none."""
        return self.slot.current if self.asked is None else 0

    def ask(self, token: int) -> None:
        """Ask a run to stop, once."""
        if self.asked is None or self.asked[0] != token:
            self.slot.ask_to_stop(token)
            self.asked = (token, time.monotonic())

    def must_die(self) -> bool:
        """Whether the run that was asked is still there after PATIENCE; its worker is then doomed and may be killed."""
        if self.asked is None:
            return False
        token, since = self.asked
        if self.slot.current != token:
            self.asked = None
            return False
        return time.monotonic() - since >= PATIENCE and self.slot.doom(token)

    def patience(self, job_timeout: float) -> float | None:
        """Seconds until something is to be done about the run in the slot; None while there is none."""
        if self.asked is not None:
            return self.asked[1] + PATIENCE - time.monotonic()
        return job_timeout - self.slot.age if self.slot.current else None
