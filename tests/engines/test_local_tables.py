"""What is and is not taken for a table, and how one is put together."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PIL import Image, ImageDraw

from demo.fonts import font
from tests.engines.conftest import REQUEST
from tests.engines.heed import Heed
from workers.engines.local import LocalEngine
from workers.engines.local.caption import caption_of
from workers.engines.local.filling import filled_table
from workers.engines.local.gaps import closed
from workers.engines.local.grid import Grid, GridCell
from workers.engines.local.line import Line
from workers.engines.local.order import in_columns
from workers.engines.local.rect import Rect
from workers.engines.local.trimming import trimmed
from workers.engines.local.unmerging import is_coarse, unmerged
from workers.page import Page

INK = (20, 20, 20)


def bar_chart() -> Image.Image:
    sheet = Image.new("RGB", (1600, 1100), "white")
    pen = ImageDraw.Draw(sheet)
    for step in range(6):
        pen.line((160, 900 - 140 * step, 1500, 900 - 140 * step), (200, 200, 200), 2)
        pen.text((140, 900 - 140 * step), str(200 * step), INK, font(28), anchor="rm")
    for month, amount in enumerate((320, 450, 610, 580, 720, 890)):
        left, top = 240 + 210 * month, 900 - 0.7 * amount
        pen.rectangle((left, top, left + 110, 900), (70, 120, 190))
        pen.text((left + 55, top - 22), str(amount), INK, font(26), anchor="mm")
        pen.text((left + 55, 940), f"{month + 1}월", INK, font(28), anchor="mm")
    return sheet


def line_chart() -> Image.Image:
    sheet = Image.new("RGB", (1600, 1100), "white")
    pen = ImageDraw.Draw(sheet)
    for step in range(8):
        pen.line((160, 900 - 100 * step, 1500, 900 - 100 * step), (180, 180, 180), 2)
        pen.line((160 + 190 * step, 200, 160 + 190 * step, 900), (180, 180, 180), 2)
        pen.text((140, 900 - 100 * step), f"{step}0k", INK, font(28), anchor="rm")
        pen.text((160 + 190 * step, 940), f"W{step + 1}", INK, font(28), anchor="mm")
    points = [(160 + 190 * step, 900 - rise) for step, rise in enumerate((90, 180, 160, 300, 420, 390, 560, 640))]
    pen.line(points, (200, 60, 60), 6)
    return sheet


@pytest.mark.parametrize("chart", [bar_chart, line_chart])
def test_chart_is_no_table(engine: LocalEngine, chart: Callable[[], Image.Image]) -> None:
    assert engine.extract(iter([Page(1, 1, chart())]), REQUEST, Heed()).tables == ()


def grid_of(rows: int, columns: int, ruled: bool = False) -> Grid:
    """Cells of 100 by 20 pixels from the page's corner."""
    cells = [
        GridCell(row, column, 1, 1, Rect(100 * column, 20 * row, 100 * column + 100, 20 * row + 20))
        for row in range(rows)
        for column in range(columns)
    ]
    return Grid(rows, columns, tuple(cells), 1.0, ruled)


def line_at(row: int, column: int, text: str) -> Line:
    return Line(text, 0.9, Rect(100 * column + 10, 20 * row + 4, 100 * column + 90, 20 * row + 16))


def test_relations_skip_blank_cells() -> None:
    texts = [line_at(row, column, "x").rect for row, column in ((0, 0), (0, 2), (1, 0), (1, 1), (1, 2))]
    # Across: 1 in the first row, 2 in the second; down: first and third column.
    assert grid_of(2, 3).relations(texts) == 5


def test_blank_rows_and_columns_are_left_out() -> None:
    lines = [line_at(row, column, f"{row}{column}") for row in (0, 2) for column in (0, 2)]
    table = filled_table(grid_of(3, 3), lines, 4, (0.0, 0.1, 1.0, 0.9))
    assert table is not None
    assert table.grid() == [["00", "02"], ["20", "22"]]
    assert table.page == 4 and table.box == (0.0, 0.1, 1.0, 0.9)


def test_spans_shrink_with_the_columns_they_cover() -> None:
    head = GridCell(0, 0, 1, 3, Rect(0, 0, 300, 20))
    body = tuple(cell for cell in grid_of(2, 3).cells if cell.row == 1)
    lines = [line_at(0, 1, "head"), line_at(1, 0, "1"), line_at(1, 2, "2")]
    table = filled_table(Grid(2, 3, (head, *body), 1.0), lines, 1, (0.0, 0.0, 1.0, 1.0))
    assert table is not None and table.columns == 2
    assert [(cell.text, cell.column_span) for cell in table.cells] == [("head", 2), ("1", 1), ("2", 1)]
    assert table.header_rows == 1


