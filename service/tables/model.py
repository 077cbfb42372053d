"""The one table model: what every source makes and every form is made from."""

from pydantic import BaseModel, ConfigDict, NonNegativeInt, PositiveInt
from pydantic.dataclasses import dataclass

from service.tables.markdown import markdown_table

Box = tuple[float, float, float, float]
"""Left, top, right, bottom as fractions (0 to 1) of the page's width and height."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell, placed by its first row and column (from 0); spans count rows and columns (from 1).

    No BaseModel, for a document may have 400,000 of them: this one takes 195 bytes, that one 700 [measured].
    """

    row: NonNegativeInt
    column: NonNegativeInt
    row_span: PositiveInt = 1
    column_span: PositiveInt = 1
    text: str = ""
    confidence: float | None = None


class Table(BaseModel):
    """A table as a grid of cells, none of which reaches out of it.

    `page` counts from 1 (a sheet counts as a page), and a table that goes on over several names them all in
    `merged_from_pages`; the first `header_rows` rows are headers; `confidence` is 0 to 1 where the engine can tell;
    `concerns` are sentences for a person about what may be wrong.
    """

    model_config = ConfigDict(frozen=True)

    page: PositiveInt = 1
    merged_from_pages: tuple[PositiveInt, ...] = ()
    title: str | None = None
    box: Box | None = None
    rows: NonNegativeInt
    columns: NonNegativeInt
    header_rows: NonNegativeInt = 0
    cells: tuple[Cell, ...]
    confidence: float | None = None
    concerns: tuple[str, ...] = ()

    def grid(self) -> list[list[str]]:
        """The text of every grid place, row by row; a merged cell's text stands at its first place only."""
        places = [[""] * self.columns for _ in range(self.rows)]
        for cell in self.cells:
            places[cell.row][cell.column] = cell.text
        return places

    def markdown(self) -> str:
        """The table as GitHub Markdown; a merged cell's text stands at its first place, several header rows in one."""
        return markdown_table(self.grid(), self.header_rows, self.title)
