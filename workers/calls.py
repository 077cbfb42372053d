"""Calls: how many questions the workers asked of the model's server, and what came of them, counted in shared memory.

The supervisor takes them into the database with each of its heartbeats, so a kill of it loses a few seconds of them.
"""

import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager

from service.jobs.counters import CALL, OUTCOMES, Tally
from workers.shared import Shared

_WORD = struct.Struct("QQ")  # how many, and their milliseconds


class Calls:
    """Counted by all workers. `news` is for the supervisor alone."""

    def __init__(self) -> None:
        self._shared = Shared("calls", _WORD.size * len(OUTCOMES))
        self._told = [(0, 0)] * len(OUTCOMES)

    def add(self, outcome: str, began: float) -> None:
        """One question, begun at `began` of the monotonic clock, has come to one of OUTCOMES."""
        place, took = OUTCOMES.index(outcome) * _WORD.size, round((time.monotonic() - began) * 1000)
        with self._shared.alone() as memory:
            count, total = _WORD.unpack_from(memory, place)
            _WORD.pack_into(memory, place, count + 1, total + took)

    @contextmanager
    def news(self) -> Iterator[list[Tally]]:
        """What came since the last time. It counts as told once the block has ended without an error."""
        with self._shared.alone() as memory:
            found: list[tuple[int, int]] = list(_WORD.iter_unpack(memory[:]))
        pairs = zip(OUTCOMES, found, self._told, strict=True)
        yield [
            Tally(CALL, (outcome,), count - told, total - told_total)
            for outcome, (count, total), (told, told_total) in pairs
            if count > told
        ]
        self._told = found
