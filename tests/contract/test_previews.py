"""Pictures of pages: of every kind of file that has pages, made once, when they are asked for."""

import io
from pathlib import Path

import pytest
import requests
from PIL import Image

from tests.contract.pictures import exif, picture, png, saved
from tests.contract.problem import assert_problem, speaking
from tests.installation import Installation
from workers.previews import SIDE

UNKNOWN = "00000000-0000-4000-8000-000000000000"


def test_a_picture_is_made_small_and_upright_without_metadata(service: Installation) -> None:
    photo = saved(picture((3000, 1500)), "JPEG", exif=exif(6))
    response = _page(service, service.submitted(("photo.jpg", photo)), 1)
    assert (response.status_code, response.headers["page-count"]) == (200, "1")
    with Image.open(io.BytesIO(response.content)) as shown:
        assert response.headers["content-type"] == Image.MIME[str(shown.format)]
        assert shown.size == (SIDE // 2, SIDE)
        assert not shown.getexif()
        assert shown.convert("L").getpixel((SIDE // 2 - 5, 5)) < 30, "its black corner is at the top right"


def test_a_small_picture_is_not_blown_up(service: Installation) -> None:
    with Image.open(io.BytesIO(_page(service, service.submitted(png((96, 48))), 1).content)) as shown:
        assert shown.size == (96, 48)


@pytest.mark.parametrize("form", ["TIFF", "PDF"])
def test_every_page_of_a_document_can_be_seen(service: Installation, form: str) -> None:
    pages = [Image.new("RGB", (200, 100), colour) for colour in ("red", "lime", "blue")]
    file = f"pages.{form.lower()}", saved(pages[0], form, save_all=True, append_images=pages[1:])
    task_id = service.submitted(file, "extract-tables")
    for number, colour in ((3, (0, 0, 255)), (1, (255, 0, 0)), (2, (0, 255, 0))):
        response = _page(service, task_id, number)
        assert (response.status_code, response.headers["page-count"]) == (200, "3")
        with Image.open(io.BytesIO(response.content)) as shown:
            assert shown.convert("RGB").getpixel((50, 50)) == pytest.approx(colour, abs=8)


def test_it_is_made_once_whatever_becomes_of_the_task(service: Installation) -> None:
    task_id = service.submitted(png(), prompt="HANG")
    assert _made(service, task_id) == []
    first = _page(service, task_id, 1)
    (path,) = _made(service, task_id)
    written = path.stat().st_mtime_ns
    service.cancel(task_id)
    again = _page(service, task_id, 1)
    assert (again.content, path.stat().st_mtime_ns) == (first.content, written)


@pytest.mark.parametrize("page", ["0", "2", "-1", "1x", "٣", "999999", "9" * 40])
def test_a_page_that_is_not_there(service: Installation, page: str, language: str) -> None:
    response = service.get(
        f"/background/task-pages/{service.submitted(png(), prompt='INSTANT')}/{page}", headers=speaking(language)
    )
    assert_problem(response, 404, "unknown_page", language)


def test_files_without_pages_and_files_that_cannot_be_read(service: Installation, language: str) -> None:
    sheet = Path(__file__).with_name("samples") / "table.xls"
    tasks = [
        service.submitted((sheet.name, sheet.read_bytes()), "extract-tables"),
        service.submitted(("broken.png", png()[1][:40])),
    ]
    for task_id in tasks:
        response = service.get(f"/background/task-pages/{task_id}/1", headers=speaking(language))
        assert_problem(response, 404, "no_preview", language, service)


def test_an_unknown_task_has_no_pages(service: Installation) -> None:
    assert_problem(_page(service, UNKNOWN, 1), 404, "unknown_task")


def test_clean_up_removes_them(service: Installation) -> None:
    task_id = service.submitted(png(), prompt="INSTANT")
    service.ended(task_id)
    assert _page(service, task_id, 1).status_code == 200
    assert _made(service, task_id)
    service.http.post(f"{service.url}/background/cleanup", json={"max_age_hours": 0}, timeout=30)
    assert not (service.results / "previews" / task_id).exists()
    assert_problem(_page(service, task_id, 1), 404, "unknown_task")


def _page(service: Installation, task_id: str, page: int) -> requests.Response:
    return service.get(f"/background/task-pages/{task_id}/{page}")


def _made(service: Installation, task_id: str) -> list[Path]:
    return list((service.results / "previews" / task_id).glob("*"))
