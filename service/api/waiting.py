"""Waiting for the end of tasks within one request: `Prefer: wait=10` [RFC 7240 4.3] or `?wait=10`."""

import asyncio
import contextlib
import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import Field
from starlette.requests import Request

from service.api.endpoint import Asked
from service.api.service import client_of, service_of
from service.api.types import HIGHEST, WHOLE
from service.jobs.events import Scope
from service.jobs.picture import Absent, Meaning

LONGEST_WAIT = 60
"""Seconds a request is held at most; whoever asks for more gets these."""

_WAIT = re.compile(r'(?:^|,)\s*wait\s*=\s*"?(\d{1,9})"?\s*(?=$|[,;])', re.IGNORECASE)


class Waiting(Asked):
    """How long to wait for the end."""

    wait: Annotated[
        Absent[Annotated[int, Field(ge=0, lt=HIGHEST), WHOLE]],
        Meaning(
            "끝날 때까지 기다릴 시간(초, 60까지)",
            "Seconds to wait for the end before answering, at most 60",
        ),
    ] = None
    prefer: Annotated[
        Absent[str], Field(alias="Prefer"), Meaning("`wait=10`이면 같은 뜻", "`wait=10` means the same")
    ] = None

    @property
    def seconds(self) -> int | None:
        """How long to wait; None where no wait is asked for. What cannot be understood in `Prefer` is passed over."""
        found = _WAIT.search(self.prefer or "")
        wanted = int(found[1]) if self.wait is None and found else self.wait
        return None if wanted is None else min(wanted, LONGEST_WAIT)


async def until_final(request: Request, asked: Waiting, task_ids: Iterable[str]) -> dict[str, str]:
    """Wait, if asked to, until these tasks of the client's have ended or the time is up; the headers that say so."""
    if asked.seconds is None:
        return {}
    scope = Scope(client_of(request).name, frozenset(task_ids))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(asked.seconds):
            await service_of(request).changes.until_final(scope)
    return {"Preference-Applied": f"wait={asked.seconds}"}
