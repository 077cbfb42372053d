"""A file pushed through a running service, and what became of it in one word."""

import time

from tests.installation import FINAL, Installation
from tests.pictures import picture

WORKERS = 2
STUCK, LOST, CRASHED = "stuck", "lost slot", "crashed supervisor"
AND = " and "


class Watch:
    """A service as it was before anything hostile came."""

    def __init__(self, service: Installation) -> None:
        self._service = service
        self._supervisor = service.process("worker").pid
        self._children = len(service.workers())

    def faults(self) -> list[str]:
        """What is wrong with the service now: nothing, it is to be hoped."""
        if self._service.manager_ended() or self._service.process("worker").pid != self._supervisor:
            return [CRASHED]
        good = [self._service.submitted(picture(), model="INSTANT") for _ in range(WORKERS)]
        wrong = [push for push in (outcome(self._service, one, 30) for one in good) if push != "completed"]
        deadline = time.monotonic() + 5  # a worker that ended by itself is replaced at once, yet not within no time
        while len(self._service.workers()) != self._children and time.monotonic() < deadline:
            time.sleep(0.02)
        return wrong + [LOST] * (len(self._service.workers()) != self._children)


def push(service: Installation, file: tuple[str, bytes], path: str, timeout: float) -> str:
    """Submit a file and wait for its end: `completed`, the failure's code, `stuck`, or the answer that refused it.

    A ZIP is a batch of the files in it: each different end of theirs, with AND between.
    """
    response = service.submit(file, path, model="INSTANT")
    answer = response.json()
    if response.status_code != 202:
        return f"{response.status_code} {answer['code']}"
    tasks = [task["task_id"] for task in answer.get("tasks", [answer])]
    return AND.join(sorted({outcome(service, task, timeout) for task in tasks}))


def outcome(service: Installation, task_id: str, timeout: float) -> str:
    """How a task ends within `timeout` seconds."""
    begun = time.monotonic()
    while (status := service.status(task_id, Prefer="wait=10"))["status"] not in FINAL:
        if time.monotonic() > begun + timeout:
            service.cancel(task_id)
            return STUCK
    return str(status["error"]["code"] if status["status"] == "failed" else status["status"])
