"""Several jobs at once, and their order."""

from tests.conftest import MakeInstallation
from tests.lending import Lend
from tests.peers.process import Peer
from tests.pictures import picture


def test_three_jobs_run_at_once_and_a_fourth_waits(make_installation: MakeInstallation, openai_peer: Peer) -> None:
    with make_installation(MAX_WORKERS=3).running() as service:
        running = [service.submitted(picture(), prompt="HANG") for _ in range(3)]
        openai_peer.wait_seen(lambda seen: len(seen) == 3)
        waiting = service.submitted(picture(), prompt="INSTANT")
        assert [service.status(task)["status"] for task in running] == ["processing"] * 3
        picture_of_waiting = service.status(waiting)
        assert (picture_of_waiting["status"], picture_of_waiting["queue_position"]) == ("pending", 0)
        assert service.get("/health").json()["workers"] == {"alive": 3, "busy": 3}

        service.cancel(running[1])
        assert service.ended(waiting)["status"] == "completed"
        assert service.status(running[0])["status"] == "processing"
        assert service.status(running[2])["status"] == "processing"


def test_a_higher_priority_goes_first_and_equal_ones_in_order(lend: Lend, openai_peer: Peer) -> None:
    with lend(MAX_WORKERS=1) as service:
        blocking = service.submitted(picture(), prompt="HANG")
        openai_peer.wait_seen(lambda seen: len(seen) == 1)
        order = [(0, "low a"), (5, "mid a"), (0, "low b"), (9, "top"), (5, "mid b")]
        tasks = {
            name: service.submitted(picture(), prompt=f"INSTANT {name}", priority=priority) for priority, name in order
        }
        assert [service.status(tasks[name])["queue_position"] for _, name in order] == [3, 1, 4, 0, 2]
        service.cancel(blocking)
        for task in tasks.values():
            service.ended(task)
        asked = [entry["prompt"] for entry in openai_peer.seen()[1:]]
        assert asked == [f"INSTANT {name}" for name in ("top", "mid a", "mid b", "low a", "low b")]
