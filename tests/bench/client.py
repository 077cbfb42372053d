"""A client that costs little itself: one kept connection, bodies made beforehand, wall-clock times of each request."""

import http.client
import json
import select
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from tests.bench.subjects import Subject

_BOUNDARY = "----bench-7f3a9c"


@dataclass(frozen=True)
class Body:
    """A submission, ready to be sent as it is."""

    data: bytes
    to: str

    @classmethod
    def of(cls, subject: Subject, to: str = "analyze-image", **fields: str) -> "Body":
        parts = [_part(f'name="{name}"', value.encode()) for name, value in fields.items()]
        file = _part(f'name="file"; filename="{subject.name}"', subject.data)
        return cls(b"".join([*parts, file, f"--{_BOUNDARY}--\r\n".encode()]), to)


@dataclass(frozen=True)
class Answered:
    """One request: when it was sent and answered, in seconds since 1970, and the task it was about."""

    task_id: str
    sent: float
    answered: float

    @property
    def milliseconds(self) -> float:
        return (self.answered - self.sent) * 1000


class Client:
    """One connection to the web process."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def submit(self, body: Body) -> Answered:
        """POST a submission; it must be accepted."""
        headers = {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"}
        sent, answered, answer = self._ask("POST", f"/background/{body.to}", 202, body.data, headers)
        return Answered(answer["task_id"], sent, answered)

    def cancel(self, task_id: str) -> Answered:
        """DELETE; the task must not be over yet."""
        sent, answered, _ = self._ask("DELETE", f"/background/cancel-task/{task_id}", 200)
        return Answered(task_id, sent, answered)

    def _ask(
        self, method: str, path: str, expected: int, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[float, float, dict[str, Any]]:
        self._let_go_of_what_is_closed()
        sent = time.time()
        self._connection.request(method, path, body, headers or {})
        response = self._connection.getresponse()
        text = response.read()
        answered = time.time()
        assert response.status == expected, text
        return sent, answered, json.loads(text)

    def _let_go_of_what_is_closed(self) -> None:
        """A server closes a connection that was idle for some seconds: the next request is for a new one."""
        if self._connection.sock is not None and select.select([self._connection.sock], [], [], 0)[0]:
            self._connection.close()


def submit_all(port: int, bodies: Sequence[Body], clients: int) -> list[Answered]:
    """Submit every body, from that many connections at once."""
    shares = [bodies[number::clients] for number in range(clients)]

    def work(share: Sequence[Body]) -> list[Answered]:
        client = Client(port)
        return [client.submit(body) for body in share]

    with ThreadPoolExecutor(clients) as pool:
        return [one for answers in pool.map(work, shares) for one in answers]


def _part(disposition: str, value: bytes) -> bytes:
    return f"--{_BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode() + value + b"\r\n"
