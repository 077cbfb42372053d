"""Clients that are slow or silent: others are served meanwhile, and nobody is waited for without end."""

import socket
import time

import pytest

from service.protocol import HEAD_SECONDS
from tests.conftest import MakeInstallation
from tests.contract.multipart import TYPE, answer, begun
from tests.contract.multipart import file as file_part
from tests.lending import Lend
from tests.lifecycle.house.dawdlers import dawdling
from tests.pictures import picture

IDLE = 4


def test_others_are_served_while_two_hundred_upload_a_byte_a_second(make_installation: MakeInstallation) -> None:
    with make_installation(UPLOAD_IDLE_SECONDS=IDLE).running() as service, dawdling(service, 200) as dawdlers:
        service.wait_for(lambda: len(service.uploads()) == 200)
        tasks, slowest, end = [], 0.0, time.monotonic() + IDLE + 1
        while time.monotonic() < end:
            begun_at = time.monotonic()
            tasks.append(service.submitted(picture(), prompt="INSTANT"))
            slowest = max(slowest, time.monotonic() - begun_at)
        assert all(service.ended(task)["status"] == "completed" for task in tasks)
        print(f"{len(tasks)} submissions beside them, the slowest took {slowest * 1000:.0f} ms")
        assert len(tasks) > 5 and slowest < 3
        assert len(service.uploads()) == 200 + len(tasks), "whoever still sends is not cut off"

        dawdlers.stall()
        stalled_at = time.monotonic()
        assert dawdlers.answers() == [(408, "upload_stalled", True)] * 200
        assert IDLE - 1.5 < time.monotonic() - stalled_at < IDLE + 3
        assert service.uploads() == set(tasks), "nothing of them is left"


def test_an_upload_that_trickles_for_ever_is_cut_off(lend: Lend) -> None:
    with lend(UPLOAD_SECONDS=3) as service, dawdling(service, 2) as dawdlers:
        assert dawdlers.answers() == [(408, "upload_too_slow", True)] * 2
        assert not service.uploads()


def test_a_clean_up_that_is_begun_and_not_ended_is_cut_off(lend: Lend) -> None:
    with lend(UPLOAD_IDLE_SECONDS=0.3) as service:
        for kind in ("application/json", "application/x-www-form-urlencoded"):
            with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection:
                head = f"POST /background/cleanup HTTP/1.1\r\nHost: localhost:{service.port}\r\n"
                connection.sendall(f"{head}Content-Type: {kind}\r\nContent-Length: 30\r\n\r\n{{".encode())
                status, body = answer(connection)
            assert (status, body["code"]) == (408, "upload_stalled")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_stalled_upload_is_told_so(lend: Lend, language: str) -> None:
    with lend(UPLOAD_IDLE_SECONDS=0.3) as service:
        with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection:
            lines = [
                "POST /background/extract-tables HTTP/1.1",
                f"Host: 127.0.0.1:{service.port}",
                f"Accept-Language: {language}",
            ]
            head = "\r\n".join([*lines, f"Content-Type: {TYPE}", "Transfer-Encoding: chunked", "", ""])
            connection.sendall(head.encode() + b"4\r\n" + file_part(b"")[:4] + b"\r\n")
            status, body = answer(connection)
        assert (status, body["code"], body["retryable"]) == (408, "upload_stalled", True)
        assert "0.3" in str(body["detail"]) and ("upload" in str(body["detail"])) == (language == "en")
        with begun(service, 1000) as silent:
            assert answer(silent)[0] == 408
        assert not service.uploads()


def test_a_connection_without_a_whole_head_is_closed(lend: Lend) -> None:
    with lend(UPLOAD_SECONDS=3) as service:
        begun_at = time.monotonic()
        silent, half, kept, beside = (socket.create_connection(("127.0.0.1", service.port), 30) for _ in range(4))
        with silent, half, kept, beside:
            half.sendall(b"GET /livez HTTP/1.1\r\nHost:")
            kept.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert answer(kept) == (200, {"status": "ok"})
            kept.sendall(b"GET /livez HT")
            half.sendall(b" a\r\nX-More: ")  # more of it does not buy more time
            assert [one.recv(1) for one in (silent, half, kept)] == [b"", b"", b""]
            assert HEAD_SECONDS - 1 < time.monotonic() - begun_at < HEAD_SECONDS + 3
