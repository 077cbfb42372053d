"""How large a file's pages are, found out by a process of its own: the web process parses no file.

That process is the running side's `python -m workers.measure`, confined as those that decode are. It is started by its
name, so nothing of it is loaded here.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError

from service.api.faults import UnmeasurableFile
from service.api.problems import Problem
from service.jobs.errors import JobError, UnreadableFile, job_error
from service.jobs.text import Text
from service.models.estimate import Measured
from service.settings import Settings

AT_ONCE = 2
"""Files that are measured at once."""

TURN = 5.0
"""Seconds a request waits for its turn."""

SECONDS = 10.0
"""The longest one file may take."""

_ANSWER_BYTES = 1_000_000
_TOO_SLOW = Text(
    "파일의 쪽을 재는 데 {seconds}초가 넘게 걸려 견적을 낼 수 없습니다. 더 작은 파일로 나누어 주세요.",
    "There is no estimate: to measure the pages of the file takes more than {seconds} seconds. Split the file.",
)

_Count = Annotated[int, Field(ge=0)]
_Side = Annotated[int, Field(ge=1)]


class EstimatesBusy(Problem):
    status = 503
    code = "estimates_busy"
    retryable = True
    retry_after = 2
    text = Text(
        "지금은 견적을 더 낼 수 없습니다. 잠시 후 다시 요청해 주세요.",
        "No more estimates can be made right now. Ask again a little later.",
    )


class _Told(BaseModel):
    """What the process tells; it has read a stranger's file, so that it is not trusted."""

    pages: list[tuple[_Side, _Side, _Side, _Count, _Count]] = []
    more: bool = False
    error: str | None = None
    values: dict[str, Any] = {}


class Measuring:
    """Measures files, a few at once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def measure(self, path: Path, media_type: str, pages: str | None = None) -> tuple[list[Measured], bool]:
        """The pages of a file that will be read, of those named, and whether it has more.

        Raises UnmeasurableFile, EstimatesBusy.
        """
        async with self._turn():
            try:
                async with asyncio.timeout(SECONDS):
                    data = await self._run(path, media_type, pages or "")
            except TimeoutError:
                raise UnmeasurableFile(_filled(_TOO_SLOW, seconds=f"{SECONDS:g}")) from None
        try:
            told = _Told.model_validate_json(data)
            if told.error is not None or not told.pages:
                raise UnmeasurableFile(_said(job_error(told.error or UnreadableFile.code, told.values)))
        except (ValidationError, LookupError, TypeError, ValueError):  # it died, or was made to say something else
            raise UnmeasurableFile(_said(UnreadableFile(media_type=media_type))) from None
        return [Measured(number, (width, height), *text) for number, width, height, *text in told.pages], told.more

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(TURN):
                await self._turns.acquire()
        except TimeoutError:
            raise EstimatesBusy from None
        try:
            yield
        finally:
            self._turns.release()

    async def _run(self, path: Path, media_type: str, pages: str) -> bytes:
        """What the process says; it is ended whatever comes."""
        limits = (self._settings.decode_memory_mb, self._settings.max_image_pixels, self._settings.max_pages)
        command = (sys.executable, "-m", "workers.measure", str(os.getpid()), media_type, *map(str, limits), pages)
        with path.open("rb") as file:
            process = await asyncio.create_subprocess_exec(
                *command, stdin=file, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, env=_bare()
            )
        try:
            assert process.stdout is not None
            return await process.stdout.readexactly(_ANSWER_BYTES)
        except asyncio.IncompleteReadError as whole:
            return whole.partial
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


def _bare() -> dict[str, str]:
    """What Python needs to find its modules, and nothing of ours: no key must be in that process's memory."""
    return {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "LC_ALL": "C.UTF-8"}


def _said(error: JobError) -> Text:
    return Text(*(error.message(language).replace("{", "(").replace("}", ")") for language in ("ko", "en")))


def _filled(text: Text, **values: Any) -> Text:
    return Text(text.fill("ko", values), text.fill("en", values))
