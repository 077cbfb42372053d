"""How fast tasks are taken in while the one worker is busy: the web process and the disk alone."""

from collections.abc import Iterator

from tests.bench import bare
from tests.bench.client import Body, submit_all
from tests.bench.figures import Figure, spread
from tests.bench.subjects import Subject
from tests.installation import Installation


def submissions(service: Installation, subjects: dict[Subject, int]) -> Iterator[Figure]:
    """Accepted submissions a second of each subject, as many as given, with 1 and with 8 clients."""
    for subject, count in subjects.items():
        body = Body.of(subject, prompt="HANG")
        least = bare.durable_write(service.folder, subject, 50)
        yield Figure(f"bare write + fsync + commit, {subject.name}", least, "ms")
        for clients in (1, 8):
            yield from _taken_in(service, subject, [body] * count, clients, least)


def _taken_in(
    service: Installation, subject: Subject, bodies: list[Body], clients: int, least: float
) -> Iterator[Figure]:
    answers = submit_all(service.port, bodies, clients)
    seconds = max(one.answered for one in answers) - min(one.sent for one in answers)
    waits = [one.milliseconds for one in answers]
    what = f"{subject.name}, {clients} client{'s' if clients > 1 else ''}"
    yield Figure(f"submissions, {what}", len(answers) / seconds, "/s", note=f"answer in ms: {spread(waits)}")
    yield Figure("… time each ÷ bare write", seconds * 1000 / len(answers) / least, "×")
