"""The pipeline: what a worker does with one job, stage by stage."""

import socket
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from sqlalchemy.exc import OperationalError

from service.jobs.bell import Bell
from service.jobs.errors import InternalError, JobError, OutOfMemory, UploadMissing
from service.jobs.files import Files
from service.jobs.job import READING, SAVING, Job, TaskType
from service.jobs.media import READ_DIRECTLY
from service.jobs.store import Store
from service.jobs.view import iso
from service.logs import Logger
from service.settings import Settings
from workers.documents import Document
from workers.engines.base import Analysis, Engine, Extraction, Request
from workers.run import JobStopped, Run
from workers.slots import Slot

Reading = Analysis | Extraction
_RETRY_SECONDS = 0.5
_LOST_PAGE = "{0}쪽은 읽다가 해석기가 멈추어 빠졌습니다. Page {0} is left out: its decoder died on it."


class Executor:
    """Runs jobs, one at a time.

    `engine_for` gives the engine of a name, made at its first use; `keeper` takes orders for caged children.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        files: Files,
        engine_for: Callable[[str], Engine],
        keeper: socket.socket,
        courier_bell: Bell,
        log: Logger,
    ) -> None:
        self._settings = settings
        self._store = store
        self._files = files
        self._engine_for = engine_for
        self._keeper = keeper
        self._courier_bell = courier_bell
        self._log = log

    def execute(self, job_id: str, owner: str, slot: Slot) -> None:
        """Claim a job and bring it to its end; nothing happens when it is not pending any more."""
        job = self._store.claim(job_id, owner)
        if job is None:
            return
        with slot.hold(job):
            run = Run(job, self._store, slot, self._log.bind(**job.log_context(), attempt=job.attempt))
            run.log.info("started", engine=job.engine, model=job.model, progress=job.progress)
            self._settle(run, self._outcome(run))

    def _outcome(self, run: Run) -> "_Ending":
        """How the run ends, as a value: every expected failure by its own name, the rest as internal."""
        try:
            return self._complete(run)
        except JobStopped:
            return _stopped
        except JobError as error:
            return partial(_failed, error=error)
        except MemoryError:
            return partial(_failed, error=OutOfMemory())
        except OperationalError:
            raise  # the database is out of reach: nothing can be told to it
        except Exception:
            run.log.exception("unexpected_error")
            return partial(_failed, error=InternalError())

    def _complete(self, run: Run) -> "_Ending":
        run.reach(READING)
        engine, reading = self._read(run)
        run.reach(SAVING)
        publish = self._files.draft_result(run.job.id, _result(run.job, engine, reading))
        return partial(_completed, publish=publish)

    def _read(self, run: Run) -> tuple[str, Reading]:
        """The reading, and the name of the engine it came from."""
        job, path = run.job, self._files.upload(run.job.id)
        if not path.is_file():
            raise UploadMissing
        document = Document(path, job.media_type, self._keeper, self._settings, run.checkpoint)
        if job.media_type in READ_DIRECTLY:
            return job.engine, document.tables(run.read_share)
        engine, request = self._engine_for(job.engine), _request(job)
        work = engine.analyze if job.task_type is TaskType.IMAGE_ANALYSIS else engine.extract
        reading = work(document.pages(partial(_fit, engine, request)), request, run.read_share)
        return engine.name, replace(reading, concerns=(*reading.concerns, *map(_LOST_PAGE.format, document.lost)))

    def _settle(self, run: Run, ending: "_Ending") -> None:
        """Store the ending, however long the database is out of reach: the job's deadline bounds the wait."""
        while True:
            try:
                ending(self, run)
                return
            except OperationalError:
                run.log.warning("ending_postponed", exc_info=True)
                time.sleep(_RETRY_SECONDS)

    def end(self, run: Run, event: str, **values: Any) -> None:
        """Tell of an ending that is stored."""
        self._courier_bell.ring()
        run.log.info(event, **values)

    @property
    def store(self) -> Store:
        return self._store

    @property
    def files(self) -> Files:
        return self._files


_Ending = Callable[[Executor, Run], None]


def _completed(executor: Executor, run: Run, publish: Callable[[], None]) -> None:
    if executor.store.complete(run.job, publish):
        executor.end(run, "completed", progress=100)
    else:
        _stopped(executor, run)


def _failed(executor: Executor, run: Run, error: JobError) -> None:
    executor.files.discard_result(run.job.id)
    if executor.store.fail(run.job, error):
        cause = repr(error.__cause__)[:500] if error.__cause__ else None
        executor.end(run, "failed", code=error.code, message=error.message("en"), cause=cause)


def _stopped(executor: Executor, run: Run) -> None:
    executor.files.discard_result(run.job.id)
    run.log.info("stopped")


def _request(job: Job) -> Request:
    return Request(prompt=job.prompt or "", detail=job.detail or "high", model=job.model)


def _fit(engine: Engine, request: Request, size: tuple[int, int]) -> tuple[int, int]:
    return engine.fit(size, request)


def _result(job: Job, engine: str, reading: Reading) -> dict[str, Any]:
    """The result file: what was asked, what was read, by whom, at which cost."""
    result: dict[str, Any] = {
        "task_id": job.id,
        "task_type": job.task_type.value,
        "filename": job.filename,
        "media_type": job.media_type,
        "engine": engine,
        "model": reading.model,
        "created_at": iso(job.created_at),
        "metadata": job.metadata,
    }
    if isinstance(reading, Analysis):
        result["prompt"], result["detail"] = job.prompt, job.detail
        result["analysis"] = {"text": reading.text, "prompt_followed": reading.prompt_followed, **reading.details}
    tables = [table.model_dump() | {"markdown": table.markdown()} for table in reading.tables]
    usage = None if reading.usage is None else asdict(reading.usage) | {"total_tokens": reading.usage.total_tokens}
    return result | {
        "tables": tables,
        "tables_markdown": "\n\n".join(table["markdown"] for table in tables),
        "usage": usage,
        "concerns": list(reading.concerns),
    }
