"""The crew: places are filled at once, whoever is lost and however long that takes."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import pytest

from workers.crew import Crew
from workers.hand import Hand

_FORKS = multiprocessing.get_context("fork")


class Town:
    """Where workers come from: each tells its process id and number when it is called, then waits to be killed."""

    def __init__(self) -> None:
        self.hired: list[BaseProcess] = []
        self._heard, self._told = _FORKS.Pipe(duplex=False)

    def start(self, hand: Hand) -> BaseProcess:
        process = _FORKS.Process(target=_live, args=(hand, self._told), daemon=True)
        process.start()
        self.hired.append(process)
        return process

    def called(self) -> tuple[int | None, int]:
        """Who answered next: its process id and number."""
        assert self._heard.poll(10), "nobody was called"
        pid, number = self._heard.recv()
        return pid, number


def _live(hand: Hand, told: Connection) -> None:
    hand.answer()
    told.send((os.getpid(), hand.number))
    while True:
        signal.pause()


@pytest.fixture
def town() -> Iterator[Town]:
    town = Town()
    yield town
    for process in town.hired:
        process.kill()
        process.join()


def test_every_place_is_filled_and_one_waits_in_reserve(town: Town) -> None:
    crew = Crew(3, "s", town.start)
    crew.fill()
    assert sorted(number for _, number in (town.called() for _ in range(3))) == [1, 2, 3]
    assert len(crew.everybody) == len(town.hired) == 4 and len(crew.at_work) == 3
    assert len({hand.owner for hand in crew.everybody}) == 4
    crew.fill()
    assert len(town.hired) == 4


def test_the_one_in_reserve_takes_the_place_of_who_is_dismissed_before_that_is_dead(town: Town) -> None:
    crew = Crew(1, "s", town.start)
    crew.fill()
    first, _ = town.called()
    [doomed] = crew.at_work
    crew.dismiss(doomed)
    assert crew.at_work == [] and doomed in crew.everybody
    crew.fill()
    second, number = town.called()
    assert (second, number) == (town.hired[1].pid, 1) and second != first
    assert len(town.hired) == 2, "it was forked before it was needed"
    assert _soon(lambda: crew.bury() == [doomed])
    assert _soon(lambda: _filled(crew) == 2), "and another is put in reserve"


def test_more_are_lost_at_once_than_are_in_reserve(town: Town) -> None:
    crew = Crew(3, "s", town.start)
    crew.fill()
    before = {town.called() for _ in range(3)}
    for hand in crew.at_work:
        crew.dismiss(hand)
    crew.fill()
    after = {town.called() for _ in range(3)}
    assert {number for _, number in after} == {1, 2, 3} and not before & after
    assert len(crew.at_work) == 3


def test_who_dies_by_itself_is_replaced_too(town: Town) -> None:
    crew = Crew(2, "s", town.start)
    crew.fill()
    [lost] = [hand for hand in crew.at_work if hand.number == 2]
    lost.process.kill()
    assert _soon(lambda: crew.bury() == [lost])
    assert [hand.number for hand in crew.at_work] == [1]
    crew.fill()
    assert [hand.number for hand in crew.at_work] == [1, 2]


def test_nobody_is_hired_for_a_moment_after_one_that_died_at_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.crew.RESPAWN_PAUSE", 60.0)
    crew = Crew(1, "s", town.start)
    crew.fill()
    for hand in crew.everybody:
        hand.process.kill()
        hand.process.join()
    assert len(crew.bury()) == 2
    crew.fill()
    assert crew.everybody == [] and len(town.hired) == 2
    assert 0 < crew.patience() <= 60
    crew._hire_from = 0.0  # the moment is over
    assert _soon(lambda: _filled(crew) == 2)


def _filled(crew: Crew) -> int:
    crew.fill()
    return len(crew.everybody)


def _soon(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True
