"""Two clients with keys and one worker: the messages of the one wake it for the other's task too."""

import sqlite3

from tests.conftest import MakeInstallation
from tests.doors.keys import ALICE, API_KEYS, BOB, as_client
from tests.installation import Installation
from tests.peers.process import Peer
from tests.pictures import picture


def test_ones_many_tasks_do_not_keep_anothers_one_waiting(
    make_installation: MakeInstallation, openai_peer: Peer
) -> None:
    with make_installation(MAX_WORKERS=1, API_KEYS=API_KEYS).running() as service:
        blocking = as_client(service, ALICE).submitted(picture(), prompt="HANG")
        openai_peer.wait_seen(lambda seen: len(seen) == 1)
        many = [service.submitted(picture(), prompt="INSTANT many") for _ in range(12)]
        late = [many.pop(), many.pop()]
        one = as_client(service, BOB).submit(picture(), prompt="INSTANT one").json()
        assert one["queue_position"] == 1
        for task in (late[0], blocking):
            assert as_client(service, ALICE).cancel(task).status_code == 200
        for task in [*many, late[1]]:
            assert service.ended(task)["status"] == "completed"
        assert as_client(service, BOB).ended(one["task_id"])["status"] == "completed"
        order = [entry["prompt"] for entry in openai_peer.seen()][1:]
        assert order == ["INSTANT many", "INSTANT one", *["INSTANT many"] * 10]
        service.wait_for(lambda: _messages(service) == 0)


def _messages(service: Installation) -> int:
    """A cancelled task's message is taken, and does no harm."""
    connection = sqlite3.connect(service.data / "queue.db")
    try:
        return int(connection.execute("SELECT count(*) FROM task").fetchone()[0])
    finally:
        connection.close()
