"""The warden: a run that is over is asked to stop, also one that was only just beginning when it was cancelled."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from service.jobs.bell import Bell
from service.jobs.database import Database, metadata
from service.jobs.store import Store
from service.settings import Settings
from tests.jobs.submissions import MANY, submission
from workers.crew import Crew
from workers.hand import Hand
from workers.warden import LOOK, LOOK_AGAIN, Warden


class Body:
    """Stands for a worker's process, which none of this touches."""

    pid = 0

    def is_alive(self) -> bool:
        return True


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    database = Database(f"sqlite:///{tmp_path / 'jobs.db'}")
    metadata.create_all(database.engine)
    yield Store(database)
    database.close()


@pytest.fixture
def hand() -> Iterator[Hand]:
    hand = Hand("s")
    yield hand
    hand.bury()


@pytest.fixture
def warden(tmp_path: Path, store: Store, hand: Hand) -> Iterator[Warden]:
    crew = Crew(1, "s", lambda _: Body())
    crew._places[1], hand.process = hand, Body()
    with Bell(tmp_path / "courier.bell") as bell:
        yield Warden(Settings(data_dir=tmp_path), crew, store, bell, structlog.get_logger())


def test_a_run_cancelled_between_its_claim_and_its_slot_is_asked_at_the_second_look(
    store: Store, hand: Hand, warden: Warden
) -> None:
    store.submit(submission(), MANY)
    job = store.claim_next(hand.owner)
    assert job is not None
    store.cancel(job.id)
    warden.look_at_once()
    warden.watch()
    with hand.slot.hold(job):
        assert not hand.slot.stopping and warden.patience() <= LOOK_AGAIN < LOOK
        deadline = time.monotonic() + LOOK
        while not hand.slot.stopping:
            assert time.monotonic() < deadline
            time.sleep(warden.patience())
            warden.watch()


def test_a_run_that_goes_on_is_let_alone(store: Store, hand: Hand, warden: Warden) -> None:
    store.submit(submission(), MANY)
    job = store.claim_next(hand.owner)
    assert job is not None
    with hand.slot.hold(job):
        warden.look_at_once()
        warden.watch()
        assert not hand.slot.stopping and hand.asked is None
