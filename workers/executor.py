"""The pipeline: what a worker does with one job, stage by stage."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from sqlalchemy.exc import OperationalError

from service.jobs.bell import Bell
from service.jobs.charges import charge
from service.jobs.errors import (
    InternalError,
    JobError,
    MaxCostReached,
    OutOfMemory,
    StorageFull,
    StorageUnwritable,
    UploadMissing,
)
from service.jobs.files import Files, is_disk_full, is_unwritable
from service.jobs.job import PICKED_UP, SAVING, Job, TaskType
from service.jobs.media import READ_DIRECTLY
from service.jobs.pages import page_numbers, page_spans
from service.jobs.store import Store
from service.logs import Logger
from service.settings import Settings
from workers.breaker import ASKS_MODEL, Breaker, needs_model
from workers.cage.nursery import Nursery
from workers.documents import Document
from workers.endings import Completed, Ending, Failed, GivenBack, Stopped
from workers.engines.base import Engine, Extraction, PageResult, Request
from workers.memory import is_starved
from workers.meter import Meter
from workers.page import Page
from workers.result import Reading, result_of
from workers.run import HeldUp, JobStopped, Run
from workers.slots import Slot

_RETRY_SECONDS = 0.5
_STOPPED = (
    "비용 한도(max_cost) {limit} USD에 이르러 {total}쪽 가운데 {missing}쪽을 읽지 않았습니다. "
    "The task reached its max_cost of {limit} USD: {missing} of its {total} pages are not read."
)
_STARVED = (
    "메모리가 모자라 {total}쪽 가운데 {missing}쪽을 읽지 않았습니다. "
    "There was not enough memory: {missing} of the {total} pages are not read."
)
_CUT = "{0}쪽까지만 읽었습니다(MAX_PAGES). Only {0} pages are read: what follows them is not (MAX_PAGES)."
_NO_TABLES = "표를 찾지 못했습니다. No table was found."
_ABSENT = "요청한 {0}쪽은 문서에 없습니다. The document has no page {0}, which was asked for."


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
        """Claim the job whose turn it is and bring it to its end; nothing happens when there is none.

        `job_id` is who was rung for; it counts only while the breaker is open. What the breaker holds stays pending
        without a message; maintenance rings for it when it can be begun.
        """
        job = self._claimed_around_the_breaker(job_id, owner) if self._breaker.open else self._store.claim_next(owner)
        if job is None:
            return
        with slot.hold(job):
            log = self._log.bind(**job.log_context(), attempt=job.attempt)
            meter = Meter(self._settings.prices.of(job.model), job.usage, job.max_cost)
            run = Run(job, self._store, slot, self._settings.job_timeout, meter, log)
            run.log.info("started", engine=job.engine, model=job.model, progress=PICKED_UP)
            run.log.info("progress", progress=job.progress)
            ending, stored = self._settle(run, self._outcome(run))
        # Out of the slot first: a run that has ended is over, and on a busy machine its worker would be killed for it.
        self._tell(run, ending, stored)

    def _claimed_around_the_breaker(self, job_id: str, owner: str) -> Job | None:
        """The trial, where one is due and this job was rung for as one; else the next that needs no model."""
        named = self._store.find(job_id)
        if named is not None and needs_model(named) and not self._breaker.holds(named):
            trial = self._store.claim(job_id, owner)
            if trial is not None:
                return trial
        return self._store.claim_next(owner, without_engine=ASKS_MODEL)

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
        if is_unwritable(error):
            return StorageUnwritable()
        return StorageFull() if is_disk_full(error) else InternalError()

    def _complete(self, run: Run) -> Ending:
        engine, reading = self._read(run)
        run.checkpoint()
        run.log.info("progress", progress=SAVING)
        result = result_of(run.job, engine, reading, run.meter.usage)
        return Completed(self._files.draft_result(run.job.id, run.job.run, result), run.pages)

    def _read(self, run: Run) -> tuple[str, Reading]:
        """The reading, and the name of the engine it came from."""
        job, path = run.job, self._files.upload(run.job.id)
        if not path.is_file():
            raise UploadMissing
        chosen = None if job.pages is None else page_numbers(job.pages)
        document = Document(path, job.media_type, self._nursery, job.client, self._settings, run.checkpoint, chosen)
        if job.media_type in READ_DIRECTLY:
            return job.engine, _whole(document.tables(partial(_count_sheets, document, run)), document)
        engine, request = self._engines[job.engine], _request(job)
        pages = _counted(document.pages(partial(_fit, engine, request), as_files=engine.takes_files), run)
        work = engine.analyze if job.task_type is TaskType.IMAGE_ANALYSIS else engine.extract
        reading = work(pages, request, run)
        if any(isinstance(page.error, OutOfMemory) for page in reading.pages):
            self._retire()  # as for a surprise: what is in pieces may be more than the engine gave up
        run.pages_read += len(document.failed)
        return engine.name, _whole(reading, document)

    def _settle(self, run: Run, ending: Ending) -> tuple[Ending, bool]:
        """Store the ending, however long the database is out of reach: which it was, and whether it counted."""
        while True:
            try:
                return ending, ending.settle(run.job, self._store, run.meter.usage)
            except OperationalError:
                run.log.warning("ending_postponed", ending=ending.event, exc_info=True)
            except Exception as error:
                run.log.exception("unexpected_error")
                ending = Failed(self._told(error))
            time.sleep(_RETRY_SECONDS)

    def _tell(self, run: Run, ending: Ending, stored: bool) -> None:
        """Clear away what is not wanted, and say how it ended."""
        if not isinstance(ending, Completed) or not stored:
            self._files.discard_draft(run.job.id, run.job.run)
        if not stored:
            self._charge(run)
        if stored and run.job.may_be_called_back:
            self._courier_bell.ring()
        event, facts = (ending.event, ending.facts) if stored else (Stopped.event, {})
        run.log.info(event, **facts)

    def _charge(self, run: Run) -> None:
        """Note what a run was charged that another process ended."""
        try:
            charge(self._store.database, run.job, run.meter.usage)
        except OperationalError:
            run.log.warning("usage_lost", exc_info=True)


def _counted(pages: Iterator[Page], run: Run) -> Iterator[Page]:
    """The pages; the first tells how many there will be."""
    for page in pages:
        run.pages_total = page.total
        yield page


def _count_sheets(document: Document, run: Run, share: float) -> None:
    """Progress of a document whose pages, if it has any, are sheets: those that were begun but the last are done."""
    if document.choice is not None:
        run.pages_read, run.pages_total = document.done, len(document.choice.numbers)
    run(share)


def _whole(reading: Reading, document: Document) -> Reading:
    """The reading, with the pages that its engine was never shown, and what has to be said of the document."""
    unread = [PageResult(number, error) for number, error in document.failed.items()]
    wanted = document.choice.numbers if reading.stopped_by is not None and document.choice else document.read
    known = {number: PageResult(number, reading.stopped_by) for number in wanted}
    pages = known | {page.number: page for page in (*reading.pages, *unread)}
    concerns = (
        *reading.concerns,
        *_of_limit(reading, list(pages.values())),
        *(concern for page in unread for concern in page.told()),
        *([_NO_TABLES] if isinstance(reading, Extraction) and not reading.tables else []),
        *_of_choice(document),
    )
    return replace(reading, concerns=concerns, pages=tuple(pages[number] for number in sorted(pages)))


def _of_limit(reading: Reading, pages: list[PageResult]) -> Iterator[str]:
    if reading.stopped_by is not None:
        missing = sum(isinstance(page.error, type(reading.stopped_by)) for page in pages)
        said = _STOPPED if isinstance(reading.stopped_by, MaxCostReached) else _STARVED
        yield said.format(total=len(pages), missing=missing, **reading.stopped_by.values)


def _of_choice(document: Document) -> Iterator[str]:
    choice = document.choice
    if choice is not None and choice.more:
        yield _CUT.format(choice.numbers[-1])
    if choice is not None and choice.absent:
        yield _ABSENT.format(page_spans(choice.absent))


def _request(job: Job) -> Request:
    return Request(prompt=job.prompt or "", detail=job.detail or "high", model=job.model)


def _fit(engine: Engine, request: Request, size: tuple[int, int]) -> tuple[int, int]:
    return engine.fit(size, request)
