"""A page as GitHub Markdown: headings, paragraphs and tables in reading order."""

import re
from statistics import median

from service.tables.model import Table
from workers.engines.local.line import Line
from workers.engines.local.order import in_columns, in_paragraphs, in_rows, row_height

HEADING, TITLE = 1.35, 1.6
"""Height of a heading and of a title, in heights of the page's middle line."""

MOST_ROWS, MOST_LETTERS = 3, 80
"""Rows and letters of a heading; what is longer is text in large type."""

STRUCTURAL = re.compile(r"^(\s*)(#{1,6}\s|>|[-+*]\s|```|~~~|={3,}|-{3,})")
"""What would begin a heading, a list or the like where a line of the page begins with it by chance."""


def page_markdown(lines: list[Line], tables: list[tuple[Line, Table]]) -> str:
    """The page's text; each table comes with a stand-in line that says where on the page it is."""
    stand_ins = {id(place): table for place, table in tables}
    usual = median(line.rect.height for line in lines) if lines else 1.0
    parts: list[str] = []
    for run in in_columns([*lines, *(place for place, _ in tables)]):
        for paragraph in in_paragraphs(in_rows(run)):
            parts += _parts(paragraph, stand_ins, usual)
    return "\n\n".join(part for part in parts if part)


def _parts(paragraph: list[list[Line]], stand_ins: dict[int, Table], usual: float) -> list[str]:
    parts: list[str] = []
    told: list[list[Line]] = []
    for row in paragraph:
        tables = [stand_ins[id(line)] for line in row if id(line) in stand_ins]
        words = [line for line in row if id(line) not in stand_ins]
        told += [words] if words else []
        if tables:
            parts += [_text(told, usual), *(_untitled(table).markdown() for table in tables)]
            told = []
    return [*parts, _text(told, usual)]


def _untitled(table: Table) -> Table:
    # Its title is a line of the page, and stands above it as such.
    return table.model_copy(update={"title": None})


def _text(rows: list[list[Line]], usual: float) -> str:
    lines = [_escaped(" ".join(line.text for line in row)) for row in rows]
    large = min(map(row_height, rows)) / usual if 0 < len(rows) <= MOST_ROWS else 1.0
    heading = " ".join(lines)
    if len(heading) > MOST_LETTERS or large < HEADING:
        return "\n".join(lines)
    return f"{'#' if large >= TITLE else '##'} {heading}"


def _escaped(text: str) -> str:
    return STRUCTURAL.sub(r"\1\\\2", text).replace("<", r"\<")
