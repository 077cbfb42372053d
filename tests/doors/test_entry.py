"""The door: what opens it, what does not, and what it says."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from service.api.doors import OPEN
from service.app import ROUTES
from service.console.serving import PATHS as CONSOLE
from tests.contract.multipart import answer, begun
from tests.contract.problem import assert_problem, speaking
from tests.doors.keys import ALICE, ALICE_NEW, BOB, NAMELESS, bearing
from tests.installation import Installation

UNKNOWN = "00000000-0000-4000-8000-000000000000"
PATHS = [
    (method, route.path.format(task_id=UNKNOWN, number=1, delivery_id="msg_0", batch_id=UNKNOWN, form="csv", page=1))
    for route in ROUTES
    for method in sorted(route.methods or ())
]


@pytest.mark.parametrize(
    ("method", "path"), [*PATHS, ("GET", "/console"), ("OPTIONS", "/background/all-tasks"), ("PUT", "/x")]
)
def test_every_path_is_closed_unless_it_is_open_to_everybody(guarded: Installation, method: str, path: str) -> None:
    response = _send(guarded, method, path)
    if path in OPEN:
        assert response.status_code == 200
        return
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert not [name for name in response.headers if name.lower().startswith("access-control")]


def test_only_what_a_machine_watches_and_what_tells_how_to_ask_is_open() -> None:
    assert {"/livez", "/readyz", "/openapi.json"} == OPEN


@pytest.mark.parametrize("path", sorted(CONSOLE))
def test_the_console_is_open_for_it_is_where_a_key_is_entered(guarded: Installation, path: str) -> None:
    assert _send(guarded, "GET", path).status_code == 200
    assert _send(guarded, "POST", path).status_code == 405


def test_the_problem(guarded: Installation, language: str) -> None:
    response = _send(guarded, "GET", "/background/all-tasks", **speaking(language))
    body = assert_problem(response, 401, "unauthorized", language, guarded)
    assert "Authorization: Bearer" in body["detail"]
    assert response.headers["x-request-id"] == body["request_id"]


@pytest.mark.parametrize("key", [ALICE, ALICE_NEW, BOB, NAMELESS])
def test_each_key_opens(guarded: Installation, key: str) -> None:
    assert _send(guarded, "GET", "/background/all-tasks", **bearing(key)).status_code == 200


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (f"bearer {ALICE}", 200),
        (f"Bearer  {ALICE} ", 200),
        (f"Basic {ALICE}", 401),
        (ALICE, 401),
        ("Bearer", 401),
        ("Bearer ", 401),
        (f"Bearer {ALICE}x", 401),
        (f"Bearer {ALICE[:-1]}", 401),
        (f"Bearer {ALICE},{BOB}", 401),
        (f"Bearer alice:{ALICE}", 401),
        ("Bearer 열쇠".encode(), 401),
    ],
)
def test_how_a_key_may_come(guarded: Installation, authorization: str | bytes, status: int) -> None:
    assert _send(guarded, "GET", "/health", Authorization=authorization).status_code == status


@pytest.mark.parametrize("path", ["/livez/", "//livez", "/livez/../health", "/LIVEZ", "/livez%2f..%2fhealth"])
def test_no_way_around(guarded: Installation, path: str) -> None:
    assert _raw(guarded, f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize("place", [f"api_key={ALICE}", f"access_token={ALICE}", f"key={ALICE}"])
def test_no_key_in_an_address(guarded: Installation, place: str) -> None:
    assert _send(guarded, "GET", f"/background/all-tasks?{place}").status_code == 401


def test_a_connection_that_would_be_a_web_socket_is_a_request_like_any_other(guarded: Installation) -> None:
    upgrade = "GET /health HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    handshake = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    assert _raw(guarded, upgrade + handshake).startswith(b"HTTP/1.1 401 ")


def test_the_answer_comes_before_the_body(guarded: Installation) -> None:
    before = guarded.uploads()
    with begun(guarded, 50 * 1024 * 1024) as connection:  # of which not one byte is sent
        status, body = answer(connection)
    assert (status, body["code"]) == (401, "unauthorized")
    assert guarded.uploads() == before


def test_health_needs_a_key_and_counts_for_the_whole_service(guarded: Installation) -> None:
    health = _send(guarded, "GET", "/health", **bearing(ALICE)).json()
    assert set(health["tasks"]) == {"pending", "processing", "completed", "failed", "cancelled"}


LOCAL = ["127.0.0.1", "localhost", "LOCALHOST", "[::1]", "127.0.0.1:8000", "localhost:1", "documents.example.com"]
FOREIGN = ["evil.example", "evil.example:8000", "0.0.0.0:8000", "localhost.evil.example", "[", "127.0.0.1.evil.example"]


@pytest.mark.parametrize(("host", "status"), [*((host, 200) for host in LOCAL), *((host, 403) for host in FOREIGN)])
def test_without_keys_a_request_must_be_meant_for_this_machine(keyless: Installation, host: str, status: int) -> None:
    """Or any web page could reach the service by a name that it makes lead here (DNS rebinding)."""
    assert _raw(keyless, f"GET /health HTTP/1.1\r\nHost: {host}\r\n\r\n").startswith(f"HTTP/1.1 {status} ".encode())


ORIGINS = {
    "http://localhost:8000": 200,
    "http://127.0.0.1": 200,
    "https://documents.example.com": 200,
    "https://evil.example": 403,
    "http://localhost.evil.example": 403,
    "http://[": 403,
    "null": 403,
}


@pytest.mark.parametrize("origin", ORIGINS)
def test_without_keys_a_page_elsewhere_cannot_have_a_browser_clean_up(keyless: Installation, origin: str) -> None:
    assert _send(keyless, "POST", "/background/cleanup", Origin=origin).status_code == ORIGINS[origin]


def test_the_problem_of_a_foreign_page(keyless: Installation, language: str) -> None:
    response = _send(keyless, "GET", "/background/all-tasks", Origin="https://evil.example", **speaking(language))
    body = assert_problem(response, 403, "foreign_page", language, keyless)
    assert "https://evil.example" in body["detail"] and "PUBLIC_URL" in body["detail"]


def test_with_keys_any_name_and_any_page_will_do(guarded: Installation) -> None:
    """A page elsewhere has no key, and a browser adds none by itself."""
    headers = {"Host": "documents.example.net", "Origin": "https://portal.example.net", **bearing(ALICE)}
    assert _send(guarded, "GET", "/health", **headers).status_code == 200


def test_an_old_client_without_a_host(keyless: Installation) -> None:
    assert re.match(rb"HTTP/1\.\d 200 ", _raw(keyless, "GET /health HTTP/1.0\r\n\r\n"))


def _send(service: Installation, method: str, path: str, **headers: str | bytes) -> requests.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with requests.Session() as http:
        http.trust_env = False
        return http.request(method, service.url + path, headers=named, timeout=30)


def _raw(service: Installation, request: str) -> bytes:
    """The beginning of the answer to exactly these bytes."""
    with _connected(service) as connection:
        connection.sendall(request.encode())
        return connection.recv(65536)


@contextmanager
def _connected(service: Installation) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as connection:
        yield connection
