"""Pages of a document: some chosen, each with its own result, a bad one left out and told."""

import io
import re
import zipfile
from typing import Any

import pytest
import xlsxwriter

from tests.contract.pictures import File, picture, saved
from tests.contract.problem import assert_problem, speaking
from tests.contract.test_documents import OFFICE
from tests.installation import Installation
from tests.peers.process import Peer
from tests.pictures import document


def _tiff(pages: int) -> File:
    frames = [picture((40 + 10 * number, 30)) for number in range(pages)]
    return "pages.tiff", saved(frames[0], "TIFF", save_all=True, append_images=frames[1:])


def _workbook(sheets: int) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        for number in range(1, sheets + 1):
            sheet = book.add_worksheet(f"시트{number}")
            sheet.write_row(0, 0, ["이름", "수"])
            sheet.write_row(1, 0, ["가", number])
    return buffer.getvalue()


@pytest.mark.parametrize("path", ["analyze-image", "extract-tables"])
@pytest.mark.parametrize(
    ("pages", "word"),
    [
        ("x", "1-3,7"),
        ("1,,2", "1-3,7"),
        ("-1", "1-3,7"),
        ("3-1", "3-1"),
        ("0", "10000"),
        ("1-10001", "10000"),
        ("1-101", "101"),
        ("1," * 600 + "1", "1000"),
    ],
)
def test_pages_that_are_refused(service: Installation, language: str, path: str, pages: str, word: str) -> None:
    url = f"{service.url}/background/{path}"
    response = service.http.post(
        url, files={"file": _tiff(2)}, data={"pages": pages}, headers=speaking(language), timeout=30
    )
    problem = assert_problem(response, 422, "invalid_field", language, service)
    [fault] = problem["errors"]
    assert fault["pointer"] == "#/pages" and word in fault["detail"] and "pages" in fault["detail"]


def test_a_word_file_has_no_pages_to_choose(service: Installation, language: str) -> None:
    url = f"{service.url}/background/extract-tables"
    file = {"file": ("표.docx", OFFICE["docx"])}
    response = service.http.post(url, files=file, data={"pages": "1"}, headers=speaking(language), timeout=30)
    problem = assert_problem(response, 422, "invalid_field", language, service)
    assert [fault["pointer"] for fault in problem["errors"]] == ["#/pages"]


@pytest.mark.parametrize("file", [_tiff(6), document(6)], ids=["tiff", "pdf"])
def test_chosen_pages_of_a_document(service: Installation, openai_peer: Peer, file: File) -> None:
    openai_peer.reset()
    result = _result(service, file, pages="5, 2-3")
    assert len(openai_peer.seen()) == 3
    assert [(page["number"], page["status"], page["tables"]) for page in result["pages"]] == [
        (2, "read", [1]),
        (3, "read", [2]),
        (5, "read", [3]),
    ]
    assert [table["page"] for table in result["tables"]] == [2, 3, 5]
    assert result["concerns"] == []


def test_the_status_tells_which_were_chosen(service: Installation) -> None:
    task_id = service.submitted(_tiff(3), "extract-tables", pages="3,1-2")
    assert service.ended(task_id)["pages"] == "1-3"
    assert "pages" not in service.ended(service.submitted(_tiff(1), "extract-tables"))


def test_only_the_chosen_pages_are_analysed(service: Installation, openai_peer: Peer) -> None:
    openai_peer.reset()
    result = _result(service, _tiff(4), "analyze-image", pages="2,4", prompt="OK")
    [seen] = openai_peer.seen()
    assert [image["size"] for image in seen["images"]] == [[50, 30], [70, 30]]
    assert [page["number"] for page in result["pages"]] == [2, 4]


@pytest.mark.parametrize("file", [_tiff(2), document(2), ("표.xlsx", _workbook(2))], ids=["tiff", "pdf", "xlsx"])
def test_a_page_beyond_the_end_is_told_and_the_others_are_read(service: Installation, file: File) -> None:
    result = _result(service, file, pages="2-4")
    assert [page["number"] for page in result["pages"]] == [2]
    [concern] = result["concerns"]
    assert "3-4쪽" in concern and "page 3-4" in concern


