"""The tables and the text of a completed task, each in the forms that people keep."""

import csv
import io
import json
import re
from typing import Any

import pytest
import python_calamine
import requests

from tests.contract.pictures import png, saved, table
from tests.contract.problem import assert_problem, speaking
from tests.installation import Installation
from tests.peers.chat.sample import GRID

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
}
NUMBERED = [f"tables/1.{form}" for form in MEDIA_TYPES]
EVERY = [*NUMBERED, "tables.xlsx", "text.md"]
GRID_READ = [list(GRID[0]), *([name, float(count)] for name, count in GRID[1:])]


@pytest.fixture(scope="module")
def extracted(service: Installation) -> str:
    """A task with two tables: a TIFF of two pages."""
    file = saved(table(), "TIFF", save_all=True, append_images=[table()])
    task_id = service.submitted(("3월 '매출'.tiff", file), "extract-tables")
    assert service.ended(task_id)["status"] == "completed"
    return task_id


def _get(service: Installation, task_id: str, part: str, **options: Any) -> requests.Response:
    return service.get(f"/background/task-result/{task_id}/{part}", **options)


@pytest.mark.parametrize("form", MEDIA_TYPES)
def test_a_table_in_each_form(service: Installation, extracted: str, form: str) -> None:
    response = _get(service, extracted, f"tables/2.{form}")
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == MEDIA_TYPES[form]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["content-length"] == str(len(response.content))
    stem = "3%EC%9B%94%20_%EB%A7%A4%EC%B6%9C_"
    expected = f"attachment; filename=\"result.table-2.{form}\"; filename*=UTF-8''{stem}.table-2.{form}"
    assert response.headers["content-disposition"] == expected


def test_what_the_forms_say(service: Installation, extracted: str) -> None:
    told = service.result(extracted).json()["tables"][1]
    texts = {form: _get(service, extracted, f"tables/2.{form}").content for form in MEDIA_TYPES}
    assert json.loads(texts["json"]) | {"markdown": told["markdown"]} == told and told["page"] == 2
    assert texts["md"].decode() == told["markdown"] + "\n"
    assert list(csv.reader(io.StringIO(texts["csv"].decode("utf-8-sig")))) == [list(row) for row in GRID]
    assert re.findall(r"<th scope=\"col\">(.*?)</th>", texts["html"].decode()) == list(GRID[0])
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(texts["xlsx"]))
    assert book.get_sheet_by_index(0).to_python() == GRID_READ


def test_all_tables_in_one_workbook(service: Installation, extracted: str) -> None:
    response = _get(service, extracted, "tables.xlsx")
    assert (response.status_code, response.headers["content-type"]) == (200, MEDIA_TYPES["xlsx"])
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    assert [book.get_sheet_by_name(name).to_python() for name in book.sheet_names] == [GRID_READ, GRID_READ]


def test_the_text_of_an_extraction_is_its_tables(service: Installation, extracted: str) -> None:
    response = _get(service, extracted, "text.md")
    assert (response.status_code, response.headers["content-type"]) == (200, MEDIA_TYPES["md"])
    assert response.content.decode() == service.result(extracted).json()["tables_markdown"] + "\n"


def test_the_text_of_an_analysis_is_its_answer(service: Installation) -> None:
    task_id = service.submitted(png(), prompt="OK 설명")
    service.ended(task_id)
    response = _get(service, task_id, "text.md")
    assert response.content.decode() == service.result(task_id).json()["analysis"]["text"] + "\n"
    assert response.headers["content-disposition"] == "attachment; filename=\"image.md\"; filename*=UTF-8''image.md"


def test_a_form_can_be_asked_about(service: Installation, extracted: str) -> None:
    response = service.http.head(f"{service.url}/background/task-result/{extracted}/tables/1.csv", timeout=30)
    assert (response.status_code, response.content) == (200, b"")
    assert int(response.headers["content-length"]) > 0


@pytest.mark.parametrize("number", ["0", "3", "-1", "999999999999", "x", "1.0", "%EF%BC%91", "1e0", "+1"])
def test_a_number_that_no_table_has(service: Installation, extracted: str, language: str, number: str) -> None:
    response = _get(service, extracted, f"tables/{number}.csv", headers=speaking(language))
    assert assert_problem(response, 404, "unknown_table", language, service)["count"] == 2


@pytest.mark.parametrize("form", ["pdf", "CSV", "csv%00", "xlsx%2f..", "c" * 3000])
def test_a_form_that_there_is_not(service: Installation, extracted: str, language: str, form: str) -> None:
    response = _get(service, extracted, f"tables/1.{form}", headers=speaking(language))
    code = "not_found" if "%2f" in form else "unknown_form"
    assert_problem(response, 404, code, language, service)
    assert len(response.content) < 2500 or code == "not_found"


def test_a_result_without_tables(service: Installation) -> None:
    task_id = service.submitted(png(), prompt="OK")
    service.ended(task_id)
    for part in ("tables.xlsx", "tables/1.md"):
        assert assert_problem(_get(service, task_id, part), 404, "unknown_table")["count"] == 0


@pytest.mark.parametrize("part", EVERY)
def test_a_task_not_ended_yet(service: Installation, part: str) -> None:
    task_id = service.submitted(png(), prompt="HANG")
    service.wait_until(task_id, "processing")
    response = _get(service, task_id, part)
    service.cancel(task_id)
    assert response.status_code == 202 and response.headers["retry-after"] == "1"
    assert response.json()["task_status"]["status"] == "processing"
    assert assert_problem(_get(service, task_id, part), 409, "no_result")["task_status"] == "cancelled"


@pytest.mark.parametrize("part", EVERY)
def test_a_task_that_is_unknown_or_whose_result_is_gone(service: Installation, part: str) -> None:
    assert_problem(_get(service, "550e8400-e29b-41d4-a716-446655440000", part), 404, "unknown_task")
    task_id = service.submitted(png(), prompt="OK")
    service.ended(task_id)
    (service.results / f"{task_id}.json").unlink()
    assert_problem(_get(service, task_id, part), 404, "result_gone", service=service)
