"""The crew: so many workers at work, and one in reserve, which takes the place of the next that is lost.

To kill a worker deep in a model, wait until its memory is given back and fork another takes a tenth of a second on a
quiet machine and several on a busy one. The one in reserve has all that behind it.
"""

import math
import time
from collections.abc import Callable
from typing import Any

from workers.hand import Hand

RESPAWN_PAUSE = 1.0
"""Seconds in which nobody is hired after a worker that died at once, without a job."""

RECRUIT_PAUSE = 0.2
"""Seconds in which nobody is put in reserve after one was called: that one needs the processor more."""


class Crew:
    """`size` workers of one supervisor; `start` begins the process of a new one."""

    def __init__(self, size: int, supervisor: str, start: Callable[[Hand], Any]) -> None:
        self._size = size
        self._supervisor = supervisor
        self._start = start
        self._places: dict[int, Hand] = {}
        self._reserve: Hand | None = None
        self._leaving: list[Hand] = []
        self._hire_from = self._recruit_from = 0.0

    @property
    def at_work(self) -> list[Hand]:
        """Who works, by number."""
        return [self._places[number] for number in sorted(self._places)]

    @property
    def everybody(self) -> list[Hand]:
        """Who works, who waits, and who was killed and is not yet gone."""
        return [*self.at_work, *([] if self._reserve is None else [self._reserve]), *self._leaving]

    def fill(self) -> None:
        """Call somebody to each empty place, the one in reserve first; then see to it that one is in reserve."""
        for number in range(1, self._size + 1):
            if number not in self._places:
                hand = self._from_reserve() or self._hired()
                if hand is None:
                    return
                self._places[number] = hand
                hand.call(number)
        if self._reserve is None and time.monotonic() >= self._recruit_from:
            self._reserve = self._hired()

    def patience(self) -> float:
        """Seconds until somebody may be hired who is missing; endless while nobody is, or a death is waited for."""
        if self._reserve is not None or self._crowded:
            return math.inf
        return max(0.0, max(self._hire_from, self._recruit_from) - time.monotonic())

    def dismiss(self, hand: Hand) -> None:
        """Kill a doomed worker. Its place is empty at once: it will take no other job, however long it takes to die."""
        hand.process.kill()
        self._leaving.append(self._places.pop(hand.number))

    def bury(self) -> list[Hand]:
        """Who has died since the last time; their places are empty."""
        dead = [hand for hand in self.everybody if not hand.process.is_alive()]
        for hand in dead:
            self._strike_out(hand)
            hand.bury()
            if not hand.slot.current and time.monotonic() - hand.born < RESPAWN_PAUSE:
                self._hire_from = time.monotonic() + RESPAWN_PAUSE
        return dead

    @property
    def _crowded(self) -> bool:
        """Whether too many are still dying, as with a disk that does not answer, to put as many beside them."""
        return len(self._leaving) > self._size

    def _strike_out(self, hand: Hand) -> None:
        if hand in self._leaving:
            self._leaving.remove(hand)
        elif hand is self._reserve:
            self._reserve = None
        else:
            del self._places[hand.number]

    def _from_reserve(self) -> Hand | None:
        hand, self._reserve = self._reserve, None
        if hand is not None:
            self._recruit_from = time.monotonic() + RECRUIT_PAUSE
        return hand

    def _hired(self) -> Hand | None:
        """A new one in reserve; None while nobody may be hired."""
        if time.monotonic() < self._hire_from or self._crowded:
            return None
        hand = Hand(self._supervisor)
        hand.process = self._start(hand)
        return hand
