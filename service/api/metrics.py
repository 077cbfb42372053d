"""Metrics for Prometheus: counters that the database keeps, and gauges of what there is now."""

from collections.abc import Iterable, Iterator

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from service.api.endpoint import Answer, Asked, endpoint
from service.api.exposition import MEDIA_TYPE, Family, Sample, histogram, written
from service.api.groups import SERVICE
from service.api.service import Service, service_of
from service.jobs import counters
from service.jobs.counters import BOUNDS, Tally
from service.jobs.endpoints import count_stopped
from service.jobs.errors import codes
from service.jobs.job import Status, now
from service.jobs.outbox import Outbox
from service.jobs.presence import Presence
from service.jobs.text import Text

_PREFIX = "document_analysis"
_MIB = 1024 * 1024
_MICRO = 1_000_000

_ENDS = [(Status.COMPLETED.value, ""), (Status.CANCELLED.value, ""), *((Status.FAILED.value, code) for code in codes())]

Counted = dict[str, dict[tuple[str, ...], Tally]]


@endpoint(
    "GET",
    "/metrics",
    Text("Prometheus가 읽는 수치", "Figures for Prometheus"),
    Answer(200, Text("Prometheus 텍스트 형식 0.0.4", "Prometheus' text format 0.0.4"), kind="text/plain"),
    group=SERVICE,
)
async def get_metrics(request: Request, asked: Asked) -> Response:
    """All figures, over all clients; names of clients, files or tasks are not among them."""
    return Response(await run_in_threadpool(_told, service_of(request)), media_type=MEDIA_TYPE)


def _told(service: Service) -> str:
    counted = counters.read(service.database)
    present = service.attendance.present()
    return written(
        (
            *_of_tasks(counted),
            *_of_queue(service),
            *_of_workers(present),
            *_of_model(counted, present),
            *_of_callbacks(counted, service),
        )
    )


def _of_tasks(counted: Counted) -> Iterator[Family]:
    yield _counter("tasks_submitted", "Tasks taken in.", _counts(counted, counters.SUBMITTED, "task_type", "engine"))
    yield _counter(
        "tasks_ended",
        "Tasks that came to an end, by state and error code.",
        [
            Sample({"state": state, "code": code}, tally.number)
            for (state, code), tally in _from_zero(counted, counters.ENDED, _ENDS).items()
        ],
    )
    yield Family(
        f"{_PREFIX}_wait_seconds",
        "histogram",
        "From the submission of a task to the beginning of the run that it ended in; told at its end.",
        list(_histograms(counted, counters.WAIT, "task_type", "engine")),
    )
    yield Family(
        f"{_PREFIX}_run_seconds",
        "histogram",
        "Length of the run that a task ended in, by the state it ended in.",
        list(_histograms(counted, counters.RUN, "task_type", "engine", "state")),
    )


def _of_queue(service: Service) -> Iterator[Family]:
    active = service.listing.counts((Status.PENDING, Status.PROCESSING))
    oldest = service.listing.oldest_pending()
    waited = 0.0 if oldest is None else max(0, now() - oldest) / 1000
    yield _gauge("tasks", "Tasks that wait or run now.", [Sample({"state": one}, n) for one, n in active.items()])
    yield _gauge("oldest_pending_seconds", "Age of the first task that waits; 0 without any.", [Sample({}, waited)])


def _of_workers(present: list[Presence]) -> Iterator[Family]:
    alive = sum(one.workers for one in present)
    held = [megabytes for one in present for megabytes in one.facts.get("worker_memory_mb", ())]
    yield _gauge("workers", "Workers of supervisors seen lately.", [Sample({}, alive)])
    yield _gauge(
        "worker_memory_bytes",
        "Memory that a worker alone holds, to a MB, as of the last heartbeat.",
        [Sample({"worker": str(number)}, megabytes * _MIB) for number, megabytes in enumerate(held, 1)],
    )


def _of_model(counted: Counted, present: list[Presence]) -> Iterator[Family]:
    spent = _from_zero(counted, counters.COST, [()])[()].total / _MICRO
    tokens = _from_zero(counted, counters.TOKENS, [("prompt",), ("completion",)])
    servers = [one.facts["model_server"] for one in present if "model_server" in one.facts]
    calls = _from_zero(counted, counters.CALL, ((outcome,) for outcome in counters.OUTCOMES))
    seconds = sum(tally.total for tally in calls.values()) / 1000
    yield _counter(
        "model_calls",
        "Questions to the model's server, by what came of them.",
        [Sample({"outcome": outcome}, tally.number) for (outcome,), tally in calls.items()],
    )
    yield _counter("model_call_seconds", "Time these took.", [Sample({}, seconds)])
    yield _counter(
        "model_tokens",
        "Tokens that tasks were charged, told at their end.",
        [Sample({"kind": kind}, tally.total) for (kind,), tally in tokens.items()],
    )
    yield _counter("model_cost_usd", "What they cost, of models whose price is known.", [Sample({}, spent)])
    yield _gauge(
        "model_server_failing",
        "Whether the model's server is left alone because it failed; absent without a model.",
        [Sample({}, int(any(server["state"] != "ok" for server in servers)))] if servers else [],
    )


def _of_callbacks(counted: Counted, service: Service) -> Iterator[Family]:
    tries = _from_zero(counted, counters.TRY, [(counters.DELIVERED,), (counters.PUT_OFF,), (counters.GIVEN_UP,)])
    yield _counter(
        "delivery_tries",
        "Tries of callbacks, by what came of them.",
        [Sample({"outcome": outcome}, tally.number) for (outcome,), tally in tries.items()],
    )
    yield _gauge("deliveries_pending", "Callbacks owed now.", [Sample({}, Outbox(service.database).count_pending())])
    yield _gauge(
        "stopped_endpoints", "Addresses nothing is sent to any more.", [Sample({}, count_stopped(service.database))]
    )


def _counter(name: str, meaning: str, samples: list[Sample]) -> Family:
    return Family(f"{_PREFIX}_{name}_total", "counter", meaning, samples)


def _gauge(name: str, meaning: str, samples: list[Sample]) -> Family:
    return Family(f"{_PREFIX}_{name}", "gauge", meaning, samples)


def _from_zero(counted: Counted, name: str, known: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], Tally]:
    """What was counted, and zeros for the rest: the first failure of a count that begins with it would not be seen."""
    return {labels: Tally(name, labels, 0) for labels in known} | counted.get(name, {})


def _counts(counted: Counted, name: str, *labels: str) -> list[Sample]:
    return [Sample(dict(zip(labels, one.labels, strict=True)), one.number) for one in counted.get(name, {}).values()]


def _histograms(counted: Counted, name: str, *labels: str) -> Iterator[Sample]:
    """One for each set of labels there is."""
    found = counted.get(name, {})
    for values in {one[:-1]: None for one in found}:
        buckets = [(bound, found.get((*values, bound), Tally(name, (), 0))) for bound in BOUNDS]
        total = sum(tally.total for _, tally in buckets) / 1000
        told = ((bound, tally.number) for bound, tally in buckets)
        yield from histogram(dict(zip(labels, values, strict=True)), told, total)
