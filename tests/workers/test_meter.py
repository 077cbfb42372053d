"""The meter of a task: what it counts, and when it has no room."""

import threading
from collections.abc import Callable
from decimal import Decimal

import pytest

from service.jobs.errors import MaxCostReached
from service.models.prices import Price
from service.models.usage import Usage
from workers.meter import FIRST_ANSWER, Meter

PRICE = Price(Decimal(2), Decimal(10))


def no_wait(seconds: float, unless: Callable[[], bool]) -> None:
    raise AssertionError("there is nothing to wait for")


def refused(meter: Meter, tokens: int) -> bool:
    try:
        with meter.room(tokens, no_wait):
            return False
    except MaxCostReached:
        return True


def test_nothing_is_told_before_anything_is_charged() -> None:
    assert Meter(PRICE).usage is None
    assert Meter(PRICE, Usage(1, 2, 22)).usage == Usage(1, 2, 22)


def test_tokens_of_earlier_runs_count() -> None:
    meter = Meter(PRICE, Usage(100, 10, 300))
    meter.add(50, 5)
    assert meter.usage == Usage(150, 15, 450)
    unknown = Meter(None, Usage(100, 10))
    unknown.add(1, 1)
    assert unknown.usage == Usage(101, 11, None)


def test_a_question_needs_room_for_itself_and_its_answer() -> None:
    needed = PRICE.of(500, FIRST_ANSWER)
    assert not refused(Meter(PRICE, limit=needed), 500)
    assert refused(Meter(PRICE, limit=needed - 1), 500)
    assert refused(Meter(PRICE, Usage(1, 0, 2), limit=needed), 500)


def test_without_a_limit_or_a_price_there_is_always_room() -> None:
    assert not refused(Meter(PRICE), 10**9)
    assert not refused(Meter(None, limit=1), 10**9)


def test_the_longest_answer_so_far_is_expected_again() -> None:
    meter = Meter(PRICE, limit=PRICE.of(300, 220))
    meter.add(100, 20)
    meter.add(100, 100)
    meter.add(0, 10)
    assert not refused(meter, 50)
    assert refused(meter, 101), "20 + 100 + 10 answered, 90 left, 100 expected"


def test_once_full_there_is_room_for_nothing() -> None:
    meter = Meter(PRICE, limit=PRICE.of(500, FIRST_ANSWER))
    assert refused(meter, 501) and meter.full and refused(meter, 1)


def test_what_is_under_way_is_waited_for_and_never_passed() -> None:
    """Eight threads want a question each; the limit has room for two at once, and for five in all."""
    each = PRICE.of(100, 100)
    meter = Meter(PRICE, Usage(0, 0, 0), limit=5 * each)
    meter.add(0, 0)
    meter._longest = 100  # as if an answer of so many tokens had been charged by an earlier run
    done, full, most, busy, lock = [0], [0], [0], [0], threading.Lock()
    changed = threading.Condition()

    def wait(seconds: float, unless: Callable[[], bool]) -> None:
        with changed:
            assert changed.wait_for(unless, 10)

    def ask() -> None:
        try:
            with meter.room(100, wait):
                with lock:
                    busy[0] += 1
                    most[0] = max(most[0], busy[0])
                meter.add(100, 100)
                with lock:
                    busy[0] -= 1
                    done[0] += 1
        except MaxCostReached:
            full[0] += 1
        with changed:
            changed.notify_all()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert (done[0], full[0]) == (5, 3) and meter.usage is not None and meter.usage.cost == 5 * each


def test_the_limit_is_told_as_it_was_sent() -> None:
    with pytest.raises(MaxCostReached) as caught, Meter(PRICE, limit=1_500).room(10_000, no_wait):
        pass
    assert "0.0015 USD" in caught.value.message("en")
