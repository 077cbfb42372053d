"""The web application: routes, error answers, start and end."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import anyio.to_thread
from starlette.applications import Starlette
from starlette.types import ASGIApp

from service.api import (
    answers,
    batches,
    cancellations,
    cleanup,
    deliveries,
    docs,
    estimates,
    following,
    health,
    metrics,
    openapi,
    pages,
    results,
    retries,
    submissions,
    tasks,
)
from service.api.doors import OPEN, Doors
from service.api.headers import SafeHeaders, open_to_pages
from service.api.quotas import Quotas
from service.api.service import Service
from service.api.tracing import RequestId
from service.console import serving
from service.logs import Logger
from service.settings import Settings

THREADS = 8
"""Threads for blocking work: SQLite writes one at a time anyway, and each thread may hold a connection."""

ENDPOINTS = (
    submissions.analyze_image,
    submissions.extract_tables,
    estimates.estimate,
    tasks.get_task_status,
    tasks.get_task_statuses,
    following.follow_task,
    following.follow_tasks,
    results.get_task_result,
    results.get_task_text,
    results.get_task_workbook,
    results.get_task_table,
    pages.get_task_page,
    tasks.list_tasks,
    cancellations.cancel_task,
    retries.retry_task,
    batches.get_batch_status,
    batches.cancel_batch,
    cleanup.clean_up,
    deliveries.list_deliveries,
    deliveries.replay_delivery,
    health.get_liveness,
    health.get_readiness,
    health.get_health,
    metrics.get_metrics,
    openapi.get_openapi,
)
"""Every endpoint there is, as OpenAPI and the READMEs list them."""

ROUTES = [endpoint.route() for endpoint in ENDPOINTS]


def create_app(settings: Settings, log: Logger, stopping: Callable[[], bool]) -> ASGIApp:
    """The whole web application for these settings; once `stopping` holds, open streams and waits end."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        app.state.endpoints = ENDPOINTS
        app.state.service = Service.open(settings, log, stopping)
        log.info("web_started", host=settings.host, port=settings.port)
        yield
        app.state.service.close()
        log.info("web_stopped")

    app = Starlette(
        routes=[*ROUTES, *docs.ROUTES, *serving.ROUTES], exception_handlers=answers.HANDLERS, lifespan=lifespan
    )
    app.router.redirect_slashes = False  # task-status/ is a task without an id, not the set of task-status
    # The first two outermost, so that even the answers of the doors, and those to surprises, carry theirs.
    guarded = Doors(Quotas(app, settings), settings, OPEN | docs.PATHS | serving.PATHS)
    return RequestId(SafeHeaders(open_to_pages(guarded, settings)))
