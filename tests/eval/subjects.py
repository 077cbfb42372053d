"""What is measured: rows of documents, each made or opened only when its turn comes."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.eval import charts, english, icdar, korean, printed, wear
from tests.eval.printing import pdf_of, picture_of
from tests.eval.sheet import Sheet
from tests.eval.truth import Document

VARIABLE = "EVAL_DATA"
PRINTOUTS = "Korean public documents, images"


@dataclass(frozen=True)
class Row:
    """A row of the report; `documents` is None where the data is not there."""

    name: str
    documents: Callable[[], list[Document]] | None


def rows(every: int) -> Iterator[Row]:
    """All rows; of the public set every `every`th document, by name."""
    made = {"Korean": korean.sheets, "English": english.sheets}
    for language, sheets in made.items():
        yield Row(f"{language}, clean", partial(_pictures, sheets))
    for kind, change in wear.KINDS.items():
        for language, sheets in made.items():
            yield Row(f"{language}, {kind}", partial(_pictures, sheets, change))
    for language, sheets in made.items():
        yield Row(f"{language}, PDF", partial(_pdfs, sheets))
    yield Row("charts: no tables", lambda: list(charts.documents()))
    yield from _public(every)


def _public(every: int) -> Iterator[Row]:
    folder = os.environ.get(VARIABLE)
    printouts = printed.files(Path(folder)) if folder else []
    yield Row(PRINTOUTS, partial(printed.images, printouts) if printouts else None)
    yield Row(f"{PRINTOUTS}, noise, JPEG", partial(printed.images, printouts, wear.grainy) if printouts else None)
    paths = icdar.files(Path(folder))[::every] if folder else []
    kinds: dict[str, Callable[[], list[Document]]] = {
        "ICDAR 2013, PDF": partial(icdar.documents, paths),
        "ICDAR 2013, images": partial(icdar.images, paths),
        "ICDAR 2013, images, skew, noise, JPEG": partial(icdar.images, paths, wear.worn),
    }
    for name, documents in kinds.items():
        yield Row(name, documents if paths else None)


def _pictures(sheets: Callable[[], Iterator[Sheet]], change: wear.Wear | None = None) -> list[Document]:
    clean = map(picture_of, sheets())
    return [wear.after(one, change) for one in clean] if change else list(clean)


def _pdfs(sheets: Callable[[], Iterator[Sheet]]) -> list[Document]:
    return list(map(pdf_of, sheets()))
