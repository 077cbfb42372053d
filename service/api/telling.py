"""What is told of events: each as the data of a server-sent event, in the client's language."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.api import stream
from service.api.pictures.task import Step
from service.jobs.client import Client
from service.jobs.estimates import Estimates
from service.jobs.events import Event
from service.jobs.job import FINAL, Job, Status, TaskType, stage_of
from service.jobs.text import Language
from service.jobs.view import iso, task_status


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells one client, of those kinds of events that it asked for; all kinds where it named none."""

    client: Client
    estimates: Estimates
    language: Language
    kinds: frozenset[str]

    def frames(self, events: Sequence[Event]) -> list[bytes]:
        """The events that are to be sent, as they are sent; blocks."""
        wanted = [event for event in events if not self.kinds or event.kind in self.kinds]
        if not wanted:
            return []
        jobs = self.client.named({event.job_id for event in wanted})
        newest = {event.job_id: event.seq for event in wanted}
        return [self._frame(one, jobs.get(one.job_id), newest[one.job_id] == one.seq) for one in wanted]

    def _frame(self, event: Event, job: Job | None, newest: bool) -> bytes:
        present = newest and job is not None and (job.status, job.progress) == (event.status, event.progress)
        step = self._step(event, job, present=present)
        return stream.event(event.seq, event.kind, step.model_dump_json())

    def _step(self, event: Event, job: Job | None, *, present: bool) -> Step:
        """`present`: the event tells how the job is now, so that it can be told how long it will take still."""
        ahead = self.client.position(job) if present and job and job.status is Status.PENDING else None
        return Step(
            task_id=event.job_id,
            task_type=TaskType(event.task_type),
            status=Status(event.status),
            progress=event.progress,
            attempt=event.attempt,
            at=iso(event.at),
            stage=stage_of(event.progress),
            pages_done=event.pages_done,
            pages_total=event.pages_total,
            queue_position=ahead,
            eta_seconds=self.estimates.seconds_left(job, ahead) if present and job else None,
            task_status=task_status(job, self.language) if job and event.kind in FINAL else None,
        )