def test_note_under_an_unruled_table_is_given_back() -> None:
    texts = [line_at(row, column, "x").rect for row in (0, 1, 2) for column in (0, 1)]
    note = line_at(3, 0, "note").rect
    assert trimmed(grid_of(4, 2), [*texts, note]).rows == 3
    assert trimmed(grid_of(4, 2, ruled=True), [*texts, note]).rows == 4


def merged_row(row: int, columns: int) -> GridCell:
    return GridCell(row, 0, 1, columns, Rect(0, 20 * row, 100 * columns, 20 * row + 20))


def test_row_without_rules_between_its_cells_is_parted_as_the_others() -> None:
    grid = grid_of(1, 3, ruled=True)
    grid = replace(grid, rows=3, cells=(*grid.cells, merged_row(1, 3), merged_row(2, 3)))
    texts = [line_at(row, column, "x").rect for row in (0, 1) for column in (0, 1, 2)]
    title = Rect(110, 44, 280, 56)
    parted = unmerged(grid, [*texts, title])
    assert [(cell.row, cell.column, cell.column_span) for cell in parted.cells[3:]] == [
        (1, 0, 1),
        (1, 1, 1),
        (1, 2, 1),
        (2, 0, 3),
    ]
    assert parted.relations(texts) == 7


def test_words_of_one_text_do_not_part_a_merged_cell() -> None:
    grid = grid_of(1, 2, ruled=True)
    grid = replace(grid, rows=2, cells=(*grid.cells, merged_row(1, 2)))
    words = [Rect(40, 24, 96, 36), Rect(104, 24, 160, 36)]
    assert unmerged(grid, words) == grid


def tall_cell(grid: Grid, column: int) -> Grid:
    """The grid, the cells of a column in its last two rows being one."""
    rest = [cell for cell in grid.cells if cell.column != column or cell.row < grid.rows - 2]
    top, bottom = 20 * (grid.rows - 2), 20 * grid.rows
    return replace(grid, cells=(*rest, GridCell(grid.rows - 2, column, 2, 1, Rect(100 * column, top, 300, bottom))))


def test_rows_are_parted_where_a_dotted_rule_was_missed() -> None:
    grid = tall_cell(grid_of(3, 3, ruled=True), 2)
    texts = [line_at(row, column, "x").rect for row in range(3) for column in range(3)]
    assert {(cell.row, cell.column) for cell in unmerged(grid, texts).cells} == {
        (r, c) for r in range(3) for c in range(3)
    }


def test_names_of_rows_stay_merged_though_their_two_lines_stand_level_with_the_rows() -> None:
    grid = tall_cell(grid_of(3, 2, ruled=True), 0)
    texts = [line_at(row, column, "x").rect for row in range(3) for column in range(2)]
    assert unmerged(grid, texts) == grid


def test_three_names_in_one_cell_level_with_three_rows_are_parted() -> None:
    grid = grid_of(4, 2, ruled=True)
    names = GridCell(1, 0, 3, 1, Rect(0, 20, 100, 80))
    grid = replace(grid, cells=(names, *(cell for cell in grid.cells if cell.column == 1 or cell.row == 0)))
    texts = [line_at(row, column, "x").rect for row in range(4) for column in range(2)]
    assert len(unmerged(grid, texts).cells) == 8
    syllables = [text._replace(right=text.left + text.height) if text.left < 100 else text for text in texts]
    assert unmerged(grid, syllables) == grid


def test_two_lines_of_one_text_stay_together() -> None:
    grid = tall_cell(grid_of(3, 3, ruled=True), 2)
    texts = [line_at(row, column, "x").rect for row in range(3) for column in range(2)]
    both = [Rect(210, 29, 290, 39), Rect(210, 41, 290, 51)]
    assert unmerged(grid, [*texts, *both]) == grid


def test_a_heading_reaches_over_what_no_cell_covers() -> None:
    cells = [cell for cell in grid_of(2, 3).cells if (cell.row, cell.column) != (0, 2)]
    found = closed(Grid(2, 3, tuple(cells), 1.0, True)).cells
    assert GridCell(0, 1, 1, 2, Rect(100, 0, 300, 20)) in found and len(found) == 5


