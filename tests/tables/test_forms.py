"""A table in each of its forms, read back by somebody else's reader where there is one."""

import csv
import io
import re
import zipfile
from html.parser import HTMLParser

import markdown_it
import pytest
import python_calamine

from service.tables.csv import csv_lines
from service.tables.figures import figure_of
from service.tables.html import html_lines
from service.tables.model import Cell, Table
from service.tables.xlsx import NAME_LENGTH, TEXT_LENGTH, write_xlsx


def table(*rows: list[str], header_rows: int = 0, title: str | None = None) -> Table:
    """A table without spans."""
    cells = [Cell(row=r, column=c, text=text) for r, row in enumerate(rows) for c, text in enumerate(row)]
    return Table(rows=len(rows), columns=len(rows[0]), header_rows=header_rows, title=title, cells=tuple(cells))


SPANNED = Table(
    rows=4,
    columns=3,
    header_rows=1,
    title="매출 <2026>",
    cells=(
        Cell(row=0, column=0, row_span=2, text="지역"),
        Cell(row=0, column=1, column_span=2, text="상반기"),
        Cell(row=1, column=1, text="1분기"),
        Cell(row=1, column=2, text="2분기"),
        Cell(row=2, column=0, row_span=2, text="서울\n(본사)"),
        Cell(row=2, column=1, text="1,245"),
        Cell(row=2, column=2, text="13.1%"),
        Cell(row=3, column=1, column_span=2, text='<script>alert("1")</script>'),
    ),
)

WILD = [
    "a|b",
    "C:\\new",
    "<br>",
    "<script>",
    "`code`",
    "*별표*",
    "**굵게**",
    "_밑줄_",
    "__init__",
    "snake_case",
    "~~지움~~",
    "[링크](http://x)",
    "![그림](x)",
    "&lt;",
    "&#60;",
    "R&D",
    "1 < 2 > 0",
    "\\|",
    "a\\",
]


@pytest.mark.parametrize("text", WILD)
def test_markdown_shows_a_text_as_it_is(text: str) -> None:
    shown = markdown_it.MarkdownIt("commonmark").enable(["table", "strikethrough"])
    [cell] = [token for token in shown.parse(table(["머리"], [text]).markdown()) if token.type == "inline"][1:]
    assert "".join(child.content for child in cell.children or []) == text
    assert {child.type for child in cell.children or []} <= {"text"}


def test_markdown_puts_header_rows_in_one_and_keeps_every_place() -> None:
    assert SPANNED.markdown().splitlines() == [
        "**매출 \\<2026>**",
        "",
        "| 지역 | 상반기 |  |",
        "| --- | --- | --- |",
        "|  | 1분기 | 2분기 |",
        "| 서울<br>(본사) | 1,245 | 13.1% |",
        '|  | \\<script>alert("1")\\</script> |  |',
    ]


