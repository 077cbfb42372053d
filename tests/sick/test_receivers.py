"""Receivers of callbacks that misbehave: none holds up another, none is fed what it must not get, none is forgotten."""

import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.jobs.bell import Bell
from service.jobs.database import Database, deliveries
from tests.installation import Answer, Installation
from tests.peers.process import Peer, Seen

REBINDING = Path(__file__).parent / "rebinding"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, openai_process: Peer) -> Iterator[Installation]:
    """An installation whose courier asks a name server that gives another answer each time."""
    installation = Installation(
        tmp_path_factory.mktemp("receivers"),
        OPENAI_API_KEY="sk-test",
        OPENAI_BASE_URL=f"{openai_process.url}/v1",
        CALLBACK_ALLOWED_HOSTS="127.0.0.1,pinned.test",
    )
    with installation.load_first(REBINDING).running():
        yield installation
    installation.http.close()


def test_a_receiver_that_hangs_holds_up_nobody_else(service: Installation, receiver: Peer) -> None:
    with Peer.start("receiver") as hanging:
        for number in range(40):
            _owe(service, f"{hanging.url}/hang?{number}")
        hanging.wait_seen(lambda seen: len(seen) == 4)
        task = _owe(service, f"{receiver.url}/ok")
        receiver.wait_seen(lambda seen: _delivered(seen, f"msg_{task}"), timeout=10)
        assert len(hanging.seen()) == 4, "four at once for one receiver"


@pytest.mark.parametrize("path", ["drip", "flood"])
def test_the_body_of_an_answer_is_not_read(service: Installation, receiver: Peer, path: str) -> None:
    courier = service.process("courier")
    before = courier.memory_info().rss
    task = _owe(service, f"{receiver.url}/{path}")
    _event(service, task, "delivered")
    receiver.wait_seen(lambda seen: seen[0]["outcome"] == "client_closed")
    assert courier.memory_info().rss - before < 16 * 1024**2


def test_a_date_to_come_back_at_is_kept(service: Installation, receiver: Peer) -> None:
    task = _owe(service, f"{receiver.url}/status/429?retry_after=Fri,%2031%20Dec%202100%2023:59:59%20GMT")
    assert _event(service, task, "delivery_failed")["retry_in_seconds"] == 86_400


def test_no_tls_where_it_should_be(service: Installation, receiver: Peer) -> None:
    task = _owe(service, f"{receiver.url.replace('http:', 'https:')}/ok")
    assert _event(service, task, "delivery_failed")["outcome"] == "ConnectError"


def test_a_certificate_that_nobody_vouches_for(service: Installation, tmp_path: Path) -> None:
    with _untrusted(tmp_path) as port:
        task = _owe(service, f"https://127.0.0.1:{port}/ok")
        assert _event(service, task, "delivery_failed")["outcome"] == "ConnectError"


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "0x7f000001",
        "017700000001",
        "127.1",
        "0x7f.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "localhost",
        "LOCALHOST",
        "0.0.0.0",
        "[::]",
    ],
)
def test_this_host_in_any_spelling_is_never_contacted(service: Installation, receiver: Peer, host: str) -> None:
    task = _owe(service, f"http://{host}:{receiver.url.rpartition(':')[2]}/ok")
    assert _event(service, task, "delivery_forbidden")
    assert receiver.seen() == []


def test_a_name_is_asked_for_once_and_the_connection_goes_to_that_very_address(
    service: Installation, receiver: Peer
) -> None:
    """The first answer for `pinned.test` is this host, every later one is an address where nobody is."""
    task = _owe(service, f"http://pinned.test:{receiver.url.rpartition(':')[2]}/ok")
    [seen] = receiver.wait_seen(lambda seen: _delivered(seen, f"msg_{task}"))
    assert seen["headers"]["host"].startswith("pinned.test:")


def test_a_name_that_leads_to_a_private_address_later_is_forbidden_then(service: Installation, receiver: Peer) -> None:
    """The first look-up of `moving.test` fails, every later one gives this host."""
    task = _owe(service, f"http://moving.test:{receiver.url.rpartition(':')[2]}/ok")
    assert _event(service, task, "delivery_failed")["outcome"] == "gaierror"
    assert _event(service, task, "delivery_forbidden")
    assert receiver.seen() == []


def test_a_delivery_survives_its_courier(tmp_path: Path, receiver: Peer) -> None:
    service = Installation(tmp_path, CALLBACK_ALLOWED_HOSTS="127.0.0.1")
    service.migrate()
    with _courier(service) as courier:
        task = _owe(service, f"{receiver.url}/slow/4")
        receiver.wait_seen(lambda seen: len(seen) == 1)
        courier.kill()
    with _courier(service):
        first, second = receiver.wait_seen(lambda seen: len(seen) == 2 and seen[1]["outcome"] == "answered")
        service.wait_for(lambda: '"delivered"' in service.output())
    assert first["headers"]["webhook-id"] == f"msg_{task}"
    assert first["outcome"] == "client_closed"
    assert first["headers"]["webhook-id"] == second["headers"]["webhook-id"] and first["body"] == second["body"]


@contextmanager
def _courier(service: Installation) -> Iterator[subprocess.Popen[bytes]]:
    """A courier on its own, killed at the end."""
    command = [sys.executable, "-m", "workers.courier"]
    with (service.folder / "output.log").open("ab") as output:
        process = subprocess.Popen(command, cwd=service.folder, env=service.environment, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


def _owe(service: Installation, url: str) -> str:
    """Owe a callback to any address, also one that a submission would refuse; returns the task it is logged under."""
    database = Database(f"sqlite:///{service.data / 'jobs.db'}")
    with database.write() as connection:
        row = {"url": url, "body": "{}", "state": "pending", "attempt": 0, "due_at": 0, "created_at": 0}
        task = os.urandom(8).hex()
        connection.execute(deliveries.insert(), [row | {"id": f"msg_{task}", "job_id": task}])
    database.close()
    with Bell(service.data / "courier.bell") as bell:
        bell.ring()
    return task


def _event(service: Installation, task: str, name: str) -> Answer:
    log = service.results / "logs" / f"{task}.jsonl"
    found = service.wait_for(
        lambda: log.exists() and [event for event in service.events(task) if event["event"] == name], 30
    )
    return found[0]


def _delivered(seen: list[Seen], webhook: str) -> bool:
    return any(one["headers"]["webhook-id"] == webhook and one["outcome"] == "answered" for one in seen)


@contextmanager
def _untrusted(folder: Path) -> Iterator[int]:
    """A TLS server with a certificate of its own making; yields its port."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl to make a certificate with")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *names]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True, timeout=30)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        thread = threading.Thread(target=_shake_hands, args=(listener, context))
        thread.start()
        yield listener.getsockname()[1]
        thread.join(15)


def _shake_hands(listener: socket.socket, context: ssl.SSLContext) -> None:
    connection, _ = listener.accept()
    with connection:
        try:
            context.wrap_socket(connection, server_side=True).close()
        except OSError:
            pass  # the client hung up: that is what is tested
