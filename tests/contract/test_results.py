"""The result of a task in each of its states, and what is no task at all."""

import socket

import pytest

from tests.contract import guide, multipart
from tests.contract.pictures import png
from tests.contract.problem import assert_problem, assert_serves, speaking
from tests.installation import Installation

UNKNOWN = "550e8400-e29b-41d4-a716-446655440000"
TASK_ROUTES = [("GET", "task-status"), ("GET", "task-result"), ("DELETE", "cancel-task")]


def test_a_completed_task(service: Installation) -> None:
    task_id = service.submitted(("표.png", png()[1]), prompt="무엇이 보이나요?", metadata='{"n": 1}')
    service.ended(task_id)
    response = service.result(task_id)
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    result = response.json()
    assert (result["task_id"], result["task_type"], result["filename"]) == (task_id, "image_analysis", "표.png")
    assert (result["prompt"], result["detail"], result["metadata"]) == ("무엇이 보이나요?", "auto", {"n": 1})
    assert result["analysis"]["text"].startswith("이미지 1개를 받았습니다. I received 8x8 PNG.")
    guide.assert_time(result["created_at"])


def test_a_task_not_ended_yet(service: Installation) -> None:
    task_id = service.submitted(png(), prompt="HANG")
    service.wait_until(task_id, "processing")
    response = service.result(task_id)
    service.cancel(task_id)
    assert response.status_code == 202 and response.headers["retry-after"] == "1"
    assert response.json()["task_status"]["status"] == "processing"


def test_a_failed_task(service: Installation, language: str) -> None:
    task_id = service.submitted(png(), prompt="REFUSE")
    service.ended(task_id)
    response = service.get(f"/background/task-result/{task_id}", headers=speaking(language))
    problem = assert_problem(response, 409, "no_result", language, service)
    assert problem["task_status"] == "failed" and problem["error"]["code"] == "model_refused"


def test_a_cancelled_task(service: Installation, language: str) -> None:
    task_id = service.submitted(png(), prompt="HANG")
    service.cancel(task_id)
    response = service.get(f"/background/task-result/{task_id}", headers=speaking(language))
    assert assert_problem(response, 409, "no_result", language, service)["task_status"] == "cancelled"


@pytest.mark.parametrize(("method", "route"), TASK_ROUTES)
@pytest.mark.parametrize(
    "task_id",
    [
        UNKNOWN,
        "x",
        "0",
        "-1",
        "None",
        "%00",
        "a%0ab",
        "%E2%82%AC",
        "%FF%FE",
        "'; DROP TABLE jobs; --",
        "x" * 5000,
    ],
)
def test_what_is_no_task(service: Installation, language: str, method: str, route: str, task_id: str) -> None:
    url = f"{service.url}/background/{route}/{task_id}"
    response = service.http.request(method, url, headers=speaking(language), timeout=30)
    assert_problem(response, 404, "unknown_task", language, service)
    assert len(response.content) < 2500


@pytest.mark.parametrize("path", ["/background", "/background/nothing", "/background/task-status/", "/tasks", "/%00"])
def test_unknown_routes(service: Installation, language: str, path: str) -> None:
    assert_problem(service.get(path, headers=speaking(language)), 404, "not_found", language, service)


@pytest.mark.parametrize("task_id", ["..%2f..%2fetc%2fpasswd", "../../../etc/passwd"])
@pytest.mark.parametrize(("method", "route"), TASK_ROUTES)
def test_ids_that_are_paths(service: Installation, method: str, route: str, task_id: str) -> None:
    response = service.http.request(method, f"{service.url}/background/{route}/{task_id}", timeout=30)
    assert_problem(response, 404, response.json()["code"], service=service)
    assert "root:" not in response.text


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "analyze-image", "POST"),
        ("PUT", "extract-tables", "POST"),
        ("POST", f"task-status/{UNKNOWN}", "GET"),
        ("DELETE", f"task-result/{UNKNOWN}", "GET"),
        ("POST", "all-tasks", "GET"),
        ("GET", f"cancel-task/{UNKNOWN}", "DELETE"),
        ("GET", "cleanup", "POST"),
        ("PROPFIND", "cleanup", "POST"),
    ],
)
def test_unknown_methods(service: Installation, language: str, method: str, path: str, allowed: str) -> None:
    url = f"{service.url}/background/{path}"
    response = service.http.request(method, url, headers=speaking(language), timeout=30)
    assert_problem(response, 405, "method_not_allowed", language, service)
    assert allowed in response.headers["allow"]


@pytest.mark.parametrize("request_line", ["BREW /background/cleanup HTTP/1.1", "nonsense", "GET / HTTP/9.9"])
def test_what_is_no_http(service: Installation, request_line: str) -> None:
    """Also what no route ever sees is answered with a problem."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as connection:
        connection.sendall(f"{request_line}\r\nHost: x\r\n\r\n".encode())
        status, problem = multipart.answer(connection)
    assert (status, problem["status"], problem["code"], problem["success"]) == (400, 400, "malformed_http", False)
    assert_serves(service)
