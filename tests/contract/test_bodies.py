"""Bodies that cannot be accepted as they come, and that nothing of them stays."""

import socket
import struct
from collections.abc import Callable

import pytest

from tests.contract import multipart
from tests.contract.multipart import BOUNDARY, END, TYPE, field, file, part, post
from tests.contract.pictures import png
from tests.contract.problem import assert_problem, assert_serves, speaking
from tests.installation import Installation

PNG = png()[1]
WHOLE = file(PNG) + END


@pytest.fixture(autouse=True)
def nothing_stays(service: Installation):
    """After each test no upload is there that belongs to no task."""
    yield
    service.wait_for(lambda: not _strays(service))
    assert_serves(service)


@pytest.mark.parametrize(
    ("kind", "body", "status", "code"),
    [
        ("multipart/form-data", WHOLE, 400, "malformed_multipart"),
        ("multipart/form-data; boundary=", WHOLE, 400, "malformed_multipart"),
        ("multipart/form-data; boundary=other", WHOLE, 400, "malformed_multipart"),
        (f"multipart/form-data; boundary={'b' * 5000}", WHOLE, 400, "malformed_multipart"),
        (TYPE, b"this is no multipart", 400, "malformed_multipart"),
        (TYPE, b"", 400, "malformed_multipart"),
        (TYPE, file(PNG), 400, "malformed_multipart"),
        (TYPE, file(PNG) + f"--{BOUNDARY}".encode(), 400, "malformed_multipart"),
        (TYPE, WHOLE[:100], 400, "malformed_multipart"),
        (TYPE, part("form-data", PNG) + END, 400, "malformed_multipart"),
        (TYPE, f"--{BOUNDARY}\r\n\r\n".encode() + PNG + b"\r\n" + END, 400, "malformed_multipart"),
        (TYPE, f"--{BOUNDARY}\r\nX: {'y' * 100_000}\r\n\r\n".encode() + END, 400, "malformed_multipart"),
        (TYPE, field("x", "y") * 100 + WHOLE, 422, "invalid_field"),
        (TYPE, b"".join(field(f"x{number}", "y") for number in range(200)) + WHOLE, 400, "malformed_multipart"),
        (TYPE, field("prompt", "x") + END, 422, "missing_file"),
        (TYPE, END, 422, "missing_file"),
        (TYPE, field("file", PNG) + END, 422, "missing_file"),
        (TYPE, file(b"", "") + END, 422, "missing_file"),
        ("application/x-www-form-urlencoded", b"prompt=x", 422, "missing_file"),
        ("", b"", 422, "missing_file"),
        (TYPE, file(b"") + END, 422, "empty_file"),
        ("application/json", b'{"file": "x"}', 415, "not_multipart"),
        ("image/png", PNG, 415, "not_multipart"),
        ("multipart/mixed; boundary=border", WHOLE, 415, "not_multipart"),
        (TYPE, file(PNG) + file(b"") + END, 422, "invalid_batch"),
        (TYPE, field("prompt", "x") + field("prompt", "x") + WHOLE, 422, "invalid_field"),
        (TYPE, file(PNG, name="picture") + END, 422, "invalid_field"),
        (TYPE, field("prompt", b"\xff\xfe") + WHOLE, 422, "invalid_field"),
        (TYPE, field("prompt", "x" * 70_000) + WHOLE, 422, "invalid_field"),
    ],
)
def test_faulty_bodies(service: Installation, language: str, kind: str, body: bytes, status: int, code: str) -> None:
    problem = assert_problem(post(service, body, kind, **speaking(language)), status, code, language, service)
    if status == 422:
        assert problem["errors"] and all(fault["pointer"].startswith("#/") for fault in problem["errors"])


def test_a_field_given_twice_is_named(service: Installation) -> None:
    problem = assert_problem(post(service, field("detail", "low") * 2 + WHOLE), 422, "invalid_field")
    assert problem["errors"][0]["pointer"] == "#/detail" and "detail" in problem["detail"]


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "a/b.png",
        "..\\..\\b.png",
        "..",
        "a\0b.png",
        "a\x1b[31m.png",
        "a\u202egnp.exe",
        "한" * 10_000,
        "x" * 10_000,
    ],
)
@pytest.mark.parametrize("path", ["analyze-image", "extract-tables"])
def test_file_names_that_are_refused(service: Installation, language: str, name: str, path: str) -> None:
    response = post(service, file(PNG, name) + END, path=path, **speaking(language))
    problem = assert_problem(response, 422, "invalid_field", language, service)
    assert problem["errors"][0]["pointer"] == "#/file"
    assert len(response.content) < 2000, "the name is not sent back"


@pytest.mark.parametrize(
    "name", ["표 1 (최종).png", "x" * 255, "a'b;c=d.png", "..png", ".hidden", "no-ending", "😀.png"]
)
def test_file_names_that_are_kept(service: Installation, name: str) -> None:
    response = post(service, file(PNG, name) + END)
    assert response.status_code == 202, response.text
    ended = service.ended(response.json()["task_id"])
    assert (ended["status"], ended["filename"]) == ("completed", name)


def test_a_body_in_tiny_pieces_is_read_whole(service: Installation) -> None:
    body = field("prompt", "한글 프롬프트") + WHOLE
    response = post(service, (body[at : at + 3] for at in range(0, len(body), 3)))
    assert response.status_code == 202, response.text
    ended = service.ended(response.json()["task_id"])
    assert (ended["status"], ended["prompt"]) == ("completed", "한글 프롬프트")


def test_a_boundary_that_also_stands_in_the_file(service: Installation) -> None:
    content = PNG + f"\r\n-{BOUNDARY}--\r\n--{BOUNDARY[:-1]}\r\n".encode()
    response = post(service, file(content) + END)
    assert response.status_code == 202, response.text
    service.ended(response.json()["task_id"])
    assert (service.data / "uploads" / response.json()["task_id"]).read_bytes() == content


@pytest.mark.parametrize("close", [lambda connection: connection.close(), lambda connection: _reset(connection)])
def test_an_upload_that_is_cut_leaves_nothing(service: Installation, close: Callable[[socket.socket], None]) -> None:
    with multipart.begun(service, 20_000_000) as connection:
        connection.sendall(file(PNG + b"x" * 4_000_000)[:3_000_000])
        service.wait_for(lambda: _strays(service))
        close(connection)
    service.wait_for(lambda: not _strays(service))
    assert "request_failed" not in service.output()


def test_what_is_no_http_any_more(service: Installation) -> None:
    with multipart.begun(service, 120) as connection:
        connection.sendall(WHOLE)
        status, problem = multipart.answer(connection)
    assert (status, problem["code"]) == (400, "malformed_http")


def _strays(service: Installation) -> set[str]:
    """The uploads of no task."""
    stored = service.uploads()
    return stored - {task["task_id"] for task in service.get("/background/all-tasks").json()["tasks"]}


def _reset(connection: socket.socket) -> None:
    """Close by a TCP reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
