"""Results of the service, in its own form, as plain text and cells."""

import pytest

from service.tables.model import Cell as Given
from service.tables.model import Table
from tests.eval.answer import content_of, plain
from tests.eval.truth import Cell


def test_headings_tables_and_escapes_are_taken_off() -> None:
    markdown = "# Report\n\na \\< b \\# c\n\n| x | y\\|z |\n| --- | --- |\n| 1 | 2<br>3 |"
    assert plain(markdown).split() == ["Report", "a", "<", "b", "#", "c", "x", "y|z", "1", "2", "3"]


@pytest.mark.parametrize("title", [None, "Sums|by year"])
def test_header_rows_are_read_row_by_row(title: str | None) -> None:
    cells = (("Year", 0, 0), ("Sum", 0, 1), ("2025", 1, 0), ("12", 1, 1), ("2026", 2, 0), ("14", 2, 1))
    table = Table(
        rows=3,
        columns=2,
        header_rows=2,
        cells=tuple(Given(row=row, column=column, text=text) for text, row, column in cells),
    )
    text = f"Above\n\n{table.markdown()}\n\nBelow"
    titled = table.model_copy(update={"title": title})
    result = {"analysis": {"text": text}, "tables": [titled.model_dump() | {"markdown": titled.markdown()}]}
    read = content_of(result)
    assert read.text is not None and read.text.split() == ["Above", "Year", "Sum", "2025", "12", "2026", "14", "Below"]
    assert read.tables is not None and read.tables[0][0] == Cell(0, 0, "Year")


def test_an_extraction_has_no_text() -> None:
    assert content_of({"tables": []}).text is None
