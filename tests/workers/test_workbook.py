"""Excel files written by another library: values as they are shown, ranges as tables."""

# ruff: noqa: DTZ001  (a sheet knows no time zones)

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from service.jobs.media import XLS, XLSX
from service.tables.model import Table
from tests.workers.test_office import cell, tables_of, workbook

FORMATS = Path(__file__).parents[1] / "contract" / "samples" / "formats.xls"
MOMENT = datetime(2026, 3, 5, 14, 7, 9)


def test_values_are_given_as_they_are_shown() -> None:
    shown = {
        '"₩"#,##0': (1234567.5, "₩1,234,568"),
        "0.0%": (0.125, "12.5%"),
        "#,##0.00_);[Red](#,##0.00)": (-1234.5, "(1,234.50)"),
        "yyyy-mm-dd": (MOMENT, "2026-03-05"),
        "m/d/yy": (MOMENT, "3/5/26"),
        '[$-412]yyyy"년" m"월" d"일" dddd;@': (MOMENT, "2026년 3월 5일 목요일"),
        "[h]:mm": (1.5, "36:00"),
        "000-0000-0000": (1012345678, "010-1234-5678"),
        "General": (0.1 + 0.2, "0.3"),
    }

    def write(sheet: Any, style: Callable[[object], Any]) -> None:
        for row, (code, (value, _)) in enumerate(shown.items()):
            sheet.write(row, 0, value, style(code))
        sheet.write(len(shown), 0, MOMENT, style(14))
        sheet.write_formula(len(shown) + 1, 0, "=1/0", None, "#DIV/0!")
        sheet.write_boolean(len(shown) + 2, 0, True)

    [table] = _read(write)
    texts = [row[0] for row in table.grid()]
    assert texts == [*(text for _, text in shown.values()), "2026-03-05", "#DIV/0!", "TRUE"]


def test_an_old_workbook_likewise() -> None:
    first, second = tables_of(FORMATS.read_bytes(), XLS)
    assert first.grid() == [
        ["항목", "금액", "비율", "날짜"],
        ["서울", "₩1,234,568", "12.5%", "2026-03-05"],
        ["부산", "(5)", "", "2026년 3월 5일"],
        ["합계", "", "", ""],
    ]
    assert [(one.row, one.column_span) for one in first.cells if one.column_span > 1] == [(3, 4)]
    assert second.grid() == [["이름", "수"], ["가", "3"]]
    assert (first.title, second.title) == ("매출: B2:E5", "매출: B8:C9")


def test_ranges_of_a_sheet_are_tables_with_their_captions_and_merged_cells() -> None:
    def write(sheet: Any, style: Callable[[object], Any]) -> None:
        sheet.write(0, 1, "상반기 실적")
        sheet.merge_range(2, 1, 3, 1, "지역")
        sheet.merge_range(2, 2, 2, 3, "분기")
        sheet.write_row(3, 2, ["1분기", "2분기"])
        sheet.write_row(4, 1, ["서울", 10, 20])
        sheet.write_row(4, 6, ["코드", "이름"])
        sheet.write_row(5, 6, [1, "가"])

    first, second = _read(write)
    assert (first.title, second.title) == ("매출: 상반기 실적", "매출: G5:H6")
    assert first.grid() == [["지역", "분기", ""], ["", "1분기", "2분기"], ["서울", "10", "20"]]
    assert first.header_rows == 2 and second.header_rows == 1
    spans = {one.text: (one.row_span, one.column_span) for one in first.cells if one.row_span * one.column_span > 1}
    assert spans == {"지역": (2, 1), "분기": (1, 2)}
    assert second.grid() == [["코드", "이름"], ["1", "가"]]


def test_a_sheet_without_places_or_styles_is_read_all_the_same() -> None:
    [table] = tables_of(workbook(f"<row>{cell('A1', 'x')}<c><v>1</v></c></row>"), XLSX)
    assert table.grid() == [["x", "1"]] and table.concerns == ()


def test_formats_that_cannot_be_read_are_told_and_the_values_kept() -> None:
    def write(sheet: Any, style: Callable[[object], Any]) -> None:
        sheet.write(0, 0, 0.5, style("0%"))

    _assert_plain(_read(write, lambda part: part.replace(b'numFmtId="164"', b'numFmtId="nine"')))
    laughs = b'<!DOCTYPE styleSheet [<!ENTITY a "lol">]><styleSheet'
    _assert_plain(_read(write, lambda part: part.replace(b"<styleSheet", laughs)))


def _assert_plain(found: list[Table]) -> None:
    [table] = found
    assert table.grid() == [["0.5"]] and "formats" in table.concerns[0]


def _read(write: Callable[[Any, Any], None], styles: Callable[[bytes], bytes] = lambda part: part) -> list[Table]:
    """What is read of a workbook of one sheet, its part of styles changed."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:

        def style(code: object) -> Any:
            made = book.add_format()
            made.set_num_format(code)
            return made

        write(book.add_worksheet("매출"), style)
    changed = io.BytesIO()
    with zipfile.ZipFile(buffer) as before, zipfile.ZipFile(changed, "w") as after:
        for name in before.namelist():
            part = before.read(name)
            after.writestr(name, styles(part) if name == "xl/styles.xml" else part)
    return tables_of(changed.getvalue(), XLSX)
