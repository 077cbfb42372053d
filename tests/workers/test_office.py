"""Tables that stand in a file are read as they stand."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml

from service.jobs.errors import UnreadableFile
from service.jobs.media import DOCX, XLSX
from service.tables.model import Table
from workers.allowance import MAX_ROWS, MAX_TABLES
from workers.choice import Wanted
from workers.office import Found, office_tables

_ONE_CELL = (
    '<w:tbl xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:tblPr/><w:tblGrid/>'
    "<w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>"
)


def read(data: bytes, media_type: str, pages: Sequence[int] | None = None, left_out: Sequence[int] = ()) -> list[Found]:
    """Everything that reading a document brings."""
    return list(office_tables(io.BytesIO(data), media_type, Wanted(pages, 100), left_out))


def tables_of(data: bytes, media_type: str) -> list[Table]:
    """Its tables."""
    return [found for found in read(data, media_type) if isinstance(found, Table)]


def workbook(rows: str, merged: str = "") -> bytes:
    """The smallest XLSX there is, with one sheet."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>'
        '<sheet name="매출" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData>{merged}</worksheet>',
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def test_a_sheet_is_a_table_with_its_merged_cells(tmp_path: Path) -> None:
    rows = (
        f'<row r="2">{cell("B2", "지역")}{cell("C2", "실적")}</row>'
        f'<row r="3">{cell("B3", "서울")}<c r="C3"><v>12</v></c><c r="D3"><v>1.5</v></c></row>'
    )
    path = tmp_path / "upload"
    path.write_bytes(workbook(rows, '<mergeCells count="1"><mergeCell ref="C2:D2"/></mergeCells>'))
    (table,) = tables_of(path.read_bytes(), XLSX)
    assert (table.title, table.rows, table.columns) == ("매출", 2, 3)
    assert table.grid() == [["지역", "실적", ""], ["서울", "12", "1.5"]]
    (merged,) = [one for one in table.cells if one.column_span > 1]
    assert (merged.row, merged.column, merged.row_span, merged.column_span) == (0, 1, 1, 2)
    assert table.markdown().splitlines()[2] == "| 지역 | 실적 |  |"


def test_word_tables_keep_their_spans(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(3, 3)
    for r in range(3):
        for c in range(3):
            table.cell(r, c).text = f"{r}{c}"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "wide"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "tall"
    path = tmp_path / "upload"
    document.save(str(path))
    (found,) = tables_of(path.read_bytes(), DOCX)
    spans = {one.text: (one.row, one.column, one.row_span, one.column_span) for one in found.cells}
    assert spans["wide"] == (0, 1, 1, 2)
    assert spans["tall"] == (1, 0, 2, 1)
    assert spans["22"] == (2, 2, 1, 1)


@pytest.mark.parametrize("media_type", [DOCX, XLSX])
def test_damage_is_refused(tmp_path: Path, media_type: str) -> None:
    whole = workbook(f'<row r="1">{cell("A1", "x")}</row>')
    path = tmp_path / "upload"
    for data in (b"PK\x03\x04 nothing", whole[: len(whole) // 2], whole.replace(b"<worksheet", b"<workshxxx")):
        path.write_bytes(data)
        try:
            found = tables_of(path.read_bytes(), media_type)
        except UnreadableFile:
            continue
        assert found == []


def test_what_is_beyond_the_allowance_is_left_out_and_told(tmp_path: Path) -> None:
    document = docx.Document()
    for _ in range(MAX_TABLES + 1):
        document.element.body.insert(0, parse_xml(_ONE_CELL))
    buffer = io.BytesIO()
    document.save(buffer)
    *found, concern = read(buffer.getvalue(), DOCX)
    assert sum(isinstance(one, Table) for one in found) == MAX_TABLES
    assert isinstance(concern, str) and str(MAX_TABLES) in concern
    rows = "".join(f'<row r="{n}">{cell(f"A{n}", "x")}</row>' for n in range(1, MAX_ROWS + 2))
    (table,) = tables_of(workbook(rows), XLSX)
    assert table.rows == MAX_ROWS and str(MAX_ROWS + 1) in table.concerns[0]
