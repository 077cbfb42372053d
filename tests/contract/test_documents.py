"""Documents handed in for their tables: PDF by pictures of its pages, Office files by what stands in them."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import docx
import pytest

from tests.contract.pictures import File, saved, table
from tests.contract.problem import assert_problem
from tests.installation import Answer, Installation
from tests.peers.chat.sample import GRID
from tests.peers.process import Peer

SAMPLES = Path(__file__).parent / "samples"

_SHEET = """<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData>
</worksheet>"""
_WORKBOOK = {
    "[Content_Types].xml": """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>""",
    "_rels/.rels": """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Target="xl/workbook.xml"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>""",
    "xl/workbook.xml": """<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
<sheets><sheet name="표" sheetId="1" r:id="r1"/></sheets></workbook>""",
    "xl/_rels/workbook.xml.rels": """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Target="worksheets/sheet1.xml"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/></Relationships>""",
}


def _xlsx(grid: Sequence[Sequence[str]] = GRID) -> bytes:
    cells = [[f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in row] for row in grid]
    rows = "".join(f"<row>{''.join(row)}</row>" for row in cells)
    return _zipped(_WORKBOOK | {"xl/worksheets/sheet1.xml": _SHEET.format(rows=rows)})


def _zipped(parts: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def _docx() -> bytes:
    document = docx.Document()
    document.add_paragraph("앞글")
    grid = document.add_table(len(GRID), len(GRID[0]))
    for row, texts in enumerate(GRID):
        for column, text in enumerate(texts):
            grid.cell(row, column).text = text
    return _saved(document)


def _saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _pdf(pages: int) -> bytes:
    return saved(table(), "PDF", save_all=True, append_images=[table()] * (pages - 1))


XLS: File = ("table.xls", (SAMPLES / "table.xls").read_bytes())
OFFICE = {"docx": _docx(), "xlsx": _xlsx(), "xls": XLS[1]}
NUMBERS = {"xls": [["품목", "Qty"], ["사과", "3"], ["배 | 감", "5.5"]]}


@pytest.mark.parametrize("form", OFFICE)
def test_office_files_need_no_model(service: Installation, openai_peer: Peer, form: str) -> None:
    result = _result(service, (f"표.{form}", OFFICE[form]))
    assert openai_peer.seen() == []
    [found] = result["tables"]
    assert _grid(found) == NUMBERS.get(form, [list(row) for row in GRID])
    assert (result["engine"], result["model"], result["task_type"]) == ("local", "local", "table_extraction")
    assert result["tables_markdown"] == found["markdown"]
    assert r"배 \| 감" in found["markdown"]


def test_a_document_without_tables_says_so(service: Installation) -> None:
    for name, data in (("empty.xlsx", _xlsx([])), ("empty.docx", _saved(docx.Document()))):
        result = _result(service, (name, data))
        assert result["tables"] == [] and any("No table was found" in concern for concern in result["concerns"])


def test_a_pdf_goes_to_the_model_page_by_page(service: Installation, openai_peer: Peer) -> None:
    result = _result(service, ("표.pdf", _pdf(2)))
    assert [len(seen["images"]) for seen in openai_peer.seen()] == [1, 1]
    assert [found["page"] for found in result["tables"]] == [1, 2]
    assert all(_grid(found) == [list(row) for row in GRID] for found in result["tables"])
    assert result["engine"] == "openai" and result["media_type"] == "application/pdf"


@pytest.mark.parametrize("name", ["image.png", "table", "table.doc"])
def test_the_content_decides_not_the_name(service: Installation, name: str) -> None:
    assert _result(service, (name, OFFICE["xlsx"]))["media_type"].endswith("spreadsheetml.sheet")


DAMAGED = {
    "pdf cut": _pdf(1)[:700],
    "pdf of nothing": b"%PDF-1.7\n%%EOF",
    "docx with a broken member": OFFICE["docx"].replace(b"word/document.xml", b"word/document.xmm", 1),
    "docx whose bytes are broken": bytes(v ^ 255 if 60 < i < 2000 else v for i, v in enumerate(OFFICE["docx"])),
    "docx of no xml": _zipped({"word/document.xml": "no xml"}),
    "docx of bad xml": _zipped(
        {
            "[Content_Types].xml": _WORKBOOK["[Content_Types].xml"],
            "_rels/.rels": _WORKBOOK["_rels/.rels"].replace("xl/workbook.xml", "word/document.xml"),
            "word/document.xml": "<w:document",
        }
    ),
    "xlsx of no sheets": _zipped({"xl/workbook.xml": "no xml"}),
    "xlsx whose bytes are broken": bytes(v ^ 255 if 60 < i < 600 else v for i, v in enumerate(OFFICE["xlsx"])),
    "xls whose bytes are broken": bytes(v ^ 255 if 600 < i < 2500 else v for i, v in enumerate(OFFICE["xls"])),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_document_fails_its_own_task_only(service: Installation, case: str) -> None:
    ended = _ended(service, ("damaged", DAMAGED[case]))
    assert ended["status"] == "failed", ended
    assert ended["error"]["code"] in ("unreadable_file", "empty_document"), ended["error"]
    assert _ended(service, ("next.xlsx", OFFICE["xlsx"]))["status"] == "completed"


def test_a_locked_pdf_says_so(service: Installation) -> None:
    ended = _ended(service, ("locked.pdf", (SAMPLES / "locked.pdf").read_bytes()))
    assert (ended["status"], ended["error"]["code"]) == ("failed", "encrypted_document")


def test_a_locked_workbook_is_refused_as_such(service: Installation) -> None:
    file = "locked.xlsx", (SAMPLES / "locked.xlsx").read_bytes()
    problem = assert_problem(service.submit(file, "extract-tables"), 422, "encrypted_document", service=service)
    assert problem["field"] == "file" and "암호" in problem["detail"]
    assert_problem(service.submit(file, "analyze-image"), 415, "unsupported_content", service=service)


def _ended(service: Installation, file: File) -> Answer:
    return service.ended(service.submitted(file, "extract-tables"))


def _result(service: Installation, file: File) -> dict[str, Any]:
    ended = _ended(service, file)
    assert ended["status"] == "completed", ended
    result: dict[str, Any] = service.result(ended["task_id"]).json()
    return result


def _grid(found: dict[str, Any]) -> list[list[str]]:
    grid = [[""] * found["columns"] for _ in range(found["rows"])]
    for cell in found["cells"]:
        grid[cell["row"]][cell["column"]] = cell["text"]
    return grid