@pytest.mark.parametrize("file", [_tiff(2), document(2), ("표.xlsx", _workbook(2))], ids=["tiff", "pdf", "xlsx"])
def test_when_no_chosen_page_is_there_the_task_fails(service: Installation, file: File) -> None:
    ended = service.ended(service.submitted(file, "extract-tables", pages="3,9"))
    assert (ended["status"], ended["error"]["code"]) == ("failed", "no_such_page")
    assert "3,9" in ended["error"]["message"] and "2쪽" in ended["error"]["message"]


def test_chosen_sheets_of_a_workbook(service: Installation) -> None:
    result = _result(service, ("표.xlsx", _workbook(4)), pages="1,3")
    status = service.status(result["task_id"])
    assert (status["pages_done"], status["pages_total"]) == (2, 2)
    assert [(table["title"], table["page"]) for table in result["tables"]] == [("시트1", 1), ("시트3", 3)]
    assert [(page["number"], page["tables"]) for page in result["pages"]] == [(1, [1]), (3, [2])]


def test_a_bad_page_is_told_and_the_others_are_kept(service: Installation) -> None:
    name, content = _tiff(3)
    at = content.index(b"II*\0")
    assert at == 0
    broken = _with_broken_page(content, 2)
    result = _result(service, (name, broken))
    assert [(page["number"], page["status"], page["tables"]) for page in result["pages"]] == [
        (1, "read", [1]),
        (2, "failed", []),
        (3, "read", [2]),
    ]
    bad = result["pages"][1]
    assert bad["error"]["code"] == "unreadable_file" and bad["error"]["retryable"] is False
    assert bad["concerns"] == result["concerns"] and "Page 2" in bad["concerns"][0]


def test_a_bad_sheet_is_told_and_the_others_are_kept(service: Installation) -> None:
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_workbook(3))) as before, zipfile.ZipFile(changed, "w") as after:
        for name in before.namelist():
            part = before.read(name)
            after.writestr(name, re.sub(rb"<sheetData>.*", b"<sheetData><row", part) if "sheet2" in name else part)
    result = _result(service, ("표.xlsx", changed.getvalue()))
    assert [(page["number"], page["status"]) for page in result["pages"]] == [(1, "read"), (2, "failed"), (3, "read")]
    assert [table["title"] for table in result["tables"]] == ["시트1", "시트3"]


def test_a_document_of_bad_pages_only_fails(service: Installation) -> None:
    broken = _with_broken_page(_with_broken_page(_tiff(2)[1], 1), 2)
    ended = service.ended(service.submitted(("pages.tiff", broken), "extract-tables"))
    assert (ended["status"], ended["error"]["code"]) == ("failed", "unreadable_file")


def test_the_embedded_engine_gives_the_text_of_each_page(service: Installation) -> None:
    result = _result(service, _tiff(3), "analyze-image", pages="1,3", model="local")
    assert [(page["number"], page["text"]) for page in result["pages"]] == [(1, ""), (3, "")]


def _with_broken_page(tiff: bytes, page: int) -> bytes:
    """The TIFF with the number of rows of one page's picture, tag 257, made nothing."""
    at = int.from_bytes(tiff[4:8], "little")
    for _ in range(page - 1):
        count = int.from_bytes(tiff[at : at + 2], "little")
        at = int.from_bytes(tiff[at + 2 + 12 * count : at + 6 + 12 * count], "little")
    count = int.from_bytes(tiff[at : at + 2], "little")
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        if tiff[entry : entry + 2] == (257).to_bytes(2, "little"):
            return tiff[: entry + 8] + bytes(4) + tiff[entry + 12 :]
    raise AssertionError("no page of a TIFF is without its height")


def _result(service: Installation, file: File, path: str = "extract-tables", **fields: object) -> dict[str, Any]:
    ended = service.ended(service.submitted(file, path, **fields))
    assert ended["status"] == "completed", ended
    result: dict[str, Any] = service.result(ended["task_id"]).json()
    return result
