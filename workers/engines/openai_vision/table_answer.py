"""The JSON a model is held to when it is asked for tables, and how it becomes our tables."""

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from service.tables.model import Cell, Table
from workers.engines.openai_vision.inquiry import Unusable
from workers.joining import Piece

INSTRUCTIONS = """You extract tables from images of documents, exactly as printed.
Give every table on the page in reading order, and nothing else. Copy the text of each cell letter by letter, in its own
language; never translate, round, complete or correct it. An empty cell is an empty string. All rows of a table have the
same number of cells. header_rows counts the rows at the top that are column headers, 0 where the table shows none, as
where it goes on from the page before. A merged cell's text stands at its first place; its other places are empty
strings, and merged_cells names its first row and column (from 0) and how many rows and columns it spans. title is the
caption printed with the table, or null. at_top says whether the table is the first thing on the page, at_bottom whether
it is the last: a running header or footer, and a page number, do not count. A page without a table gives an empty
list."""

REQUEST = "Give the tables on this page, which is page {number} of {total}."


_REASONS = 5
"""Most faults of one answer that the model is told of."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MergedCell(_Strict):
    """A cell that spans more than one place; row and column count from 0."""

    row: int
    column: int
    row_span: int
    column_span: int


class AnsweredTable(_Strict):
    """One table as the model gives it."""

    title: str | None
    header_rows: int
    rows: list[list[str]]
    merged_cells: list[MergedCell]
    at_top: bool
    at_bottom: bool


class AnsweredTables(_Strict):
    """Everything the model gives for one page."""

    tables: list[AnsweredTable]


def response_format() -> dict[str, Any]:
    """The strict schema, in the form of the `response_format` parameter."""
    schema = _without_titles(AnsweredTables.model_json_schema())
    return {"type": "json_schema", "json_schema": {"name": "tables", "strict": True, "schema": schema}}


def read_tables(text: str, page: int) -> list[Piece]:
    """The tables in a model's answer, as they stand on the page. Raises Unusable where it is off the schema."""
    try:
        answered = AnsweredTables.model_validate_json(text)
    except ValidationError as error:
        raise Unusable.invalid(_reasons(error)) from error
    return [
        Piece(_table(found, page), found.at_top, found.at_bottom)
        for found in answered.tables
        if found.rows and any(found.rows)
    ]


def _reasons(error: ValidationError) -> str:
    """What is off the schema and where, without the words of the answer."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    told = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}".removeprefix(": ") for fault in faults[:_REASONS]]
    return "; ".join(told)


def _table(found: AnsweredTable, page: int) -> Table:
    rows, columns = len(found.rows), max(map(len, found.rows))
    merged = _fitting(found.merged_cells, rows, columns)
    covered = {place for cell in merged.values() for place in _places(cell)[1:]}
    cells = [
        Cell(
            row=r,
            column=c,
            row_span=merged[r, c].row_span if (r, c) in merged else 1,
            column_span=merged[r, c].column_span if (r, c) in merged else 1,
            text=text,
        )
        for r, row in enumerate(found.rows)
        for c, text in enumerate(row + [""] * (columns - len(row)))
        if (r, c) not in covered
    ]
    uneven = len({len(row) for row in found.rows}) > 1
    return Table(
        page=page,
        title=found.title or None,
        rows=rows,
        columns=columns,
        header_rows=min(max(found.header_rows, 0), rows),
        cells=tuple(cells),
        concerns=(_UNEVEN,) if uneven else (),
    )


_UNEVEN = "행마다 칸 수가 달라 빈 칸을 채웠습니다. Rows differed in length and were filled up with empty cells."


def _fitting(cells: list[MergedCell], rows: int, columns: int) -> dict[tuple[int, int], MergedCell]:
    """The merged cells that lie within the table and do not overlap an earlier one."""
    kept: dict[tuple[int, int], MergedCell] = {}
    taken: set[tuple[int, int]] = set()
    for cell in cells:
        inside = (
            0 <= cell.row < cell.row + cell.row_span <= rows
            and 0 <= cell.column < cell.column + cell.column_span <= columns
        )
        places = _places(cell) if inside else []
        if len(places) > 1 and taken.isdisjoint(places):
            taken.update(places)
            kept[cell.row, cell.column] = cell
    return kept


def _places(cell: MergedCell) -> list[tuple[int, int]]:
    return [
        (row, column)
        for row in range(cell.row, cell.row + cell.row_span)
        for column in range(cell.column, cell.column + cell.column_span)
    ]


def _without_titles(schema: Any) -> Any:
    """Pydantic's own titles and docstrings are no part of what the model is held to."""
    if isinstance(schema, dict):
        return {
            key: _without_titles(value)
            for key, value in schema.items()
            if not (key in ("title", "description") and isinstance(value, str))
        }
    return [_without_titles(value) for value in schema] if isinstance(schema, list) else schema
