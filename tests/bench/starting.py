"""How soon a task starts when nothing else runs, and what the service costs while nobody asks anything."""

import time
from collections.abc import Iterator, Sequence

from tests.bench.client import Answered, Body, Client
from tests.bench.figures import Figure, of_parts, quantile, spread
from tests.bench.ledger import Ledger
from tests.bench.processes import memory, spending
from tests.bench.subjects import Subject
from tests.installation import Installation

_SAMPLES = 50
_SPACE = 0.15
_SILENCES = 3
_SILENCE = 20.0
_LOOK_AT_REST = 0.5
_APART = 1.0
"""Seconds between two that are waked one after the other: then the first has come to rest."""


def at_rest(service: Installation, subject: Subject) -> Iterator[Figure]:
    """Memory, and CPU time while nobody asks for anything, once a first task has been through."""
    Client(service.port).submit(Body.of(subject, prompt="INSTANT"))
    Ledger(service).wait_until_done()
    yield Figure("PSS of all processes, idle", sum(memory(service).values()), "MB", note=of_parts(memory(service)))
    with spending(service, look=_LOOK_AT_REST) as quiet:
        time.sleep(_SILENCE)
    yield Figure("idle CPU of all processes", sum(quiet.percent.values()), "%", 0.5, of_parts(quiet.percent))


def starts(service: Installation, subject: Subject) -> Iterator[Figure]:
    """From sending and from the 202 until the worker's line "started", with a pause before each."""
    body, client = Body.of(subject, prompt="INSTANT"), Client(service.port)
    answers = []
    for _ in range(_SAMPLES):
        time.sleep(_SPACE)
        answers.append(client.submit(body))
    yield from _told(Ledger(service).moments((one.task_id for one in answers), "started"), answers, "idle")


def silence(services: Sequence[Installation], subject: Subject) -> Iterator[Figure]:
    """The same after 20 s without a request, in services side by side: many samples, and not many minutes.

    The first sample of each is its first task ever.
    """
    body = Body.of(subject, prompt="INSTANT")
    answers: list[Answered] = []
    started: list[float] = []
    for _ in range(_SILENCES):
        time.sleep(_SILENCE)
        for service in services:
            answers.append(Client(service.port).submit(body))
            started.append(Ledger(service).moment(answers[-1].task_id, "started"))
            time.sleep(_APART)
    yield from _told(started, answers, f"after {_SILENCE:.0f} s of silence")


def loaded_memory(service: Installation) -> Iterator[Figure]:
    """Memory after everything before has run."""
    after = memory(service)
    yield Figure("PSS of web after the load", after["web"], "MB", 70, of_parts(after))


def _told(started: Sequence[float], answers: Sequence[Answered], when: str) -> Iterator[Figure]:
    sent = [(at - one.sent) * 1000 for at, one in zip(started, answers, strict=True)]
    accepted = [(at - one.answered) * 1000 for at, one in zip(started, answers, strict=True)]
    count = len(answers)
    yield Figure(f"sent until started, {when}, p95 of {count}", quantile(sent, 0.95), "ms", note=spread(sent))
    yield Figure(
        f"202 until started, {when}, p95 of {count}", quantile(accepted, 0.95), "ms", 10, note=spread(accepted)
    )
