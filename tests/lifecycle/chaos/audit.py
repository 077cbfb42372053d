"""The audit: every task against what its client was told. Each check yields the faults it finds."""

import json
from collections.abc import Iterator, Sequence

from tests.installation import FINAL, Installation
from tests.lifecycle.chaos.books import Books, Row, is_whole
from tests.lifecycle.chaos.ledger import Ledger, Told

_EDGES = {
    None: {"pending"},
    "pending": {"processing", "cancelled"},
    "processing": {"processing", "pending", *FINAL},
}

_OUR_FAULTS = {"worker_crashed"}
"""The one error a good file may end with here: its worker was killed as often as a job is started."""


_READS = 2
"""Times a file is read before the death of its reader is laid to it."""


def audit(
    service: Installation, ledger: Ledger, books: Books, max_attempts: int, readers_hit: Sequence[float]
) -> Iterator[str]:
    """Every fault of one watch, in words."""
    yield from ledger.faults
    for task_id in ledger.told.keys() - books.jobs.keys():
        yield f"{task_id}: answered with 202 and gone"
    for task_id, row in books.jobs.items():
        told = ledger.told.get(task_id)
        checks = [_row(row, max_attempts), _events(row, books), _files(row, books), _deliveries(row, books)]
        if told is not None:
            checks += [_told(told, row), _ending(told, row, readers_hit), _now(told, row, service)]
        for check in checks:
            yield from (f"{task_id} ({row['status']}, attempt {row['attempt']}): {fault}" for fault in check)
    yield from (f"draft left: {name}" for name in books.drafts)
    yield from (f"result without a task: {name}" for name in books.results.keys() - books.jobs.keys())


def _row(row: Row, max_attempts: int) -> Iterator[str]:
    if row["status"] not in FINAL:
        yield "not final"
    if row["attempt"] > max_attempts:
        yield "started too often"
    if row["completed_at"] is None:
        yield "ended without a time"


def _events(row: Row, books: Books) -> Iterator[str]:
    events = books.events.get(row["id"], [])
    finals = [event for event in events if event["kind"] in FINAL]
    if len(finals) != 1 or events[-1] is not finals[0] or finals[0]["kind"] != row["status"]:
        yield f"final events {[event['kind'] for event in finals]}, the last of all is {events[-1:]}"
    before = None
    for event in events:
        if event["kind"] != "progress":
            if event["status"] not in _EDGES.get(before, set()):
                yield f"went from {before} to {event['status']}"
            before = event["status"]


def _files(row: Row, books: Books) -> Iterator[str]:
    content = books.results.get(row["id"])
    if row["status"] != "completed":
        if content is not None:
            yield "has a result file"
    elif content is None or not is_whole(content, row["id"]):
        yield "completed without a whole result"


def _deliveries(row: Row, books: Books) -> Iterator[str]:
    owed = books.deliveries.get(row["id"], [])
    if len(owed) != (row["callback_url"] is not None):
        yield f"{len(owed)} deliveries"
    for delivery in owed:
        received = books.received.get(delivery["id"], [])
        if not any(entry["status"] == 200 for entry in received):
            yield f"the receiver never took {delivery['id']}, {delivery['state']}, {delivery['last_error']}"
        if {entry["body"] for entry in received} - {delivery["body"]}:
            yield "the receiver got another body"
        if json.loads(delivery["body"])["type"] != f"task.{row['status']}":
            yield f"called back as {json.loads(delivery['body'])['type']}"


def _told(told: Told, row: Row) -> Iterator[str]:
    finals = [state for state in told.seen if state in FINAL]
    if finals and (len(finals) > 1 or told.seen[-1] != finals[0] or finals[0] != row["status"]):
        yield f"the client saw {told.seen}"
    for code, state in told.cancels:
        if code == 200 and row["status"] != "cancelled":
            yield "a cancel was answered with 200"
        if code == 409 and state != row["status"]:
            yield f"a cancel was refused because the task was {state}"
    expected = 200 if row["status"] == "completed" else 409
    if set(told.results) - {expected}:
        yield f"its result was answered with {told.results}"


def _ending(told: Told, row: Row, readers_hit: Sequence[float]) -> Iterator[str]:
    """Whether it ended as what was asked for can end."""
    if row["status"] == "cancelled" and not told.cancels and told.wish.cancel_after is None:
        yield "nobody cancelled it"
    if row["status"] == "completed" and (told.wish.damaged or told.wish.hangs):
        yield "cannot have been completed"
    if row["status"] == "failed":
        hits = sum(row["started_at"] / 1000 - 1 <= moment <= row["completed_at"] / 1000 for moment in readers_hit)
        allowed = _OUR_FAULTS | ({"unreadable_file"} if told.wish.damaged or hits >= _READS else set())
        allowed |= {"deadline_exceeded"} if told.wish.hangs else set()
        if row["error_code"] not in allowed:
            yield f"failed with {row['error_code']}"


def _now(told: Told, row: Row, service: Installation) -> Iterator[str]:
    if service.status(told.task_id)["status"] != row["status"]:
        yield "HTTP tells another state than the row"
    response = service.result(told.task_id)
    if row["status"] == "completed" and not (response.status_code == 200 and is_whole(response.content, told.task_id)):
        yield f"HTTP gives no whole result: {response.status_code}"
    if row["status"] != "completed" and response.status_code != 409:
        yield f"HTTP answers {response.status_code} for the result"
