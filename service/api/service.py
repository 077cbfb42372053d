"""What the routes work with: one bundle for the whole web process."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

from starlette.requests import Request

from service.api.changes import Changes
from service.api.idempotency import Keys
from service.api.measuring import Measuring
from service.api.problems import DatabaseBusy
from service.jobs.bell import Bell
from service.jobs.client import Client
from service.jobs.database import Database
from service.jobs.estimates import Estimates
from service.jobs.events import History
from service.jobs.files import Files
from service.jobs.listing import Listing
from service.jobs.presence import Attendance
from service.jobs.queue import Queue
from service.jobs.store import Store
from service.logs import Logger
from service.settings import Settings

CLIENT = "document_analysis.client"
"""Where in a request's scope the doors put the name of the client."""

WRITERS = 5
"""Requests that may be at writing at once. They may all wait for a locked database; the other threads serve readers."""

TURN = 2.5
"""Seconds a request waits for its turn to write, and then again for the database."""


@dataclass(frozen=True)
class Service:
    """The core, opened for the web process."""

    settings: Settings
    log: Logger
    database: Database
    files: Files
    store: Store
    listing: Listing
    attendance: Attendance
    history: History
    changes: Changes
    estimates: Estimates
    queue: Queue
    supervisor_bell: Bell
    courier_bell: Bell
    measuring: Measuring
    keys: Keys = field(default_factory=Keys)
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(WRITERS))

    @classmethod
    def open(cls, settings: Settings, log: Logger, stopping: Callable[[], bool]) -> "Service":
        """Open everything; `stopping` tells when the process ends. Raises OSError where a folder cannot be used."""
        files = Files(settings.data_dir, settings.results_dir)
        files.prepare()
        database = Database(settings.database_url, busy_seconds=TURN)
        return cls(
            settings=settings,
            log=log,
            database=database,
            files=files,
            store=Store(database, settings.public_url),
            listing=Listing(database),
            attendance=Attendance(database),
            history=History(database),
            changes=Changes(database, stopping),
            estimates=Estimates(database),
            queue=Queue(settings.data_dir),
            supervisor_bell=Bell(settings.data_dir / "supervisor.bell"),
            courier_bell=Bell(settings.data_dir / "courier.bell"),
            measuring=Measuring(settings),
        )

    @asynccontextmanager
    async def turn_to_write(self) -> AsyncIterator[None]:
        """Be one of the few that write. Raises DatabaseBusy."""
        try:
            async with asyncio.timeout(TURN):
                await self._turns.acquire()
        except TimeoutError:
            raise DatabaseBusy from None
        try:
            yield
        finally:
            self._turns.release()

    def close(self) -> None:
        self.queue.close()
        self.database.close()


def service_of(request: Request) -> Service:
    return cast(Service, request.app.state.service)


def client_of(request: Request) -> Client:
    """Who asks, as the doors found."""
    service = service_of(request)
    return Client(request.scope[CLIENT], service.store, service.listing)


def request_id_of(request: Request) -> str:
    return cast(str, request.scope["request_id"])


def traceparent_of(request: Request) -> str:
    """Where the request stands in its trace, as W3C Trace Context writes it."""
    return cast(str, request.scope["traceparent"])
