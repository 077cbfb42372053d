"""The model's server out of service: the queue waits for it, unharmed, and goes on when it is back."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial

import pytest

from tests.contract.installing import installed
from tests.installation import Answer, Installation
from tests.peers.process import Peer, Seen
from tests.pictures import document, picture
from workers.breaker import OPENS_AT

QUEUED, DOCUMENTS = 20, 6
"""Tasks of one question, and tasks of several: each may come to be the trial."""


class Server:
    """A model's server that can be stopped, or have it answer 503 to everything, and come back on its port."""

    def __init__(self) -> None:
        self._process = ExitStack()
        self.peer = self._process.enter_context(Peer.start("openai_server"))
        self._port = int(self.peer.url.rpartition(":")[2])

    def stop(self) -> None:
        self._process.close()

    def start(self) -> None:
        self._process.enter_context(Peer.start("openai_server", port=self._port))

    def refuse(self) -> None:
        self.peer.fail(503)

    def answer(self) -> None:
        self.peer.fail(None)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("outage"), server.peer, MAX_WORKERS=2) as installation:
        yield installation


@pytest.mark.parametrize(("leave", "come_back"), [(Server.stop, Server.start), (Server.refuse, Server.answer)])
def test_no_task_is_lost_to_an_outage(
    service: Installation, server: Server, leave: Callable[[Server], None], come_back: Callable[[Server], None]
) -> None:
    leave(server)
    tasks = [service.submitted(picture(), prompt=f"INSTANT 작업 {number}") for number in range(QUEUED)]
    tasks += [service.submitted(document(5), "extract-tables") for _ in range(DOCUMENTS)]
    service.wait_for(lambda: _model_server(service)["state"] == "failing", 40)
    reading = service.submitted(picture(), model="local")
    assert service.ended(reading)["status"] == "completed", "the embedded engine goes on"
    facts = _model_server(service)
    assert set(facts) == {"state", "reason", "since", "next_try"} and facts["reason"] in ("no connection", "HTTP 503")

    service.wait_for(lambda: service.get("/health").json()["workers"]["busy"] == 0)
    cancelled = tasks.pop()
    assert service.cancel(cancelled).json()["status"] == "cancelled"
    assert {service.status(task)["status"] for task in tasks} <= {"pending", "processing"}

    come_back(server)
    ended = [service.ended(task) for task in tasks]
    assert {one["status"] for one in ended} == {"completed"}
    assert _attempts(service, tasks) == {1}, "an outage uses up no attempt"
    service.wait_for(lambda: _model_server(service) == {"state": "ok"}, 40)
    service.wait_for(lambda: '"breaker_opened"' in service.output() and '"breaker_closed"' in service.output())


def test_a_job_on_its_own_fails_with_what_happened(service: Installation, server: Server) -> None:
    server.refuse()
    try:
        first, second = (service.ended(service.submitted(picture(), prompt=f"OK {name}")) for name in "ab")
    finally:
        server.answer()
    assert first["error"]["code"] == second["error"]["code"] == "model_unavailable"
    assert "HTTP 503" in first["error"]["message"] and "HTTP 503" in second["error"]["message"]
    assert service.ended(service.submitted(picture(), prompt="OK"))["status"] == "completed"


def test_cancels_are_no_failures_of_the_server(service: Installation, server: Server) -> None:
    server.peer.reset()
    before = len(service.output())
    for number in range(1, OPENS_AT + 2):
        task_id = service.submitted(picture(), prompt="HANG")
        server.peer.wait_seen(partial(_as_many, number))
        assert service.cancel(task_id).status_code == 200
    service.wait_for(lambda: service.get("/health").json()["workers"]["busy"] == 0)
    assert service.ended(service.submitted(picture(), prompt="INSTANT"))["status"] == "completed"
    assert '"breaker_opened"' not in service.output()[before:]


def _as_many(number: int, seen: list[Seen]) -> bool:
    return len(seen) == number


def _model_server(service: Installation) -> Answer:
    facts: Answer = service.get("/health").json()["engines"][0]["model_server"]
    return facts


def _attempts(service: Installation, tasks: list[str]) -> set[int]:
    started = [event for task in tasks for event in service.events(task) if event["event"] == "started"]
    return {event["attempt"] for event in started}
