"""How fast tasks are taken in while the one worker is busy: the web process and the disk alone."""

from collections.abc import Iterator
from statistics import median

from tests.bench import bare
from tests.bench.client import Body, submit_all
from tests.bench.figures import Figure, spread
from tests.bench.subjects import Subject
from tests.installation import Installation

_ROUNDS = 8
_REPEATS = 10


def submissions(service: Installation, subjects: dict[Subject, int]) -> Iterator[Figure]:
    """Accepted submissions a second of each subject, as many as given, with 1 and with 8 clients."""
    for subject, count in subjects.items():
        for clients in (1, 8):
            yield from _taken_in(service, subject, count, clients)


def _taken_in(service: Installation, subject: Subject, count: int, clients: int) -> Iterator[Figure]:
    bodies = [Body.of(subject, prompt="HANG")] * (count // _ROUNDS)
    waits: list[float] = []
    ratios, rates = [], []
    for _ in range(_ROUNDS):  # side by side with the bare disk, which other programs keep busy, too
        least = bare.durable_write(service.folder, subject, _REPEATS)
        answers = submit_all(service.port, bodies, clients)
        seconds = max(one.answered for one in answers) - min(one.sent for one in answers)
        rates.append(len(answers) / seconds)
        ratios.append(seconds * 1000 / len(answers) / least)
        waits += [one.milliseconds for one in answers]
    what = f"{subject.name}, {clients} client{'s' if clients > 1 else ''}"
    yield Figure(f"submissions, {what}", median(rates), "/s", note=f"answer in ms: {spread(waits)}")
    yield Figure("… time each ÷ bare write + fsync + commit", median(ratios), "×", note=f"{spread(ratios)}")
