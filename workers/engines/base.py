"""What every engine is: pages in, a reading out, progress told on the way."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from service.jobs.errors import JobError, MaxCostReached, OutOfMemory
from service.logs import Logger
from service.tables.model import Table
from workers.meter import Meter
from workers.page import Page, Size


@dataclass(frozen=True)
class Request:
    """What the client asked for, as far as an engine needs it. `detail` is low, high, auto or original."""

    prompt: str
    detail: str
    model: str


_MISSING = "{number}쪽이 빠졌습니다: {ko} Page {number} is left out: {en}"


@dataclass(frozen=True)
class PageResult:
    """What became of one page; `error` says why it is missing from the reading.

    `text` is what was read of it alone, in Markdown, where the engine reads page by page.
    """

    number: int
    error: JobError | None = None
    text: str | None = None
    concerns: tuple[str, ...] = ()

    def told(self) -> tuple[str, ...]:
        """What a person has to know of this page."""
        if self.error is None:
            return self.concerns
        missing = _MISSING.format(number=self.number, ko=self.error.message("ko"), en=self.error.message("en"))
        return (*self.concerns, missing)


@dataclass(frozen=True)
class Analysis:
    """The answer to an image analysis.

    `text` is Markdown. `prompt_followed` says whether the prompt was interpreted (a model) or not (reading only).
    `details` holds engine-specific JSON values worth showing; `concerns` are sentences for a person.
    `stopped_by` is what ended it before its last page.
    """

    text: str
    model: str
    prompt_followed: bool
    tables: tuple[Table, ...] = ()
    details: dict[str, object] = field(default_factory=dict)
    concerns: tuple[str, ...] = ()
    pages: tuple[PageResult, ...] = ()
    stopped_by: MaxCostReached | OutOfMemory | None = None


@dataclass(frozen=True)
class Extraction:
    """The tables of a document, in reading order."""

    tables: tuple[Table, ...]
    model: str
    concerns: tuple[str, ...] = ()
    pages: tuple[PageResult, ...] = ()
    stopped_by: MaxCostReached | OutOfMemory | None = None


class Progress(Protocol):
    """Told by an engine as work gets done; also its checkpoint, so call it every 50 ms of own work where possible."""

    log: Logger
    """Names the task in every line."""

    meter: Meter
    """Counts what a model charges; whoever asks one adds to it."""

    pages_read: int
    """How many pages the engine is done with; for the engine to count."""

    @property
    def traceparent(self) -> str | None:
        """Where the run stands in its client's trace."""
        ...

    def __call__(self, fraction: float) -> None:
        """Report the share of the engine's work done, 0 to 1, rising.

        Raises workers.run.JobStopped when the run is over: let it pass through.
        """

    @property
    def seconds_left(self) -> float:
        """How long the run may still take."""
        ...

    @property
    def alone(self) -> bool:
        """Whether no other job of this engine waits or runs."""
        ...

    def wait(self, seconds: float, unless: Callable[[], bool]) -> None:
        """Let time pass, at most until `unless` holds. Raises JobStopped within 50 ms of the run's end."""


class Engine(Protocol):
    """Reads pages. One instance lives as long as its worker process; it may load models at its first call."""

    name: str
    """`openai` or `local`, as shown to clients."""

    takes_files: bool
    """Whether pages come as files to be sent on, rather than as pixels."""

    def fit(self, size: Size, request: Request) -> Size:
        """The size at which this engine wants an image of `size`, both upright; never larger than `size`."""
        ...

    def analyze(self, pages: Iterator[Page], request: Request, progress: Progress) -> Analysis:
        """Answer `request.prompt` about the pages, or read them where the engine cannot follow a prompt.

        Raises service.jobs.errors.JobError for every expected failure.
        """
        ...

    def extract(self, pages: Iterator[Page], request: Request, progress: Progress) -> Extraction:
        """Find every table on the pages. Raises service.jobs.errors.JobError for every expected failure."""
        ...
