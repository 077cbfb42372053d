"""`python -m tests.bench [--write FILE]`: run everything once and print one table."""

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.cancelling import cancels, cancels_together
from tests.bench.client import Client
from tests.bench.decoding import appetites
from tests.bench.figures import Figure, Missing, as_table, measured
from tests.bench.ledger import Ledger
from tests.bench.listening import listeners
from tests.bench.starting import at_rest, loaded_memory, silence, starts
from tests.bench.subjects import large_drawing, pages_of_text, photo, small_picture, word_file
from tests.bench.submitting import submissions
from tests.bench.working import photos, small_tasks, throughput
from tests.installation import Installation
from tests.peers.process import Peer

_FOREWORD = """Measured from outside by `python -m tests.bench`, on one machine in one run: real processes, real files,
and in place of the model a local server that answers at once and costs CPU time on the same cores. CPU times, ratios
and medians are what to trust; times by the clock grow with whatever else the machine and its disk do. Nobody asks for
the status of a task while CPU time is measured, in which that of ended threads and readers has its place. Starts after
silence are those of eight services side by side."""


_SIDE_BY_SIDE = 8
"""Services that are silent at the same time: together they use 2 % of the two cores."""


def main() -> None:
    """Measure, print, and write where asked. What cannot be measured is told, the rest is measured all the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the table as Markdown, too")
    options = parser.parse_args()
    begun, load = time.monotonic(), os.getloadavg()[0]
    figures = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, Peer.start("openai_server") as model:
        for figure in _figures(Path(folder), model):
            figures.append(figure)
            told = "  ".join(filter(None, figure.cells()))
            print(f"{time.monotonic() - begun:5.0f} s  load {os.getloadavg()[0]:4.1f}  {told}", file=sys.stderr)
    report = "\n".join([_circumstances(load, time.monotonic() - begun), "", as_table(figures)])
    print(report)
    if options.write:
        options.write.write_text(f"# Performance\n\n{_FOREWORD}\n\n{report}\n")
    if any(isinstance(figure, Missing) for figure in figures):
        sys.exit("some figures could not be measured")


def _figures(folder: Path, model: Peer) -> Iterator[Figure]:
    small, large, drawing = small_picture(), photo(), large_drawing()
    yield from measured("decoding", appetites(folder))
    with _installed(folder, model) as service:
        yield from _of(service, "at rest", at_rest(service, small))
        yield from _of(service, "starts", starts(service, small))
        yield from _of(service, "small tasks", small_tasks(service, small, 400))
        yield from _of(service, "photos", photos(service, large, folder))
        yield from _of(service, "throughput", throughput(service, {small: 400, large: 24}))
        yield from _of(service, "memory", loaded_memory(service))
        yield from _of(service, "listeners", listeners(service, small))
        yield from _of(service, "cancels together", cancels_together(service, small, pages_of_text()))
    with ExitStack() as several:
        services = [several.enter_context(_installed(folder, model)) for _ in range(_SIDE_BY_SIDE)]
        yield from measured("silence", silence(services, small))
    with _installed(folder, model, MAX_WORKERS=1) as service:
        yield from _of(service, "cancels", cancels(service, small, drawing, pages_of_text(), word_file()))
        yield from _of(service, "submissions", submissions(service, {small: 400, large: 80}))


def _of(service: Installation, group: str, figures: Iterator[Figure]) -> Iterator[Figure]:
    """The figures of one group; a task that it left when it failed must not be in the way of the next group."""
    yield from measured(group, figures)
    client, ledger = Client(service.port), Ledger(service)
    for task_id in ledger.left_over():
        client.cancel(task_id)


@contextmanager
def _installed(folder: Path, model: Peer, **settings: object) -> Iterator[Installation]:
    """A new installation, running, with the model's stand-in."""
    own = Path(tempfile.mkdtemp(dir=folder))
    connection = {"OPENAI_API_KEY": "sk-bench", "OPENAI_BASE_URL": f"{model.url}/v1"}
    with Installation(own, **connection | settings).running() as service:
        yield service


def _circumstances(load: float, seconds: float) -> str:
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.system()} {platform.release()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, load {load:.1f} before, {seconds:.0f} s in all, "
        f"`{' '.join(['python -m tests.bench', *sys.argv[1:]])}`"
    )


if __name__ == "__main__":
    main()
