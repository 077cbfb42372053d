"""What the machine itself takes for the least that the service must do: the other side of every ratio."""

import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from PIL import Image

from tests.bench.subjects import Subject
from workers.decode import prepare
from workers.images.pillow import PillowRaster
from workers.page import Fit

_THUMBNAIL = (2048, 2048)


def durable_write(folder: Path, subject: Subject, repeats: int) -> float:
    """Median milliseconds to write a new file to disk and to commit one row durably to SQLite."""
    database = sqlite3.connect(folder / "bare.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        database.execute(f"PRAGMA {pragma}")
    database.execute("CREATE TABLE IF NOT EXISTS facts (id INTEGER PRIMARY KEY, text TEXT)")

    def once() -> None:
        with tempfile.NamedTemporaryFile(dir=folder, buffering=0) as file:
            file.write(subject.data)
            os.fsync(file.fileno())
        database.execute("INSERT INTO facts (text) VALUES (?)", ("x" * 500,))

    took = median(_milliseconds(once, time.perf_counter) for _ in range(repeats))
    database.close()
    return took


def thumbnail(path: Path) -> float:
    """CPU milliseconds of Pillow's own `thumbnail` of a picture to 2048 pixels."""

    def once() -> None:
        with Image.open(path) as image:
            image.thumbnail(_THUMBNAIL)

    return _milliseconds(once, time.process_time)


def made_ready(path: Path, fit: Fit) -> float:
    """CPU milliseconds to make a picture ready in exactly the size that `fit` gives, as the caged reader does."""

    def once() -> None:
        with Image.open(path) as image:
            prepare(PillowRaster(image), fit)

    return _milliseconds(once, time.process_time)


def _milliseconds(work: Callable[[], None], clock: Callable[[], float]) -> float:
    begun = clock()
    work()
    return (clock() - begun) * 1000
