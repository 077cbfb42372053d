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
    tasks.status,
    tasks.statuses,
    following.events,
    following.events_of_many,
    results.result,
    results.text,
    results.workbook,
    results.table,
    pages.page,
    tasks.listing,
    cancellations.cancel,
    retries.retry,
    batches.status,
    batches.cancel,
    cleanup.clean_up,
    deliveries.listing,
    deliveries.replay,
    health.live,
    health.ready,
    health.health,
    metrics.metrics,
    openapi.openapi,
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

    app = Starlette(routes=[*ROUTES, *serving.ROUTES], exception_handlers=answers.HANDLERS, lifespan=lifespan)
    app.router.redirect_slashes = False  # task-status/ is a task without an id, not the set of task-status
    # The first two outermost, so that even the answers of the doors, and those to surprises, carry theirs.
    guarded = Doors(Quotas(app, settings), settings, OPEN | serving.PATHS)
    return RequestId(SafeHeaders(open_to_pages(guarded, settings)))
