"""Whether the service lives, is ready, and how it fares."""

import os
import shutil
from typing import Any

import sqlalchemy as sa
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from service.api.endpoint import Answer, Asked, Reply, endpoint
from service.api.groups import SERVICE
from service.api.pictures.health import Callbacks, Fine, Health, NotReady, Workers
from service.api.service import Service, service_of
from service.jobs.endpoints import count_stopped
from service.jobs.job import Status, now
from service.jobs.outbox import Outbox
from service.jobs.text import Text

ROOM = 64 * 1024 * 1024
"""Bytes that must be free in the data folder, beyond one upload of the largest size."""


@endpoint(
    "GET",
    "/livez",
    Text("살아 있는지", "Does it live"),
    Answer(200, Text("응답합니다", "The process answers"), Fine),
    group=SERVICE,
)
async def get_liveness(request: Request, asked: Asked) -> Fine:
    """The process answers."""
    return Fine()


@endpoint(
    "GET",
    "/readyz",
    Text("준비되었는지", "Is it ready"),
    Answer(200, Text("작업을 받아 처리할 수 있습니다", "A task sent now would be stored and worked on"), Fine),
    Answer(503, Text("준비되지 않았습니다", "It would not; the reasons tell why"), NotReady, headers=("Retry-After",)),
    group=SERVICE,
)
async def get_readiness(request: Request, asked: Asked) -> Fine | Reply:
    """503 with the reasons unless a task sent now could be stored and worked on."""
    reasons = await run_in_threadpool(_missing, service_of(request))
    return Reply(NotReady(reasons=reasons), {"Retry-After": "5"}) if reasons else Fine()


@endpoint(
    "GET",
    "/health",
    Text("서비스의 상태", "How the service fares"),
    Answer(200, Text("작업 수, 워커, 엔진", "Counts, ages, workers and engines"), Health),
    group=SERVICE,
)
async def get_health(request: Request, asked: Asked) -> Health:
    """Counts, ages and workers; always 200."""
    return await run_in_threadpool(_state, service_of(request))


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


def _state(service: Service) -> Health:
    counts, oldest, present = (
        service.listing.counts(),
        service.listing.oldest_pending(),
        service.attendance.present(),
    )
    missing = _missing(service)
    return Health(
        status="unavailable" if missing else "ok",
        reasons=missing,
        tasks=counts,
        oldest_pending_seconds=None if oldest is None else max(0, now() - oldest) / 1000,
        workers=Workers(alive=sum(one.workers for one in present), busy=counts[Status.PROCESSING]),
        callbacks=Callbacks(
            pending=Outbox(service.database).count_pending(), stopped_endpoints=count_stopped(service.database)
        ),
        engines=[{"supervisor": one.id, **one.facts} for one in present],
    )
