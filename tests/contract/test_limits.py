"""How large, how many pixels, how many waiting, and how full the disk: each limit told, and nothing left behind."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract import multipart
from tests.contract.installing import installed
from tests.contract.multipart import END, file, post
from tests.contract.pictures import picture, png, png_header, saved
from tests.contract.problem import assert_problem, assert_tells_nothing, speaking
from tests.installation import Installation
from tests.peers.process import Peer

MB = 1024 * 1024
PIXELS = 10_000
SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, openai_process: Peer) -> Iterator[Installation]:
    """A service of small limits."""
    limits = {"MAX_UPLOAD_MB": 1, "MAX_IMAGE_PIXELS": PIXELS, "MAX_QUEUED": 2, "MAX_WORKERS": 1}
    with installed(tmp_path_factory.mktemp("small"), openai_process, **limits) as installation:
        yield installation


@pytest.mark.parametrize("path", ["analyze-image", "extract-tables"])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_file_over_the_limit(small: Installation, language: str, path: str, chunked: bool) -> None:
    body = file(png()[1].ljust(MB + 1, b"\0")) + END
    sent = (body[at : at + 65536] for at in range(0, len(body), 65536)) if chunked else body
    response = post(small, sent, path=path, **speaking(language))
    problem = assert_problem(response, 413, "file_too_large", language, small)
    assert problem["limit"] == MB and "1MB" in problem["detail"].replace(" ", "")
    assert _uploads(small) == set()


def test_a_file_of_exactly_the_limit(small: Installation) -> None:
    response = post(small, file(png()[1].ljust(MB, b"\0")) + END)
    assert response.status_code == 202, response.text
    assert small.ended(response.json()["task_id"])["status"] == "completed"
    small.http.post(f"{small.url}/background/cleanup?max_age_hours=0", timeout=30)


def test_the_default_limit_is_50_mb_and_told_before_the_body_is_whole(service: Installation) -> None:
    with multipart.begun(service, 60 * MB) as connection:
        connection.sendall(file(b"")[:-2] + bytes(50 * MB + 1))
        status, problem = multipart.answer(connection)
    assert (status, problem["code"], problem["limit"]) == (413, "file_too_large", 50 * MB)


def test_more_than_a_batch_may_have_is_told_before_the_body_comes(service: Installation) -> None:
    with multipart.begun(service, 600 * MB) as connection:
        status, problem = multipart.answer(connection)
    assert (status, problem["code"], problem["limit"]) == (413, "batch_too_large", 500 * MB)


def test_a_body_of_no_told_length_is_refused_while_it_comes(small: Installation) -> None:
    with socket.create_connection(("127.0.0.1", small.port), timeout=30) as connection:
        connection.sendall(
            b"POST /background/analyze-image HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
            + f"Content-Type: {multipart.TYPE}\r\n\r\n".encode()
        )
        for piece in (file(png()[1])[:-2], bytes(MB)):
            connection.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        status, problem = multipart.answer(connection)  # though the body has not come to its end
    assert (status, problem["code"]) == (413, "file_too_large")
    assert _uploads(small) == set()


@pytest.mark.parametrize(
    ("found", "content"),
    [
        ("text", b"hello, world"),
        ("text", b"BMW builds cars"),
        ("text", "한글 문서입니다.".encode()),
        ("text", b"x"),
        ("binary", bytes(100)),
        ("binary", bytes(range(256))),
        ("ZIP", b"PK\x03\x04" + bytes(60)),
        ("ZIP", b"PK\x03\x04" + bytes(60) + b"PK\x05\x06" + b"\xff" * 18),
        ("ELF", b"\x7fELF" + bytes(60)),
        ("Office", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("MP4", b"\0\0\0\x18ftypmp42" + bytes(60)),
        ("SVG", b"<svg xmlns='http://www.w3.org/2000/svg'></svg>"),
        ("PostScript", b"%!PS-Adobe-3.0"),
        ("Photoshop", b"8BPS" + bytes(60)),
        ("RIFF", b"RIFF\0\0\0\0WAVEfmt "),
    ],
)
@pytest.mark.parametrize("path", ["analyze-image", "extract-tables"])
def test_content_that_is_not_supported(
    service: Installation, language: str, path: str, found: str, content: bytes
) -> None:
    response = post(service, file(content, "image.png") + END, path=path, **speaking(language))
    problem = assert_problem(response, 415, "unsupported_content", language, service)
    names = ["PNG", "JPEG", "TIFF", "BMP", "WebP", "GIF"]
    names += ["PDF", "DOCX", "XLSX", "XLS"] if path == "extract-tables" else []
    assert found in problem["found"] and problem["found"] in problem["detail"]
    assert all(name in problem["supported"] and name in problem["detail"] for name in names)
    assert ("PDF" in problem["supported"]) == (path == "extract-tables")


def test_a_document_is_no_image(service: Installation, language: str) -> None:
    response = post(service, file(saved(picture(), "PDF"), "image.png") + END, **speaking(language))
    assert assert_problem(response, 415, "unsupported_content", language)["found"] == "PDF"


@pytest.mark.parametrize("path", ["analyze-image", "extract-tables"])
def test_a_header_that_says_too_many_pixels(service: Installation, language: str, path: str) -> None:
    response = post(service, file(png_header(60_000, 60_000)) + END, path=path, **speaking(language))
    problem = assert_problem(response, 422, "too_many_pixels", language, service)
    assert (problem["actual"], problem["limit"]) == (3_600_000_000, 64_000_000)
    assert "3600000000" in problem["detail"] and "64000000" in problem["detail"]
    assert problem["errors"][0]["pointer"] == "#/file"


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("PNG", {}),
        ("TIFF", {}),
        ("TIFF", {"big_tiff": True}),
        ("BMP", {}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"exif": b"Exif\0\0II*\0\x08\0\0\0\0\0"}),
        ("GIF", {}),
        ("AVIF", {}),
    ],
)
def test_each_form_of_image_tells_its_pixels(small: Installation, form: str, options: dict[str, object]) -> None:
    response = post(small, file(saved(picture((101, 100)), form, **options)) + END)
    problem = assert_problem(response, 422, "too_many_pixels")
    assert (problem["actual"], problem["limit"]) == (10_100, PIXELS)


def test_a_heic_tells_its_pixels(tmp_path: Path, openai_peer: Peer) -> None:
    with installed(tmp_path, openai_peer, MAX_IMAGE_PIXELS=1000, MAX_WORKERS=1) as service:
        response = post(service, file((SAMPLES / "wide.heic").read_bytes()) + END)
    assert assert_problem(response, 422, "too_many_pixels")["limit"] == 1000


def test_a_jpeg_may_have_four_times_the_pixels(small: Installation) -> None:
    allowed = post(small, file(saved(picture((200, 200)), "JPEG")) + END)
    assert small.ended(allowed.json()["task_id"])["status"] == "completed"
    problem = assert_problem(post(small, file(saved(picture((201, 200)), "JPEG")) + END), 422, "too_many_pixels")
    assert (problem["actual"], problem["limit"]) == (40_200, 4 * PIXELS)


def test_a_later_page_of_too_many_pixels_is_left_out_and_told(small: Installation) -> None:
    pages = [picture((101, 100))]
    task_id = small.submitted(("two.tiff", saved(picture((10, 10)), "TIFF", save_all=True, append_images=pages)))
    assert small.ended(task_id)["status"] == "completed"
    first, second = small.result(task_id).json()["pages"]
    assert (first["status"], second["status"], second["error"]["code"]) == ("read", "failed", "too_many_pixels")
    assert "10100" in second["error"]["message"]


def test_a_full_queue(small: Installation, language: str) -> None:
    busy = small.submitted(png(), prompt="HANG")
    small.wait_until(busy, "processing")
    waiting = [small.submitted(png()) for _ in range(2)]
    assert [small.status(task_id)["queue_position"] for task_id in waiting] == [0, 1]
    before = _uploads(small)
    response = post(small, file(png()[1]) + END, **speaking(language))
    problem = assert_problem(response, 503, "queue_full", language, small)
    assert int(response.headers["retry-after"]) > 0 and problem["limit"] == 2
    assert _uploads(small) == before
    small.cancel(busy)
    for task_id in waiting:
        assert small.ended(task_id)["status"] == "completed"
    assert small.ended(small.submitted(png()))["status"] == "completed"


def test_no_answer_to_a_fault_carries_a_path_of_the_server(small: Installation) -> None:
    assert_tells_nothing(small.get("/nowhere").text, small)


def _uploads(service: Installation) -> set[str]:
    known = {task["task_id"] for task in service.get("/background/all-tasks").json()["tasks"]}
    return service.uploads() - known
