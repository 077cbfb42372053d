"""Tasks from end to end with a model that answers at once: how many a second, and what each costs."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from service.models.sizes import bound_for
from tests.bench import bare
from tests.bench.client import Body, submit_all
from tests.bench.figures import Figure, of_parts
from tests.bench.ledger import Ledger
from tests.bench.processes import RUNNING_SIDE, Cost, spending
from tests.bench.subjects import Subject
from tests.installation import Installation

_ROUNDS = 4
_PAIRS = 9
_MODEL = "gpt-5.6-terra"


def throughput(service: Installation, subjects: dict[Subject, int]) -> Iterator[Figure]:
    """Tasks a second from 4 clients, the model's stand-in on the same cores."""
    ledger = Ledger(service)
    for subject, count in subjects.items():
        answers = submit_all(service.port, [Body.of(subject, prompt="INSTANT")] * count, 4)
        ledger.wait_until_done()
        yield Figure(
            f"tasks from end to end, {subject.name}",
            count / (ledger.last_end() - min(one.sent for one in answers)),
            "/s",
        )


def small_tasks(service: Installation, subject: Subject, count: int) -> Iterator[Figure]:
    """CPU for each of `count` tasks with next to nothing to decode, one client, nobody asking for the status."""
    costs = [_each(service, Body.of(subject, prompt="INSTANT"), count // _ROUNDS) for _ in range(_ROUNDS)]
    cost = {part: median(one[part] for one in costs) for part in costs[0]}
    yield Figure("web CPU for a small task", cost["web"], "ms", 4)
    yield Figure("worker CPU for a small task", _running(cost), "ms", 8, note=f"all parts: {of_parts(cost)}")


def photos(service: Installation, subject: Subject, folder: Path) -> Iterator[Figure]:
    """Worker CPU for a photo by `detail`, and that of making it ready beside the CPU of Pillow's own thumbnail."""
    for detail, limit in (("high", 150.0), ("auto", None)):
        body = Body.of(subject, prompt="INSTANT", detail=detail)
        cost = median(_running(_each(service, body, 3)) for _ in range(_ROUNDS))
        yield Figure(f"worker CPU for a 12-megapixel photo, detail={detail}", cost, "ms", limit)
    path = subject.stored_in(folder)
    fit = bound_for(_MODEL, "high", 2048).fit
    # In turns, so that a busy neighbour slows both.
    pairs = [(bare.made_ready(path, fit), bare.thumbnail(path)) for _ in range(_PAIRS)]
    ready, plain = (median(one[side] for one in pairs) for side in (0, 1))
    note = f"{ready:.0f} of {plain:.0f} ms, thumbnail to 2048"
    yield Figure("a photo made ready for detail=high ÷ plain thumbnail", ready / plain, "×", 1 / 3, note)


def _running(cost: Cost) -> float:
    """What the processes that run a task cost together."""
    return sum(cost[part] for part in RUNNING_SIDE)


def _each(service: Installation, body: Body, count: int) -> Cost:
    """CPU milliseconds for one task, over `count` tasks after some that warm everything up."""
    ledger = Ledger(service)
    submit_all(service.port, [body] * 6, 1)
    ledger.wait_until_done()
    with spending(service) as spent:
        submit_all(service.port, [body] * count, 1)
        ledger.wait_until_done()
    return {part: used / count for part, used in spent.cpu.items()}
