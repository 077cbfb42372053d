"""Slots: shared memory in which each worker shows the run it is on, and the supervisor says which run must stop.

A run is named by a token (job number and run number), so a word meant for one run never reaches another.
"""

import mmap
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from service.jobs.job import Job

_WORDS = 4
_CURRENT, _SINCE, _STOP, _KILL = range(_WORDS)
_RUN_BITS = 24


def token_of(seq: int, run: int) -> int:
    """One number for a run; 0 is no run."""
    return seq << _RUN_BITS | run


def run_of(token: int) -> tuple[int, int]:
    """The job number and run number of a token."""
    return token >> _RUN_BITS, token & (1 << _RUN_BITS) - 1


class Slot:
    """One worker's four words: the run it is on and since when; the run asked to stop; the run about to be killed."""

    def __init__(self, words: memoryview) -> None:
        self._words = words

    @property
    def current(self) -> int:
        return self._words[_CURRENT]

    @property
    def age(self) -> float:
        """Seconds the current run has taken."""
        return (time.monotonic_ns() - self._words[_SINCE]) / 1e9

    @property
    def stopping(self) -> bool:
        """Whether the run in this slot was asked to stop."""
        return self._words[_STOP] == self._words[_CURRENT] != 0

    @contextmanager
    def hold(self, job: Job) -> Iterator[None]:
        """Be on a run, as the worker."""
        token = token_of(job.seq, job.run)
        self._words[_SINCE] = time.monotonic_ns()
        self._words[_CURRENT] = token
        try:
            yield
        finally:
            self._words[_CURRENT] = 0
            # The supervisor writes the kill word, then kills if it still sees our token here. Either it sees the 0, or
            # we see its word: then we end by ourselves, so that the signal can never hit another run.
            if self._words[_KILL] == token:
                os._exit(0)

    def ask_to_stop(self, token: int) -> None:
        self._words[_STOP] = token

    def doom(self, token: int) -> bool:
        """Announce that the worker dies with this run; True when it is still on it and may be killed."""
        self._words[_KILL] = token
        return self._words[_CURRENT] == token


def make_slot() -> Slot:
    """A slot that this process and a child forked from it share, and no other worker ever has."""
    return Slot(memoryview(mmap.mmap(-1, _WORDS * 8)).cast("Q"))
