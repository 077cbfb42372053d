"""Estimates: what a file will come to, told without running anything and without keeping anything."""

import io
import os
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from PIL import Image

from tests.contract.installing import MODEL, installed
from tests.contract.problem import assert_problem
from tests.hostile.pdfs import pdf, stream
from tests.installation import Answer, Installation
from tests.peers.process import Peer
from tests.pictures import document, encoded, picture

SAMPLES = Path(__file__).parent / "samples"


def test_an_image(service: Installation, openai_peer: Peer) -> None:
    found = _estimate(service, picture(4032, 3024), detail="high", prompt="무엇인가요?")
    assert (found["task_type"], found["media_type"], found["engine"]) == ("image_analysis", "image/png", "openai")
    assert (found["model"], found["page_count"], found["more_pages"]) == (MODEL, 1, False)
    [page] = found["pages"]
    assert (page["width"], page["height"], page["sent_width"], page["sent_height"]) == (4032, 3024, 1824, 1368)
    assert page["tokens"] == {"least": 57 * 43, "most": 2942}
    assert found["cost_usd"]["least"] == pytest.approx((2451 + 4) * 2e-6 + 50 * 12e-6, rel=0.01)
    assert openai_peer.seen() == []


def test_what_is_then_charged_lies_within(service: Installation, openai_peer: Peer) -> None:
    file, fields = document(5, 1200, 900), {"model": "gpt-5.6-luna"}
    found = _estimate(service, file, task_type="table_extraction", **fields)
    usage = service.ended(service.submitted(file, "extract-tables", **fields))["usage"]
    for name in ("prompt_tokens", "completion_tokens"):
        assert found[name]["least"] <= usage[name] <= found[name]["most"]
    assert found["cost_usd"]["least"] <= usage["cost_usd"] <= found["cost_usd"]["most"]
    [sizes] = {tuple(image["size"]) for seen in openai_peer.seen() for image in seen["images"]}
    assert {(page["sent_width"], page["sent_height"]) for page in found["pages"]} == {sizes}


def test_a_pdf_with_its_words(service: Installation) -> None:
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R 3 0 R]/Count 2>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        stream(zlib.compress(b"BT /F 10 Tf 20 70 Td (" + b"word " * 20 + b") Tj ET")),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    found = _estimate(service, ("a.pdf", pdf(objects)))
    assert (found["task_type"], found["page_count"]) == ("table_extraction", 2)
    first, second = found["pages"]
    assert first == second | {"page": 1}
    assert (first["width"], first["height"]) == (1653, 2339)
    plain = _estimate(service, ("a.png", encoded(Image.new("L", (1653, 2339)), "PNG")), task_type="table_extraction")
    assert first["tokens"]["least"] == plain["pages"][0]["tokens"]["least"]
    assert first["tokens"]["most"] - plain["pages"][0]["tokens"]["most"] == pytest.approx(100 / 2.5, abs=2)


def test_a_sideways_photo_is_upright(service: Installation) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    found = _estimate(service, picture(640, 320, "JPEG", exif=exif))
    assert (found["pages"][0]["width"], found["pages"][0]["height"]) == (320, 640)


def test_each_format_of_image(service: Installation) -> None:
    for form in ("PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF", "AVIF"):
        [page] = _estimate(service, picture(70, 50, form))["pages"]
        assert (page["width"], page["height"]) == (70, 50), form
    assert _estimate(service, ("wide.heic", (SAMPLES / "wide.heic").read_bytes()))["page_count"] == 1


def test_what_is_read_directly_costs_nothing(service: Installation) -> None:
    found = _estimate(service, ("table.xls", (SAMPLES / "table.xls").read_bytes()))
    assert (found["engine"], found["page_count"], found["pages"]) == ("local", None, [])
    assert found["cost_usd"] == {"least": 0, "most": 0}


def test_the_embedded_engine_costs_nothing(service: Installation) -> None:
    found = _estimate(service, document(2, 100, 60), model="local")
    assert found["pages"] == [{"page": number, "width": 100, "height": 60} for number in (1, 2)]
    assert found["cost_usd"] == {"least": 0, "most": 0} and found["prompt_tokens"] == {"least": 0, "most": 0}


