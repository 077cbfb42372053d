"""Whether the service lives, is ready, and how it fares."""

import os
import shutil
from typing import Any

import sqlalchemy as sa
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from service.api.service import Service, service_of
from service.jobs.job import Status, now

ROOM = 64 * 1024 * 1024
"""Bytes that must be free in the data folder, beyond one upload of the largest size."""


async def live(request: Request) -> JSONResponse:
    """GET /livez: the process answers."""
    return JSONResponse({"status": "ok"})


async def ready(request: Request) -> JSONResponse:
    """GET /readyz: 503 with the reasons unless a task sent now could be stored and worked on."""
    reasons = await run_in_threadpool(_missing, service_of(request))
    if reasons:
        return JSONResponse({"status": "unavailable", "reasons": reasons}, 503, {"Retry-After": "5"})
    return JSONResponse({"status": "ok"})


async def health(request: Request) -> JSONResponse:
    """GET /health: counts, ages and workers; always 200."""
    return JSONResponse(await run_in_threadpool(_state, service_of(request)))


def _missing(service: Service) -> list[str]:
    checks = {
        "database_not_writable": _database_writable,
        "folder_not_writable": lambda service: os.access(service.files.uploads, os.W_OK),
        "disk_full": _disk_has_room,
        "no_worker_supervisor": lambda service: bool(service.attendance.present()),
    }
    return [reason for reason, check in checks.items() if not _holds(check, service)]


def _holds(check: Any, service: Service) -> bool:
    try:
        return bool(check(service))
    except (sa.exc.SQLAlchemyError, OSError):
        return False


def _database_writable(service: Service) -> bool:
    with service.database.write():
        return True


def _disk_has_room(service: Service) -> bool:
    return shutil.disk_usage(service.settings.data_dir).free >= ROOM + service.settings.max_upload_bytes


def _state(service: Service) -> dict[str, Any]:
    counts, oldest, present = (
        service.listing.counts(),
        service.listing.oldest_pending(),
        service.attendance.present(),
    )
    missing = _missing(service)
    return {
        "status": "unavailable" if missing else "ok",
        "reasons": missing,
        "tasks": counts,
        "oldest_pending_seconds": None if oldest is None else max(0, now() - oldest) / 1000,
        "workers": {"alive": sum(one.workers for one in present), "busy": counts[Status.PROCESSING.value]},
        "engines": [{"supervisor": one.id, **one.facts} for one in present],
    }
