"""Endpoints: the addresses that callbacks go to, and whether one is stopped because it takes none.

Only one that fails has a row: it is known by its client and its address, without the query.
"""

from typing import Any

import sqlalchemy as sa

from service.jobs.database import Database, endpoints
from service.jobs.job import now

STOPS_AT = 5
"""Deliveries given up in a row after which an endpoint is stopped. Each was tried for days."""

OK, STOPPED = "ok", "stopped"


def is_stopped(connection: sa.Connection, client: str | None, url: str) -> bool:
    """Whether nothing is sent to an address any more."""
    query = sa.select(endpoints.c.state).where(*_at(client, url))
    return connection.execute(query).scalar_one_or_none() == STOPPED


def took_one(connection: sa.Connection, client: str | None, url: str) -> None:
    """A delivery got through: whatever was held against the endpoint is forgotten."""
    connection.execute(sa.delete(endpoints).where(*_at(client, url)))


def gave_up(connection: sa.Connection, client: str | None, url: str, error: str, *, gone: bool) -> bool:
    """A delivery to it was given up, for good where it is `gone` (410); whether it is stopped by that."""
    failures = connection.execute(sa.select(endpoints.c.failures).where(*_at(client, url))).scalar_one_or_none()
    count = (failures or 0) + 1
    stopped = gone or count >= STOPS_AT
    values: dict[str, Any] = {
        "state": STOPPED if stopped else OK,
        "failures": count,
        "last_error": error,
        "changed_at": now(),
    }
    if failures is None:
        connection.execute(sa.insert(endpoints).values(client=client or "", url=_place(url), **values))
    else:
        connection.execute(sa.update(endpoints).where(*_at(client, url)).values(**values))
    return stopped


def count_stopped(database: Database) -> int:
    """How many are stopped, over all clients."""
    with database.read() as connection:
        query = sa.select(sa.func.count()).select_from(endpoints).where(endpoints.c.state == STOPPED)
        return int(connection.execute(query).scalar_one())


def _at(client: str | None, url: str) -> tuple[sa.ColumnElement[bool], ...]:
    return endpoints.c.client == (client or ""), endpoints.c.url == _place(url)


def _place(url: str) -> str:
    return url.partition("#")[0].partition("?")[0]
