"""The service that reads: an installation with one worker, so that its costs are those of the document in hand."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.bench.processes import RUNNING_SIDE, parts, spending
from tests.eval.answer import Result
from tests.eval.truth import Document
from tests.installation import Installation

HOUR = 3600
_LIMITS = {"MAX_WORKERS": 1, "JOB_TIMEOUT": HOUR, "MAX_UPLOAD_MB": 1000, "MAX_PAGES": 1000}


@dataclass(frozen=True)
class Outcome:
    """What became of a document: its result, or the error; CPU seconds of all who had a part in reading it, and the
    worker's greatest resident memory in bytes."""

    result: Result | None
    error: str
    cpu: float
    peak: int


@contextmanager
def reading_service(folder: Path) -> Iterator[Installation]:
    """A new installation with the embedded engine only, running."""
    folder.mkdir()
    with Installation(folder, **_LIMITS).running() as service:
        yield service


def read(service: Installation, document: Document) -> Outcome:
    """Send one document through; analysed where its text or letters are known, else asked for its tables."""
    kind = "analyze-image" if document.places or document.truth.text is not None else "extract-tables"
    file = (document.name, document.data())
    _forget_peak(service)
    with spending(service, look=0.02) as spent:
        task = service.submitted(file, kind, model="local")
        status = service.ended(task, timeout=HOUR)
    cpu = sum(spent.cpu[part] for part in RUNNING_SIDE) / 1000
    if status["status"] != "completed":
        return Outcome(None, json.dumps(status["error"], ensure_ascii=False), cpu, _peak(service))
    return Outcome(service.result(task).json(), "", cpu, _peak(service))


def _worker(service: Installation) -> psutil.Process:
    [worker] = parts(service)["workers"]
    return worker


def _forget_peak(service: Installation) -> None:
    # Linux: the peak is counted anew from the present size.
    Path(f"/proc/{_worker(service).pid}/clear_refs").write_text("5")


def _peak(service: Installation) -> int:
    lines = Path(f"/proc/{_worker(service).pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
