"""The breaker: shared memory in which the workers count a sick model server's failures, and stop asking it together.

closed ──OPENS_AT failures in a row──> open ──pause over──> one question as a trial ──answered──> closed
                                        ^──────────failed: the pause doubles──────────┘
"""

import random
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, replace
from typing import Any

from service.jobs.job import Job, now
from service.jobs.view import iso
from service.logs import Logger
from workers.calls import Calls
from workers.shared import Shared

OPENS_AT = 5
"""Failures in a row, over all workers, after which the server is left alone."""

FIRST_PAUSE = 2.0
"""Seconds before the first trial."""

LONGEST_PAUSE = 60.0
"""The most that doubling makes of it with each trial that fails."""

LONGEST_ASKED_FOR = 300.0
"""Most seconds that the server's own Retry-After may put a trial off."""

TRIAL = 30.0
"""Seconds a trial keeps others from being made; should its worker die, the next trial comes then."""

ASKS_MODEL = "openai"
"""Name of the engine that asks the model's server."""

_LAYOUT = struct.Struct("qddd64s")


@dataclass(frozen=True)
class _State:
    """What is shared. `opened` and `next_trial` are seconds of the monotonic clock; `opened` 0 is closed."""

    failures: int = 0
    opened: float = 0.0
    next_trial: float = 0.0
    pause: float = 0.0
    reason: bytes = b""


class Breaker:
    """Made before the workers are forked, and by them all shared; lives as long as their supervisor."""

    def __init__(self, log: Logger) -> None:
        self.calls = Calls()
        """What came of every question; it decides nothing here."""
        self._log = log
        self._shared = Shared("breaker", _LAYOUT.size)

    @property
    def open(self) -> bool:
        """Whether the server counts as sick."""
        return self._read().opened > 0

    @property
    def seconds_open(self) -> float:
        """How long the server has counted as sick; 0 while it does not."""
        state = self._read()
        return time.monotonic() - state.opened if state.opened else 0.0

    def facts(self) -> dict[str, Any]:
        """The server's state, for /health."""
        state = self._read()
        if not state.opened:
            return {"state": "ok"}
        return {
            "state": "failing",
            "reason": _text(state.reason),
            "since": _moment(state.opened),
            "next_try": _moment(state.next_trial),
        }

    def startable(self, jobs: list[Job]) -> list[Job]:
        """Those that can be begun now: while open, what needs no model and, once a trial is due, one more by lot."""
        state = self._read()
        if not state.opened:
            return jobs
        free = [job for job in jobs if not needs_model(job)]
        held = [job for job in jobs if needs_model(job)]
        if held and time.monotonic() >= state.next_trial:
            free.append(random.choice(held))
        return free

    def holds(self, job: Job) -> bool:
        """Whether this job must not be begun now."""
        state = self._read()
        return state.opened > 0 and needs_model(job) and time.monotonic() < state.next_trial

    def enter(self) -> float | None:
        """Ask to ask: the question's ticket (when it began), or None while the server is left alone."""
        with self._changing() as state:
            moment = time.monotonic()
            if state.opened:
                if moment < state.next_trial:
                    return None
                self._write(replace(state, next_trial=moment + TRIAL))
            return moment

    def succeeded(self, ticket: float) -> None:
        """The question was answered."""
        if self._read() == _State():
            return
        with self._changing() as state:
            if ticket < state.opened:
                return  # it began before: only a trial tells how the server is now
            self._write(_State())
        if state.opened:
            self._log.info("breaker_closed", seconds=round(time.monotonic() - state.opened, 1))

    def failed(self, ticket: float, reason: str, retry_after: float | None) -> None:
        """The question failed in a way that tells of a sick server."""
        asked_for = min(retry_after or 0.0, LONGEST_ASKED_FOR)
        with self._changing() as state:
            if ticket < state.opened:
                return
            moment, failures = time.monotonic(), state.failures + 1
            if not state.opened and failures < OPENS_AT:
                self._write(replace(state, failures=failures))
                return
            pause = min(state.pause * 2, LONGEST_PAUSE) or FIRST_PAUSE
            next_trial = moment + max(pause, asked_for)
            self._write(_State(failures, state.opened or moment, next_trial, pause, reason.encode()[:64]))
        facts = {"reason": reason, "failures": failures, "next_try_in_seconds": round(max(pause, asked_for), 1)}
        if state.opened:
            self._log.warning("breaker_stays_open", **facts)
        else:
            self._log.warning("breaker_opened", **facts)

    def left(self, ticket: float) -> None:
        """The question was given up for another reason: were it the trial, another may be made at once."""
        with self._changing() as state:
            if state.opened and ticket >= state.opened:
                self._write(replace(state, next_trial=time.monotonic()))

    @contextmanager
    def _changing(self) -> Iterator[_State]:
        with self._shared.alone() as memory:
            failures, opened, next_trial, pause, reason = _LAYOUT.unpack(memory[:])
            yield _State(failures, opened, next_trial, pause, reason.rstrip(b"\0"))

    def _read(self) -> _State:
        with self._changing() as state:
            return state

    def _write(self, state: _State) -> None:
        self._shared.memory[:] = _LAYOUT.pack(*astuple(state))


def needs_model(job: Job) -> bool:
    """Whether the job's engine asks the model's server."""
    return job.engine == ASKS_MODEL


def _text(reason: bytes) -> str:
    return reason.decode(errors="ignore")


def _moment(monotonic: float) -> str | None:
    """A time of the monotonic clock as people tell it."""
    return iso(now() + round((monotonic - time.monotonic()) * 1000))
