"""Clearing away: finished jobs that are old enough, and files that belong to no job."""

import time
from itertools import islice

import sqlalchemy as sa

from service.jobs.files import Files
from service.jobs.job import now
from service.jobs.listing import Listing
from service.logs import Logger

_BATCH = 200

SERVICE_LOG_DAYS = 30
"""Days the log lines that belong to no task are kept."""

ORPHAN_AGE = 3600.0
"""Seconds a file without a job is left alone: it may be an upload whose row is still to come."""


def remove_finished(
    listing: Listing, files: Files, log: Logger, max_age_hours: float, *among: sa.ColumnElement[bool]
) -> int:
    """Remove jobs that ended at least `max_age_hours` ago with their files; returns how many."""
    before = now() - int(max_age_hours * 3_600_000)
    removed = 0
    while ids := listing.forget_finished(before, _BATCH, *among):
        # Rows first: should we die here, what is left on disk belongs to no job and is swept later.
        for task_id in ids:
            files.remove(task_id)
        removed += len(ids)
    log.info("cleaned_up", removed_count=removed, max_age_hours=max_age_hours)
    return removed


def drop_old_logs(files: Files) -> None:
    """Remove the service's own log files that have not been written to for SERVICE_LOG_DAYS."""
    deadline = time.time() - SERVICE_LOG_DAYS * 86_400
    for path in files.logs.glob("service-*.jsonl"):
        if path.stat().st_mtime < deadline:
            path.unlink(missing_ok=True)


def sweep_orphans(listing: Listing, files: Files, log: Logger) -> int:
    """Remove old files that belong to no job; returns of how many tasks."""
    deadline = time.time() - ORPHAN_AGE
    old = (task_id for task_id, written in files.stored_ids() if written < deadline)
    swept = 0
    while ids := list(islice(old, _BATCH)):
        for task_id in listing.unknown(ids):
            files.remove(task_id)
            swept += 1
    if swept:
        log.info("orphans_swept", count=swept)
    return swept
