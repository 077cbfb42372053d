"""A hand: one worker as its supervisor sees it, called to work by a number; its run is asked to stop, then killed."""

import os
import time
import uuid
from typing import Any

from workers.slots import make_slot

PATIENCE = 0.04
"""Seconds a run that was asked to stop gets to reach a checkpoint before its worker is killed."""


class Hand:
    """A worker in reserve until it is called. `process` is what it runs in; `born` a time of the monotonic clock.

    `number`, from 1, is what people call whoever works in that place; 0 in reserve.
    """

    process: Any

    def __init__(self, supervisor: str) -> None:
        self.slot = make_slot()
        self.number = 0
        self.born = time.monotonic()
        self.asked: tuple[int, float] | None = None
        """The run that was asked to stop, and when."""
        self._supervisor = supervisor
        self._name = uuid.uuid4().hex[:12]
        self._bell = os.eventfd(0, os.EFD_CLOEXEC)

    @property
    def owner(self) -> str:
        """What names this worker, and no later one, in the jobs it claims."""
        return f"{self._supervisor}/{self.number}/{self._name}"

    def call(self, number: int) -> None:
        """Have it begin to work in a place, as its supervisor."""
        self.number = number
        os.eventfd_write(self._bell, number)

    def answer(self) -> None:
        """Wait for the call, as the worker."""
        self.number = os.eventfd_read(self._bell)

    def bury(self) -> None:
        """Let go of what was shared with it: it has died."""
        os.close(self._bell)

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
