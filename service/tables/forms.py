"""The forms a table can be had in, each with its media type."""

from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, NamedTuple

from service.jobs.media import XLSX
from service.tables.csv import csv_lines
from service.tables.html import html_lines
from service.tables.model import Table


class Form(NamedTuple):
    """How a table is written, and what it is then."""

    media_type: str
    write: Callable[[Table, BinaryIO], None]


def write_workbook(tables: Iterable[Table], file: BinaryIO) -> None:
    """Write tables as XLSX, one sheet each."""
    # Loaded by the first who asks for one: most web processes never need it.
    from service.tables.xlsx import write_xlsx

    write_xlsx(tables, file)


def _as_text(lines: Callable[[Table], Iterable[str]]) -> Callable[[Table, BinaryIO], None]:
    def write(table: Table, file: BinaryIO) -> None:
        file.writelines(line.encode() for line in lines(table))

    return write


def _markdown(table: Table) -> Iterator[str]:
    yield f"{table.markdown()}\n"


def _json(table: Table) -> Iterator[str]:
    yield table.model_dump_json(indent=1)


def _workbook(table: Table, file: BinaryIO) -> None:
    write_workbook([table], file)


FORMS = {
    "csv": Form("text/csv; charset=utf-8", _as_text(csv_lines)),
    "xlsx": Form(XLSX, _workbook),
    "html": Form("text/html; charset=utf-8", _as_text(html_lines)),
    "md": Form("text/markdown; charset=utf-8", _as_text(_markdown)),
    "json": Form("application/json", _as_text(_json)),
}
"""By the ending of a file's name."""
