"""Clients: each a thread that submits, polls, cancels and reads results, whatever happens to the service meanwhile."""

import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import requests

from tests.installation import FINAL, Installation
from tests.lifecycle.chaos.ledger import Ledger, Told
from tests.lifecycle.chaos.wishes import Wishes

OPEN = 5
"""Tasks that one client has under way at most."""

PACE = 0.03
"""Seconds between two requests of one client."""

PATIENCE = 20.0
"""Seconds after which an answer that has not come is a fault."""


class Client(threading.Thread):
    """One client. After `finish` it submits nothing any more, and ends when all its tasks are final."""

    def __init__(self, service: Installation, ledger: Ledger, wishes: Wishes, chance: random.Random) -> None:
        super().__init__(daemon=True)
        self._url = f"{service.url}/background"
        self._ledger = ledger
        self._wishes = wishes
        self._chance = chance
        self._finishing = threading.Event()
        self._open: list[tuple[Told, float | None]] = []
        self._http = requests.Session()
        self._http.trust_env = False

    def finish(self) -> None:
        self._finishing.set()

    def run(self) -> None:
        try:
            while self._open or not self._finishing.is_set():
                self._step()
                time.sleep(PACE)
        except Exception as error:
            self._ledger.fault(f"a client broke: {error!r}")
            raise
        finally:
            self._http.close()

    def _step(self) -> None:
        if len(self._open) < OPEN and not self._finishing.is_set():
            self._submit()
        for entry in self._chance.sample(self._open, min(2, len(self._open))):
            told, cancel_at = entry
            if cancel_at is not None and time.monotonic() >= cancel_at:
                self._cancel(told)
            if self._is_final(told):
                self._open.remove(entry)

    def _submit(self) -> None:
        wish = self._wishes.next()
        fields = {"prompt": wish.prompt, "detail": "original"} | (
            {"callback_url": wish.callback} if wish.callback else {}
        )
        response = self._ask("submit", "POST", "analyze-image", files={"file": ("a.png", wish.content)}, data=fields)
        if response is not None and response.status_code == 202:
            told = Told(response.json()["task_id"], wish)
            self._ledger.accept(told)
            due = None if wish.cancel_after is None else time.monotonic() + wish.cancel_after
            self._open.append((told, due))

    def _cancel(self, told: Told) -> None:
        if told.cancels and told.cancels[-1][0] in (200, 409):
            return
        response = self._ask("cancel", "DELETE", f"cancel-task/{told.task_id}")
        if response is not None:
            body = response.json()
            told.cancels.append((response.status_code, body.get("task_status") or body["status"]))

    def _is_final(self, told: Told) -> bool:
        response = self._ask("status", "GET", f"task-status/{told.task_id}")
        if response is None or response.status_code != 200:
            return False
        status = response.json()["task_status"]["status"]
        if told.seen[-1:] != [status]:
            told.seen.append(status)
        return status in FINAL and self._result_is_read(told)

    def _result_is_read(self, told: Told) -> bool:
        response = self._ask("result", "GET", f"task-result/{told.task_id}")
        if response is None or response.status_code == 503:
            return False
        told.results.append(response.status_code)
        if response.status_code == 200 and json.loads(response.content)["task_id"] != told.task_id:
            self._ledger.fault(f"{told.task_id}: the result of another task")
        return True

    def _ask(self, name: str, method: str, path: str, **options: object) -> requests.Response | None:
        """One request; None when the service went away under it."""
        try:
            response = self._http.request(method, f"{self._url}/{path}", timeout=PATIENCE, **options)  # type: ignore
        except requests.ReadTimeout:
            self._ledger.fault(f"{name}: no answer within {PATIENCE} s")
            return None
        except requests.RequestException:
            self._ledger.count(name, "cut")
            self._finishing.wait(PACE)
            return None
        self._ledger.count(name, response.status_code)
        if (response.status_code >= 500 and response.status_code != 503) or response.status_code in (400, 404, 422):
            self._ledger.fault(f"{name}: {response.status_code} {response.text[:300]}")
        return response


@contextmanager
def at_work(count: int, make: Callable[[int], Client], timeout: float) -> Iterator[None]:
    """Clients at work while the context is open; then each waits for its last task, `timeout` seconds in all."""
    clients = [make(number) for number in range(count)]
    for client in clients:
        client.start()
    try:
        yield
    finally:
        for client in clients:
            client.finish()
    deadline = time.monotonic() + timeout
    for client in clients:
        client.join(max(0.0, deadline - time.monotonic()))
        assert not client.is_alive(), f"a client's tasks did not end within {timeout} s: {client._open}"
