"""The pipeline: what a worker does with one job, stage by stage."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from sqlalchemy.exc import OperationalError

from service.jobs.bell import Bell
from service.jobs.errors import InternalError, JobError, OutOfMemory, StorageFull, UploadMissing
from service.jobs.files import Files, is_disk_full
from service.jobs.job import PICKED_UP, SAVING, Job, Pages, TaskType
from service.jobs.media import READ_DIRECTLY
from service.jobs.store import Store
from service.logs import Logger
from service.settings import Settings
from workers.breaker import Breaker
from workers.cage.nursery import Nursery
from workers.documents import Document
from workers.endings import Completed, Ending, Failed, GivenBack, Stopped
from workers.engines.base import Engine, Request
from workers.memory import is_starved
from workers.page import Page
from workers.result import Reading, result_of
from workers.run import HeldUp, JobStopped, Run
from workers.slots import Slot

_RETRY_SECONDS = 0.5
_LOST_PAGE = "{0}쪽은 읽다가 해석기가 멈추어 빠졌습니다. Page {0} is left out: its decoder died on it."
_CUT = "{0}쪽까지만 읽었습니다(MAX_PAGES). The document has more than {0} pages: the others are not read."


class Executor:
    """Runs jobs, one at a time.

    `engines` are all there are, by name; `nursery` gives it caged children; `retire` has this worker replaced
    after the job in hand.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        files: Files,
        engines: Mapping[str, Engine],
        nursery: Nursery,
        courier_bell: Bell,
        breaker: Breaker,
        retire: Callable[[], None],
        log: Logger,
    ) -> None:
        self._settings = settings
        self._store = store
        self._files = files
        self._engines = engines
        self._nursery = nursery
        self._courier_bell = courier_bell
        self._breaker = breaker
        self._retire = retire
        self._log = log

    def execute(self, job_id: str, owner: str, slot: Slot) -> None:
        """Claim a job and bring it to its end; nothing happens when it is not pending any more, or held by the breaker.

        A job that is held stays pending without a message; maintenance rings for it when it can be begun.
        """
        if self._breaker.open and self._held(job_id):
            return
        job = self._store.claim(job_id, owner)
        if job is None:
            return
        with slot.hold(job):
            log = self._log.bind(**job.log_context(), attempt=job.attempt)
            run = Run(job, self._store, slot, self._settings.job_timeout, log)
            run.log.info("started", engine=job.engine, model=job.model, progress=PICKED_UP)
            run.log.info("progress", progress=job.progress)
            self._settle(run, self._outcome(run))

    def _held(self, job_id: str) -> bool:
        job = self._store.find(job_id)
        return job is not None and self._breaker.holds(job)

    def _outcome(self, run: Run) -> Ending:
        """How the run ends: every expected failure by its own name, the rest as internal."""
        try:
            return self._complete(run)
        except JobStopped:
            return Stopped()
        except HeldUp as reason:
            return GivenBack(str(reason))
        except JobError as error:
            return Failed(error)
        except OperationalError:
            run.log.warning("database_out_of_reach", exc_info=True)
            return GivenBack("database out of reach")
        except Exception as error:
            run.log.exception("unexpected_error")
            return Failed(self._told(error))

    def _told(self, error: Exception) -> JobError:
        """What clients may know of a surprise."""
        if is_starved(error):
            self._retire()  # what it holds may be in pieces, and the next job would fail for this one
            return OutOfMemory()
        return StorageFull() if is_disk_full(error) else InternalError()

    def _complete(self, run: Run) -> Ending:
        engine, reading = self._read(run)
        run.checkpoint()
        run.log.info("progress", progress=SAVING)
        return Completed(self._files.draft_result(run.job.id, result_of(run.job, engine, reading)), run.pages)

    def _read(self, run: Run) -> tuple[str, Reading]:
        """The reading, and the name of the engine it came from."""
        job, path = run.job, self._files.upload(run.job.id)
        if not path.is_file():
            raise UploadMissing
        document = Document(path, job.media_type, self._nursery, job.client, self._settings, run.checkpoint)
        if job.media_type in READ_DIRECTLY:
            return job.engine, document.tables(run)
        engine, request = self._engines[job.engine], _request(job)
        pages = _counted(document.pages(partial(_fit, engine, request), as_files=engine.takes_files), run)
        work = engine.analyze if job.task_type is TaskType.IMAGE_ANALYSIS else engine.extract
        reading = work(pages, request, run)
        return engine.name, replace(reading, concerns=(*reading.concerns, *_concerns(document)))

    def _settle(self, run: Run, ending: Ending) -> None:
        """Store the ending, however long the database is out of reach."""
        while True:
            try:
                stored = ending.settle(run.job, self._store, self._files)
                break
            except OperationalError:
                run.log.warning("ending_postponed", ending=ending.event, exc_info=True)
            except Exception as error:
                run.log.exception("unexpected_error")
                ending = Failed(self._told(error))
            time.sleep(_RETRY_SECONDS)
        if not isinstance(ending, Completed) or not stored:
            self._files.discard_result(run.job.id)
        if stored and run.job.may_be_called_back:
            self._courier_bell.ring()
        event, facts = (ending.event, ending.facts) if stored else (Stopped.event, {})
        run.log.info(event, **facts)


def _counted(pages: Iterator[Page], run: Run) -> Iterator[Page]:
    """The pages, each counted as read when the engine asks for what follows it."""
    for page in pages:
        run.pages = Pages(page.number - 1, page.total)
        yield page
        run.pages = Pages(page.number, page.total)


def _concerns(document: Document) -> Iterator[str]:
    yield from map(_LOST_PAGE.format, document.lost)
    if document.cut_at is not None:
        yield _CUT.format(document.cut_at)


def _request(job: Job) -> Request:
    return Request(prompt=job.prompt or "", detail=job.detail or "high", model=job.model)


def _fit(engine: Engine, request: Request, size: tuple[int, int]) -> tuple[int, int]:
    return engine.fit(size, request)
