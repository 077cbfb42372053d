"""Calls: counted by forked workers and their threads, told once."""

import os
import threading
import time

import pytest

from service.jobs.counters import ANSWERED, CALL, OUTCOMES, Tally
from workers.calls import Calls

EACH = 200


def test_none_is_lost_between_processes_and_threads() -> None:
    calls = Calls()
    children = [_forked(calls) for _ in range(3)]
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0, 0]
    with calls.news() as news:
        assert [(one.labels, one.number) for one in news] == [((ANSWERED,), 3 * 2 * EACH)]


def test_each_is_told_once_but_again_after_an_error() -> None:
    calls = Calls()
    calls.add("model_unavailable", time.monotonic() - 2)
    with pytest.raises(OSError, match="locked"), calls.news():
        raise OSError("locked")
    with calls.news() as [news]:
        assert news._replace(total=0) == Tally(CALL, ("model_unavailable",), 1)
        assert 2000 <= news.total < 60_000
        calls.add(ANSWERED, time.monotonic())
    with calls.news() as [news]:
        assert news.labels == (ANSWERED,)
    with calls.news() as nothing:
        assert nothing == []


def test_every_error_of_a_model_has_its_place() -> None:
    assert {"model_unavailable", "model_rejected", "model_answer_cut"} < set(OUTCOMES)
    assert "worker_crashed" not in OUTCOMES and len(set(OUTCOMES)) == len(OUTCOMES)


def _forked(calls: Calls) -> int:
    child = os.fork()
    if child:
        return child
    threads = [threading.Thread(target=_count, args=(calls,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os._exit(0)


def _count(calls: Calls) -> None:
    for _ in range(EACH):
        calls.add(ANSWERED, time.monotonic())
