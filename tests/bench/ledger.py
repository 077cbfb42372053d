"""What became of tasks, read from the database and the logs, so that looking costs the web process nothing."""

import json
import sqlite3
import time
from collections.abc import Iterable
from datetime import datetime

from tests.installation import Installation

_LOOK = 0.02
_ACTIVE = "status IN ('pending', 'processing')"


class Ledger:
    """The jobs of one installation."""

    def __init__(self, service: Installation) -> None:
        self._logs = service.results / "logs"
        self._service = service
        self._database = sqlite3.connect(f"file:{service.data}/jobs.db?mode=ro", uri=True)

    def wait_until_done(self, timeout: float = 120) -> None:
        """Until every job is final; each must have completed or been cancelled."""
        deadline = time.monotonic() + timeout
        while self._count(_ACTIVE):
            assert time.monotonic() < deadline, self._service.output()[-4000:]
            time.sleep(_LOOK)
        assert not self._count("status = 'failed'"), self._service.output()[-4000:]

    def left_over(self) -> list[str]:
        """The tasks that have not ended."""
        return [row[0] for row in self._database.execute(f"SELECT id FROM jobs WHERE {_ACTIVE}")]

    def last_end(self) -> float:
        """When the newest of the completed jobs ended, in seconds since 1970."""
        (moment,) = self._database.execute("SELECT max(completed_at) FROM jobs").fetchone()
        return float(moment) / 1000

    def moments(self, task_ids: Iterable[str], event: str) -> list[float]:
        """When the first log line of `event` was written for each task, in seconds since 1970."""
        return [self.moment(task_id, event) for task_id in task_ids]

    def moment(self, task_id: str, event: str, timeout: float = 30) -> float:
        """When `event` was logged for a task, in seconds since 1970; waits until it is."""
        path, deadline = self._logs / f"{task_id}.jsonl", time.monotonic() + timeout
        while time.monotonic() < deadline:
            for line in path.read_text().splitlines() if path.exists() else ():
                entry = json.loads(line)
                if entry["event"] == event:
                    return datetime.fromisoformat(entry["timestamp"]).timestamp()
            time.sleep(_LOOK / 10)
        raise AssertionError(f"{event!r} was not logged\n{self._service.output()[-4000:]}")

    def _count(self, condition: str) -> int:
        (count,) = self._database.execute(f"SELECT count(*) FROM jobs WHERE {condition}").fetchone()
        return int(count)
