"""The web application: routes, error answers, start and end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio.to_thread
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp

from service.api import answers, cancellations, cleanup, following, health, pages, submissions, tasks
from service.api.doors import OPEN, Doors
from service.api.headers import SafeHeaders
from service.api.service import Service
from service.api.tracing import RequestId
from service.console import serving
from service.logs import Logger
from service.settings import Settings

THREADS = 8
"""Threads for blocking work: SQLite writes one at a time anyway, and each thread may hold a connection."""

ROUTES = [
    Route("/background/analyze-image", submissions.analyze_image, methods=["POST"]),
    Route("/background/extract-tables", submissions.extract_tables, methods=["POST"]),
    Route("/background/task-status/{task_id}", tasks.status),
    Route("/background/task-status/{task_id}/events", following.events),
    Route("/background/task-result/{task_id}", tasks.result),
    Route("/background/task-pages/{task_id}/{page:int}", pages.page),
    Route("/background/all-tasks", tasks.listing),
    Route("/background/cancel-task/{task_id}", cancellations.cancel, methods=["DELETE"]),
    Route("/background/cleanup", cleanup.clean_up, methods=["POST"]),
    Route("/", serving.asset),
    Route("/console/{path:path}", serving.asset),
    Route("/livez", health.live),
    Route("/readyz", health.ready),
    Route("/health", health.health),
]


def create_app(settings: Settings, log: Logger) -> ASGIApp:
    """The whole web application for these settings."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        app.state.service = Service.open(settings, log)
        log.info("web_started", host=settings.host, port=settings.port)
        yield
        app.state.service.close()
        log.info("web_stopped")

    app = Starlette(routes=ROUTES, exception_handlers=answers.HANDLERS, lifespan=lifespan)
    # The first two outermost, so that even the answers of the doors, and those to surprises, carry theirs.
    return RequestId(SafeHeaders(Doors(app, settings, OPEN | serving.PATHS)))
