"""The breaker between real processes: it opens by failures in a row, lets one trial through, outlives its workers."""

import os
import select
import signal
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import structlog

from workers import breaker as module
from workers.breaker import OPENS_AT, Breaker


@pytest.fixture
def breaker() -> Breaker:
    return Breaker(structlog.get_logger())


def test_failures_of_all_workers_count_until_one_is_answered(breaker: Breaker) -> None:
    for _ in range(OPENS_AT - 1):
        _in_child(lambda: _fail(breaker))
    assert not breaker.open
    _in_child(lambda: breaker.succeeded(_ticket(breaker)))
    for _ in range(OPENS_AT - 1):
        _in_child(lambda: _fail(breaker))
    assert not breaker.open and breaker.facts() == {"state": "ok"}
    _in_child(lambda: _fail(breaker))
    assert breaker.open and breaker.enter() is None
    assert breaker.facts()["reason"] == "HTTP 503"


def test_what_began_before_it_opened_tells_nothing_of_now(breaker: Breaker) -> None:
    old = _ticket(breaker)
    _open(breaker)
    before = breaker.facts()
    breaker.succeeded(old)
    breaker.failed(old, "timeout", None)
    assert breaker.open and breaker.facts()["reason"] == before["reason"]


def test_one_trial_at_a_time_and_an_answer_closes_it(breaker: Breaker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.0)
    _open(breaker)
    trial = _ticket(breaker)
    assert breaker.enter() is None, "the trial is being made"
    breaker.left(trial)
    breaker.succeeded(_ticket(breaker))
    assert not breaker.open and breaker.seconds_open == 0


def test_a_failed_trial_doubles_the_pause_and_a_wait_asked_for_is_kept(
    breaker: Breaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TRIAL", 0.0)
    logged = structlog.testing.LogCapture()
    breaker = Breaker(structlog.wrap_logger(None, processors=[logged]))
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.001)
    _open(breaker)
    for asked_for in (None, 0.004, 1_000_000.0):
        while (ticket := breaker.enter()) is None:
            pass
        breaker.failed(ticket, "HTTP 503", asked_for)
    events = [(entry["event"], entry["next_try_in_seconds"]) for entry in logged.entries]
    assert events[0] == ("breaker_opened", 0.0) and events[-1] == ("breaker_stays_open", 300.0)
    assert breaker.enter() is None


def test_a_worker_killed_in_the_middle_of_a_change_blocks_nobody(breaker: Breaker) -> None:
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        with breaker._changing():
            os.write(writer, b"!")
            signal.pause()
    os.read(reader, 1)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    _open(breaker)
    assert breaker.open
    os.close(reader)
    os.close(writer)


def test_only_what_needs_the_model_is_held_and_one_is_drawn_for_a_trial(
    breaker: Breaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking: list[Any] = [SimpleNamespace(engine="openai", seq=seq) for seq in range(3)]
    reading: list[Any] = [SimpleNamespace(engine="local", seq=9)]
    assert breaker.startable(asking + reading) == asking + reading
    _open(breaker)
    assert breaker.startable(asking + reading) == reading
    assert breaker.holds(asking[0]) and not breaker.holds(reading[0])
    due = Breaker(structlog.get_logger())
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.0)
    _open(due)
    assert len(due.startable(asking + reading)) == 2 and reading[0] in due.startable(asking + reading)
    assert not due.holds(asking[0])


def _ticket(breaker: Breaker) -> float:
    ticket = breaker.enter()
    assert ticket is not None
    return ticket


def _fail(breaker: Breaker) -> None:
    breaker.failed(_ticket(breaker), "HTTP 503", None)


def _open(breaker: Breaker) -> None:
    for _ in range(OPENS_AT):
        _fail(breaker)


def _in_child(act: Callable[[], None]) -> None:
    pid = os.fork()
    if pid == 0:
        try:
            act()
            os._exit(0)
        finally:
            os._exit(1)
    handle = os.pidfd_open(pid)
    assert select.select([handle], [], [], 10)[0]
    os.close(handle)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