def test_rows_without_rules_between_them_are_told_from_a_wrapped_text() -> None:
    grid = grid_of(2, 2, ruled=True)
    first = [Rect(10, 20 + 6 * step, 90, 25 + 6 * step) for step in range(3)]
    beside = [rect._replace(left=110, right=190) for rect in first]
    assert is_coarse(grid, [*first, *beside])
    assert not is_coarse(grid, [*first, beside[0]])


def test_heading_over_two_lines_is_one_row() -> None:
    texts = {(0, 1): "Total", (1, 0): "Year", (1, 1): "amount", (2, 0): "a", (2, 1): "12.5", (3, 0): "b", (3, 1): "7.5"}
    lines = [
        Line(text, 0.9, Rect(100 * column + 10, 20 * row + 1, 100 * column + 90, 20 * row + 19))
        for (row, column), text in texts.items()
    ]
    table = filled_table(grid_of(4, 2), lines, 1, (0.0, 0.0, 1.0, 1.0))
    assert table is not None and table.header_rows == 1
    assert table.grid() == [["Year", "Total\namount"], ["a", "12.5"], ["b", "7.5"]]


def test_heading_with_a_gap_stays_two_rows() -> None:
    texts = {(0, 1): "Total", (1, 0): "Year", (1, 1): "amount", (2, 0): "a", (2, 1): "12.5"}
    lines = [line_at(row, column, text) for (row, column), text in texts.items()]
    table = filled_table(grid_of(3, 2), lines, 1, (0.0, 0.0, 1.0, 1.0))
    assert table is not None and table.rows == 3 and table.header_rows == 2


@pytest.mark.parametrize(
    ("above", "title"),
    [
        ([(-3, "Table 2. Sales"), (-2, "by region"), (-1, "(in million won)")], "Table 2. Sales by region"),
        ([(-1, "[표 1-2] 지역별 매출")], "[표 1-2] 지역별 매출"),
        ([(-1, "Table CA3. Cases")], "Table CA3. Cases"),
        ([(-1, "< 분기별 투자액 추이(억 달러) >")], "분기별 투자액 추이(억 달러)"),
        ([(-2, "【 지역별 동향 】"), (-1, "(단위: 억 달러)")], "지역별 동향"),
        ([(-1, "< 표 3 > 연도별 예산")], "< 표 3 > 연도별 예산"),
        ([(-1, "매출 < 비용인 해와 비용 < 매출인 해")], None),
        ([(-2, "< 지역별 동향 >"), (-1, "아래와 같다")], None),
        ([(-1, "표는 다음과 같다.")], None),
        ([(-1, "Table salt is cheap.")], None),
        ([(-9, "Table 1. Far away")], None),
        ([], None),
    ],
)
def test_a_numbered_or_bracketed_caption_is_the_title(above: list[tuple[int, str]], title: str | None) -> None:
    lines = [Line(text, 0.9, Rect(10, 20 * row + 2, 190, 20 * row + 18)) for row, text in above]
    below = [line_at(0, 0, "Table 9 in a cell"), line_at(5, 0, "Table 8. The next")]
    assert caption_of(grid_of(3, 2), [*lines, *below]) == title


def test_unsure_tables_say_so() -> None:
    lines = [line_at(row, column, "x") for row in (0, 1) for column in (0, 1)]
    faint = [replace(line, confidence=0.5) for line in lines]
    sure = filled_table(grid_of(2, 2), lines, 1, (0.0, 0.0, 1.0, 1.0))
    unsure = filled_table(replace(grid_of(2, 2), certainty=0.6), faint, 1, (0.0, 0.0, 1.0, 1.0))
    assert sure is not None and sure.concerns == ()
    assert unsure is not None and len(unsure.concerns) == 2 and unsure.confidence == pytest.approx(0.3)


def column_of(left: float, count: int, width: float) -> list[Line]:
    return [Line(f"{left}:{row}", 0.9, Rect(left, 40 * row, left + width, 40 * row + 30)) for row in range(count)]


def test_text_columns_are_read_one_after_the_other() -> None:
    left, right = column_of(0, 6, 480), column_of(520, 6, 480)
    assert in_columns([*left, *right]) == [left, right]


def test_prices_beside_names_are_read_across() -> None:
    lines = [*column_of(0, 6, 300), *column_of(900, 6, 100)]
    assert in_columns(lines) == [lines]
