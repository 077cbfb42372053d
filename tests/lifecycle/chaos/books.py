"""The service's own books: rows, files and what the receiver got, as they are once all is quiet."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.installation import FINAL, Installation
from tests.peers.process import Peer, Seen

Row = dict[str, Any]


@dataclass
class Books:
    """Everything by task id; deliveries as received by their webhook-id."""

    jobs: dict[str, Row]
    events: dict[str, list[Row]]
    deliveries: dict[str, list[Row]]
    received: dict[str, list[Seen]]
    results: dict[str, bytes]
    uploads: set[str]
    drafts: list[str] = field(default_factory=list)


def read_books(service: Installation, receiver: Peer) -> Books:
    """The books of a service at rest."""
    database = service.data / "jobs.db"
    files = [path for path in service.results.iterdir() if path.is_file()]
    return Books(
        jobs={row["id"]: row for row in _rows(database, "SELECT * FROM jobs")},
        events=_by(_rows(database, "SELECT * FROM events ORDER BY seq"), "job_id"),
        deliveries=_by(_rows(database, "SELECT * FROM deliveries ORDER BY seq"), "job_id"),
        received=_by_webhook(receiver.seen()),
        results={path.stem: path.read_bytes() for path in files if path.suffix == ".json"},
        uploads=service.uploads(),
        drafts=[path.name for path in (service.results / "drafts").iterdir()],
    )


def is_quiet(service: Installation) -> bool:
    """Every task final, every callback sent or given up."""
    database, marks = service.data / "jobs.db", ",".join("?" * len(FINAL))
    busy = _rows(database, f"SELECT id FROM jobs WHERE status NOT IN ({marks})", FINAL)
    owed = _rows(database, "SELECT id FROM deliveries WHERE state = 'pending'")
    return not busy and not owed


def _rows(database: Path, query: str, values: tuple[str, ...] = ()) -> list[Row]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query, values)]


def _by(rows: Iterable[Row], name: str) -> dict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[name]].append(row)
    return found


def _by_webhook(entries: list[Seen]) -> dict[str, list[Seen]]:
    found: defaultdict[str, list[Seen]] = defaultdict(list)
    for entry in entries:
        found[entry["headers"]["webhook-id"]].append(entry)
    return found


def is_whole(content: bytes, task_id: str) -> bool:
    """Whether a result file is all there and of this task."""
    try:
        return bool(json.loads(content)["task_id"] == task_id)
    except (ValueError, KeyError):
        return False
