"""Word files: their tables as they stand there."""

import io

import docx
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls
from docx.table import Table as WordTable

from service.jobs.media import DOCX
from service.tables.model import Table
from tests.workers.test_office import tables_of


def test_rows_that_are_repeated_on_every_page_are_headers() -> None:
    document = docx.Document()
    table = _filled(document, 4, 2)
    for row in table.rows[:2]:
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    off = OxmlElement("w:tblHeader")
    off.set(f"{{{off.nsmap['w']}}}val", "0")
    table.rows[2]._tr.get_or_add_trPr().append(off)
    assert [found.header_rows for found in _tables(document)] == [2]


def test_without_a_mark_the_first_row_is_the_header() -> None:
    document = docx.Document()
    _filled(document, 3, 2)
    assert [found.header_rows for found in _tables(document)] == [1]


def test_a_table_within_a_cell_follows_the_one_it_stands_in() -> None:
    document = docx.Document()
    outer = _filled(document, 2, 2)
    inner = outer.cell(1, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "안", "inner"
    _filled(document, 1, 1)
    assert [found.grid() for found in _tables(document)] == [[["00", "01"], ["10", "11"]], [["안", "inner"]], [["00"]]]


def test_rows_and_cells_in_content_controls_count() -> None:
    document = docx.Document()
    control = "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>"
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    rows = control.format("<w:tr>" + cell.format("a") + control.format(cell.format("b")) + "</w:tr>")
    table = f"<w:tbl {nsdecls('w')}><w:tblPr/><w:tblGrid/>{rows}<w:tr>{cell.format('c') * 2}</w:tr></w:tbl>"
    document.element.body.insert(0, parse_xml(table))
    assert [found.grid() for found in _tables(document)] == [[["a", "b"], ["c", "c"]]]


def test_what_older_programs_are_shown_instead_is_not_read_twice() -> None:
    document = docx.Document()
    table = "<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    space = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    both = f"<mc:Choice Requires='wps'>{table}</mc:Choice><mc:Fallback>{table}</mc:Fallback>"
    xml = f"<w:p {nsdecls('w')} {space}><w:r><mc:AlternateContent>{both}</mc:AlternateContent></w:r></w:p>"
    document.element.body.insert(0, parse_xml(xml))
    assert [found.grid() for found in _tables(document)] == [[["x"]]]


def _filled(document: "docx.document.Document", rows: int, columns: int) -> WordTable:
    table = document.add_table(rows, columns)
    for row in range(rows):
        for column in range(columns):
            table.cell(row, column).text = f"{row}{column}"
    return table


def _tables(document: "docx.document.Document") -> list[Table]:
    buffer = io.BytesIO()
    document.save(buffer)
    return tables_of(buffer.getvalue(), DOCX)