def test_a_model_without_a_price(service: Installation) -> None:
    found = _estimate(service, picture(), model="llava:13b")
    assert found["cost_usd"] is None and "PRICES_FILE" in found["cost_note"] and found["prompt_tokens"]["least"] > 0


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (("locked.pdf", (SAMPLES / "locked.pdf").read_bytes()), "locked with a password"),
        (("broken.pdf", b"%PDF-1.7\nnothing"), "damaged"),
        (("cut.png", picture()[1][:20]), "damaged"),
    ],
    ids=["locked", "broken", "cut"],
)
def test_what_cannot_be_measured_says_why(service: Installation, file: tuple[str, bytes], words: str) -> None:
    problem = assert_problem(_asked(service, file), 422, "unmeasurable_file", "en", service)
    assert words in problem["detail"] and problem["field"] == "file"


@pytest.mark.parametrize(
    ("file", "fields", "status", "code"),
    [
        (("a.txt", b"words"), {}, 415, "unsupported_content"),
        (("a.pdf", b"%PDF-1.7"), {"task_type": "image_analysis"}, 415, "unsupported_content"),
        (("a.png", b""), {}, 422, "empty_file"),
        (picture(), {"task_type": "guess"}, 422, "invalid_field"),
        (picture(), {"priority": "11", "detail": "x"}, 422, "invalid_field"),
    ],
)
def test_what_a_submission_would_not_take(
    service: Installation, file: tuple[str, bytes], fields: dict[str, str], status: int, code: str
) -> None:
    assert_problem(_asked(service, file, **fields), status, code, "en", service)


def test_nothing_is_run_and_nothing_stays(service: Installation, openai_peer: Peer) -> None:
    before = (_total(service), sorted(os.listdir(service.data / "uploads")), sorted(os.listdir(service.results)))
    with ThreadPoolExecutor(6) as crowd:
        found = list(crowd.map(lambda _: _asked(service, document(3)).status_code, range(6)))
    assert set(found) <= {200, 503} and 200 in found
    _asked(service, ("broken.pdf", b"%PDF-1.7\nnothing"))
    assert before == (
        _total(service),
        sorted(os.listdir(service.data / "uploads")),
        sorted(os.listdir(service.results)),
    )
    assert openai_peer.seen() == []
    assert not [child for child in service.process("web").children() if child.is_running()]


def test_pages_beyond_the_limit_are_told(tmp_path: Path, openai_process: Peer) -> None:
    with installed(tmp_path, openai_process, MAX_PAGES=3) as small:
        found = _estimate(small, document(5))
        assert (found["page_count"], found["more_pages"], len(found["pages"])) == (3, True, 3)
        found = _estimate(small, document(3))
        assert (found["page_count"], found["more_pages"]) == (3, False)


def test_the_pages_that_are_asked_for(service: Installation) -> None:
    found = _estimate(service, document(9, 30, 20), pages="7,2-3,12")
    assert [page["page"] for page in found["pages"]] == [2, 3, 7] and found["page_count"] == 3
    problem = assert_problem(_asked(service, document(2), pages="5"), 422, "unmeasurable_file", "en", service)
    assert "5" in problem["detail"]


def _estimate(service: Installation, file: tuple[str, bytes], **fields: object) -> Answer:
    response = _asked(service, file, **fields)
    assert response.status_code == 200, response.text
    found: Answer = response.json()
    assert found.pop("success") is True
    return found


def _asked(service: Installation, file: tuple[str, bytes], **fields: object) -> requests.Response:
    data = {name: str(value) for name, value in fields.items()}
    return requests.post(
        f"{service.url}/background/estimate",
        files={"file": (file[0], io.BytesIO(file[1]))},
        data=data,
        headers={"Accept-Language": "en"},
        timeout=30,
    )


def _total(service: Installation) -> int:
    return int(service.get("/background/all-tasks?page_size=1").json()["total_count"])
