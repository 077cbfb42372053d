"""What is measured: rows of documents, each made or opened only when its turn comes."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.eval import charts, english, icdar, korean, wear
from tests.eval.truth import Document

VARIABLE = "EVAL_DATA"


@dataclass(frozen=True)
class Row:
    """A row of the report; `documents` is None where the data is not there."""

    name: str
    documents: Callable[[], list[Document]] | None


def rows(every: int) -> Iterator[Row]:
    """All rows; of the public set every `every`th document, by name."""
    made = {"Korean": korean.documents, "English": english.documents}
    for language, documents in made.items():
        yield Row(f"{language}, clean", lambda documents=documents: list(documents()))  # type: ignore[misc]
    for kind, change in wear.KINDS.items():
        for language, documents in made.items():
            yield Row(f"{language}, {kind}", lambda documents=documents, change=change: _worn(documents(), change))  # type: ignore[misc]
    yield Row("charts: no tables", lambda: list(charts.documents()))
    yield from _public(every)


def _public(every: int) -> Iterator[Row]:
    folder = os.environ.get(VARIABLE)
    paths = icdar.files(Path(folder))[::every] if folder else []
    kinds: dict[str, Callable[[], list[Document]]] = {
        "ICDAR 2013, PDF": lambda: icdar.documents(paths),
        "ICDAR 2013, images": lambda: icdar.images(paths),
        "ICDAR 2013, images, skew, noise, JPEG": lambda: icdar.images(paths, wear.worn),
    }
    for name, documents in kinds.items():
        yield Row(name, documents if paths else None)


def _worn(documents: Iterator[Document], change: wear.Wear) -> list[Document]:
    return [wear.after(document, change) for document in documents]
