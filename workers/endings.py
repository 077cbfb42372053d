"""How a run can end, each as a value that knows how to store itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from service.jobs.errors import JobError
from service.jobs.job import DONE, Job, Pages
from service.jobs.store import Store
from service.models.usage import Usage


class Ending(Protocol):
    """The end of a run; `event` and `facts` are what the log says of it once it is stored."""

    event: ClassVar[str]

    @property
    def facts(self) -> dict[str, Any]: ...

    def settle(self, job: Job, store: Store, usage: Usage | None) -> bool:
        """Store it, and with it what the job was charged; False when the run was over before.

        May be called again after sqlalchemy's OperationalError.
        """
        ...


@dataclass(frozen=True)
class Completed:
    """The result is drafted; `publish` gives it its public name."""

    publish: Callable[[], None]
    pages: Pages
    event: ClassVar[str] = "completed"

    @property
    def facts(self) -> dict[str, Any]:
        return {"progress": DONE}

    def settle(self, job: Job, store: Store, usage: Usage | None) -> bool:
        return store.complete(job, self.publish, self.pages, usage)


@dataclass(frozen=True)
class Failed:
    """The job cannot be done."""

    error: JobError
    event: ClassVar[str] = "failed"

    @property
    def facts(self) -> dict[str, Any]:
        cause = repr(self.error.__cause__)[:500] if self.error.__cause__ else None
        return {"code": self.error.code, "message": self.error.message("en"), "cause": cause}

    def settle(self, job: Job, store: Store, usage: Usage | None) -> bool:
        return store.fail(job, self.error, usage)


@dataclass(frozen=True)
class GivenBack:
    """The run could not go on through no fault of the job, which waits again; the run does not count as an attempt."""

    reason: str
    event: ClassVar[str] = "given_back"

    @property
    def facts(self) -> dict[str, Any]:
        return {"reason": self.reason}

    def settle(self, job: Job, store: Store, usage: Usage | None) -> bool:
        return store.give_back(job, usage)


@dataclass(frozen=True)
class Stopped:
    """The supervisor asked the run to stop, because its row says that it is over; what it made is thrown away.

    Should the row not say so after all, the job waits again: no run may leave it in processing.
    """

    event: ClassVar[str] = "stopped"

    @property
    def facts(self) -> dict[str, Any]:
        return {}

    def settle(self, job: Job, store: Store, usage: Usage | None) -> bool:
        return store.give_back(job, usage)
