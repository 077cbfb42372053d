"""`python -m tests.bench [--write FILE]`: run everything once and print one table."""

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.cancelling import cancels
from tests.bench.decoding import appetites
from tests.bench.figures import Figure, as_table
from tests.bench.listening import listeners
from tests.bench.starting import loaded_memory, silence, starts
from tests.bench.subjects import large_drawing, pages_of_text, photo, small_picture, word_file
from tests.bench.submitting import submissions
from tests.bench.working import photos, small_tasks, throughput
from tests.installation import Installation
from tests.peers.process import Peer

_FOREWORD = """Measured from outside by `python -m tests.bench`, on one machine in one run: real processes, real files,
and in place of the model a local server that answers at once and costs CPU time on the same cores. CPU times, ratios
and medians are what to trust; times by the clock grow with whatever else the machine and its disk do. Nobody asks for
the status of a task while CPU time is measured."""


def main() -> None:
    """Measure, print, and write where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the table as Markdown, too")
    options = parser.parse_args()
    begun, load = time.monotonic(), os.getloadavg()[0]
    rows = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, Peer.start("openai_server") as model:
        for figure in _figures(Path(folder), model):
            rows.append(figure.cells())
            print(f"{time.monotonic() - begun:5.0f} s  {'  '.join(filter(None, rows[-1]))}", file=sys.stderr)
    report = "\n".join([_circumstances(load, time.monotonic() - begun), "", as_table(rows)])
    print(report)
    if options.write:
        options.write.write_text(f"# Performance\n\n{_FOREWORD}\n\n{report}\n")


def _figures(folder: Path, model: Peer) -> Iterator[Figure]:
    small, large, drawing = small_picture(), photo(), large_drawing()
    yield from appetites(folder)
    with _installed(folder / "three", model) as service:
        yield from silence(service, small)
        yield from starts(service, small)
        yield from small_tasks(service, small, 400)
        yield from photos(service, large, folder)
        yield from throughput(service, {small: 400, large: 24})
        yield from loaded_memory(service)
        yield from listeners(service, small)
    with _installed(folder / "one", model, MAX_WORKERS=1) as service:
        yield from cancels(service, small, drawing, pages_of_text(), word_file())
        yield from submissions(service, {small: 400, large: 80})


@contextmanager
def _installed(folder: Path, model: Peer, **settings: object) -> Iterator[Installation]:
    """A new installation, running, with the model's stand-in."""
    folder.mkdir()
    connection = {"OPENAI_API_KEY": "sk-bench", "OPENAI_BASE_URL": f"{model.url}/v1"}
    with Installation(folder, **connection | settings).running() as service:
        yield service


def _circumstances(load: float, seconds: float) -> str:
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.system()} {platform.release()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, load {load:.1f} before, {seconds:.0f} s in all, "
        f"`{' '.join(['python -m tests.bench', *sys.argv[1:]])}`"
    )


if __name__ == "__main__":
    main()