class Page(HTMLParser):
    """What a browser would make of a page: its tags with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_html_has_spans_scopes_and_no_markup_of_the_document() -> None:
    page = Page("".join(html_lines(SPANNED)))
    cells = [(tag, attributes) for tag, attributes in page.tags if tag in ("th", "td")]
    assert cells == [
        ("th", {"rowspan": "2", "scope": "col"}),
        ("th", {"colspan": "2", "scope": "colgroup"}),
        ("th", {"scope": "col"}),
        ("th", {"scope": "col"}),
        ("td", {"rowspan": "2"}),
        ("td", {}),
        ("td", {}),
        ("td", {"colspan": "2"}),
    ]
    assert [tag for tag, _ in page.tags if tag in ("thead", "tbody", "caption")] == ["caption", "thead", "tbody"]
    assert "script" not in {tag for tag, _ in page.tags} and '<script>alert("1")</script>' in page.texts
    assert "매출 <2026>" in page.texts and ("br", {}) in page.tags


def test_html_of_a_table_without_headers_has_a_body_only() -> None:
    assert {"thead", "th"}.isdisjoint(tag for tag, _ in Page("".join(html_lines(table(["1"])))).tags)


HARMLESS = ["=1+1", "+A1", "-A1", "@SUM(A1)", "\t=1", "\r=1", "  =1+1", "＝1+1", "-", "+82-10-1234", '=HYPERLINK("x")']
KEPT = ["-5", "-1,234.5", "+3.2%", "−7", "5", "서울", "a=b", "010-1234", "", "007", "1-2"]


@pytest.mark.parametrize("text", [*HARMLESS, *KEPT])
def test_csv_runs_nothing(text: str) -> None:
    [[found]] = csv.reader(io.StringIO("".join(csv_lines(table([text])))[1:], newline=""))
    assert found == (f"'{text}" if text in HARMLESS else text)


def test_csv_is_what_excel_opens_as_korean() -> None:
    data = "".join(csv_lines(table(["이름", 'a "b", c'], ["줄\n바꿈", "1,000"]))).encode()
    assert data == '\ufeff이름,"a ""b"", c"\r\n"줄\n바꿈","1,000"\r\n'.encode()


FIGURES = {
    "0": (0, "0"),
    "1,245": (1245, "#,##0"),
    "-1,234.50": (-1234.5, "#,##0.00"),
    "−3": (-3, "0"),
    "13.1%": (0.131, "0.0%"),
    "+5 %": (0.05, "+0%;-0%"),
    " 7 ": (7, "0"),
    "123456789012345": (123456789012345, "0"),
    "$1,500.00": (1500, '"$"#,##0.00'),
    "-₩ 3,000": (-3000, '"₩ "#,##0'),
    "12,000원": (12000, '#,##0"원"'),
    "△1,234": (-1234, '#,##0;"△"#,##0'),
    "△0.4%": (-0.004, '0.0%;"△"0.0%'),
}
WORDS = [
    "",
    "007",
    "010-1234",
    "1,24",
    "12,34,567",
    "1234567890123456",
    "1e5",
    "0x1",
    "NaN",
    "3명",
    "1.",
    ".5",
    "１",
    "$",
    "$5%",
    "€5원",
    "(1,234)",
    "▲3",
]


@pytest.mark.parametrize("text", FIGURES)
def test_figures(text: str) -> None:
    found = figure_of(text)
    assert found is not None and (pytest.approx(found.value), found.format) == FIGURES[text]


@pytest.mark.parametrize("text", WORDS)
def test_no_figures(text: str) -> None:
    assert figure_of(text) is None


def written(*tables: Table) -> tuple[python_calamine.CalamineWorkbook, dict[str, str]]:
    """The workbook as another library reads it, and its parts as text."""
    file = io.BytesIO()
    write_xlsx(tables, file)
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(file.getvalue())), parts


def test_xlsx_has_numbers_merged_cells_and_a_sheet_for_each_table() -> None:
    book, parts = written(SPANNED, table(["1"], ["2"]))
    assert book.sheet_names == ["매출 <2026>", "Table 2"]
    sheet = book.get_sheet_by_name("매출 <2026>")
    assert sheet.to_python()[2:] == [["서울\n(본사)", 1245, 0.131], ["", '<script>alert("1")</script>', ""]]
    merged = [((0, 0), (1, 0)), ((0, 1), (0, 2)), ((2, 0), (3, 0)), ((3, 1), (3, 2))]
    assert sorted(sheet.merged_cell_ranges or []) == merged
    assert "#,##0" in parts["xl/styles.xml"]


def test_xlsx_has_no_formula_and_no_link() -> None:
    texts = [*HARMLESS, "http://x.example", "mailto:a@b.c", "{=1}"]
    book, parts = written(table(*([text] for text in texts)))
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert "<f>" not in sheet and "hyperlink" not in sheet
    assert [row[0] for row in book.get_sheet_by_index(0).to_python()] == texts


def test_xlsx_names_and_texts_that_excel_would_refuse() -> None:
    titles = ["a/b:c*?[d]", "History", "'x'", "긴" * 40, "긴" * 40, "  ", "A", "a"]
    book, _ = written(*(table(["x" * 40_000], title=title) for title in titles))
    names = book.sheet_names
    assert len({name.lower() for name in names}) == len(names) and all(0 < len(name) <= NAME_LENGTH for name in names)
    assert names[:3] == ["a b c   d", "Table 2", "x"]
    assert len(book.get_sheet_by_index(0).to_python()[0][0]) == TEXT_LENGTH


def test_xlsx_of_cells_that_overlap_is_still_whole() -> None:
    cells = (Cell(row=0, column=0, row_span=2, column_span=2, text="a"), Cell(row=1, column=1, row_span=2, text="b"))
    book, _ = written(Table(rows=3, columns=2, cells=cells))
    assert book.get_sheet_by_index(0).merged_cell_ranges == [((0, 0), (1, 1))]


def test_xlsx_columns_are_wide_enough_for_their_figures() -> None:
    long = "가" * 400
    _, parts = written(table(["금액", "비고", "연도", "사업명"], ["140,070,000,000", long, "2026", "청년내일채움"]))
    sheet = parts["xl/worksheets/sheet1.xml"]
    widths = {
        int(first): float(wide) for first, wide in re.findall(r'<col min="(\d+)" max="\d+" width="([\d.]+)"', sheet)
    }
    assert set(widths) == {1, 2, 4}, "the third has room as it is"
    assert widths[4] > 2 * len("청년내일채움"), "Hangul is as wide as two digits"
    assert widths[1] > len("140,070,000,000") and 50 < widths[2] < 70
