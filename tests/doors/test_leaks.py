"""Leaks, hunted: every fault that can be provoked, with marked secrets, and every place searched for the marks."""

import base64
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.contract.installing import installed
from tests.contract.multipart import END, field, file, post
from tests.contract.pictures import png, png_header
from tests.doors.keys import bearing
from tests.installation import ROOT, Installation
from tests.peers.process import Peer, Seen

ALICE, BOB = "MARKED-key-of-alice-0123", "MARKED-key-of-bob-012345"
MODEL_KEY = "sk-proj-MARKED-key-of-the-model"
CALLBACK_SECRET = "whsec_" + base64.b64encode(b"MARKED secret of the callbacks").decode()
SECRETS = (ALICE, BOB, MODEL_KEY, CALLBACK_SECRET, CALLBACK_SECRET.removeprefix("whsec_"))
PROMPT, TOKEN, NAME = "MARKED-prompt", "MARKED-token", "MARKED-name.png"

FINAL_FAULTS = ["QUOTE_KEY", "STATUS 400", "STATUS 403", "STATUS 404", "REFUSE", "LENGTH"]
PASSING_FAULT = "CUT"
"""One is enough: each is tried again for a while, and several together are waited out."""

BAD_FILES = {
    "truncated.png": png()[1][:40],
    "empty.png": png_header(10, 10),
    "broken.jpg": b"\xff\xd8\xff\xe0" + b"\0" * 500,
    "broken.webp": b"RIFF\x24\0\0\0WEBPVP8 " + b"\xff" * 40,
    "broken.tiff": b"II*\0\x08\0\0\0" + b"\xff" * 60,
    "broken.gif": b"GIF89a" + b"\xff" * 60,
    "broken.heic": b"\0\0\0\x18ftypheic" + b"\0" * 60,
}
BAD_DOCUMENTS = {
    "broken.pdf": b"%PDF-1.7\n" + b"\xff" * 200,
    "broken.xls": b"\xd0\xcf\x11\xe0" + b"\0" * 2000,
    "broken.zip": b"PK\x03\x04" + b"\0" * 100 + b"word/document.xml",
}


class Hunt:
    """An installation in trouble, and all that its clients were told."""

    def __init__(self, service: Installation, receiver: Peer) -> None:
        self.service = service
        self.receiver = receiver
        self.told: list[tuple[str, str]] = []
        """Whose key it was, and the whole answer with its headers."""
        service.http.hooks["response"].append(self._note)

    def submit(
        self, key: str, kind: str = "analyze-image", content: tuple[str, bytes] | None = None, **data: str
    ) -> Any:
        url = f"{self.service.url}/background/{kind}"
        files = {"file": content or (NAME, png()[1])}
        return self.service.http.post(url, files=files, data=data, headers=bearing(key), timeout=30)

    def ask(self, key: str, method: str, path: str, **options: Any) -> requests.Response:
        headers = bearing(key) | options.pop("headers", {})
        return self.service.http.request(method, self.service.url + path, headers=headers, timeout=30, **options)

    def callbacks(self) -> list[Seen]:
        return self.receiver.seen()

    def _note(self, response: requests.Response, **_: object) -> None:
        key = response.request.headers.get("Authorization", "")
        self.told.append((key, f"{dict(response.headers)}\n{response.text}"))


@pytest.fixture(scope="module")
def hunt(tmp_path_factory: pytest.TempPathFactory, openai_process: Peer, receiver_process: Peer) -> Iterator[Hunt]:
    """After everything went wrong that can be made to, at the most talkative level."""
    openai_process.reset()
    receiver_process.reset()
    settings = {
        "API_KEYS": f"alice:{ALICE},bob:{BOB}",
        "OPENAI_API_KEY": MODEL_KEY,
        "CALLBACK_SECRETS": CALLBACK_SECRET,
        "LOG_LEVEL": "debug",
    }
    with installed(tmp_path_factory.mktemp("hunt"), openai_process, **settings) as service:
        hunt = Hunt(service, receiver_process)
        tasks = [*_trouble_the_model(hunt), *_trouble_the_readers(hunt), *_trouble_the_disk(hunt)]
        _trouble_the_courier(hunt)
        _trouble_the_door(hunt)
        _trouble_the_routes(hunt)
        _trouble_the_database(hunt)
        for task_id in tasks:
            service.wait_for(lambda task_id=task_id: _final(hunt, task_id), 40)  # type: ignore[misc]
        _look_at_everything(hunt, tasks)
        yield hunt


def test_the_trouble_was_real(hunt: Hunt) -> None:
    output, told = hunt.service.output(), "\n".join(text for _, text in hunt.told)
    for code in (
        "model_rejected",
        "model_unavailable",
        "unreadable_file",
        "unauthorized",
        "database_busy",
        '"internal"',
    ):
        assert code in told
    for event in ("unexpected_error", "request_failed", "database_error", "delivery_failed", "delivery_forbidden"):
        assert f'"event": "{event}"' in output
    assert "Incorrect API key provided: (key)" in output, "where a secret would have been"


def test_no_client_is_told_a_secret_or_a_place(hunt: Hunt) -> None:
    places = (str(hunt.service.folder), str(ROOT), "Traceback", 'File "', "site-packages", "sqlite3", "[SQL")
    assert len(hunt.told) > 60
    for _, text in hunt.told:
        assert not [mark for mark in (*SECRETS, *places) if mark in text], text


def test_no_client_is_told_anothers_words(hunt: Hunt) -> None:
    for key, text in hunt.told:
        if ALICE not in key:
            assert not [mark for mark in (PROMPT, TOKEN, NAME) if mark in text], text


def test_no_callback_tells_a_secret_or_a_place(hunt: Hunt) -> None:
    seen = hunt.callbacks()
    assert seen
    for delivery in seen:
        text = json.dumps(delivery)
        assert not [mark for mark in (*SECRETS, str(hunt.service.folder), str(ROOT), "Traceback") if mark in text], text


def test_no_log_holds_a_secret_a_prompt_or_the_query_of_a_callback(hunt: Hunt) -> None:
    logs = [hunt.service.output(), *(path.read_text() for path in (hunt.service.results / "logs").iterdir())]
    assert len(logs) > 10
    for text in logs:
        for mark in (*SECRETS, PROMPT, TOKEN):
            assert mark not in text, next(line for line in text.splitlines() if mark in line)


def test_no_file_holds_a_secret(hunt: Hunt) -> None:
    files = [path for path in hunt.service.folder.rglob("*") if path.is_file()]
    assert {"jobs.db", "queue.db", "output.log"} <= {path.name for path in files}
    for path in files:
        content = path.read_bytes()
        assert not [mark for mark in SECRETS if mark.encode() in content], path


FAULTY = {
    "a key that is too short": {"API_KEYS": "alice:MARKED"},
    "a key with strange letters": {"API_KEYS": "alice:MARKED-0123456789 €"},
    "no keys": {"HOST": "0.0.0.0", "OPENAI_API_KEY": "sk-MARKED"},
    "a callback secret": {"CALLBACK_SECRETS": "MARKED,whsec_MARKED"},
    "a model's key": {"OPENAI_API_KEY": "sk-MARKED\x01"},
    "a database that is none": {"DATABASE_URL": "nonsense://user:MARKED@127.0.0.1/x"},
    "an address that is none": {"DATABASE_URL": "MARKED"},
    "a database that is not there": {"DATABASE_URL": "sqlite:////nonexistent/x.db?key=MARKED"},
    "a port that is taken": {"PORT": "1", "API_KEYS": "alice:MARKED-0123456789", "HOST": "192.0.2.1"},
}


@pytest.mark.parametrize("fault", FAULTY)
def test_no_start_that_fails_tells_a_secret(tmp_path: Path, fault: str) -> None:
    service = Installation(tmp_path, **FAULTY[fault])
    if "DATABASE_URL" not in FAULTY[fault] and fault.startswith("a port"):
        service.migrate()
    done = subprocess.run(
        [sys.executable, "-m", "service.main"],
        cwd=tmp_path,
        env=service.environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode != 0
    assert "MARKED" not in done.stdout + done.stderr, done.stdout + done.stderr


def _trouble_the_model(hunt: Hunt) -> list[str]:
    url = f"{hunt.receiver.url}/ok?token={TOKEN}"
    faults = [(fault, kind) for fault in FINAL_FAULTS for kind in ("analyze-image", "extract-tables")]
    answers = [
        hunt.submit(ALICE, kind, prompt=f"{fault} {PROMPT}", model=fault.replace(" ", "-"), callback_url=url)
        for fault, kind in [(PASSING_FAULT, "analyze-image"), *faults]
    ]
    return [answer.json()["task_id"] for answer in answers]


def _trouble_the_readers(hunt: Hunt) -> list[str]:
    answers = [hunt.submit(ALICE, content=bad, prompt=PROMPT) for bad in BAD_FILES.items()]
    answers += [hunt.submit(ALICE, "extract-tables", content=bad) for bad in BAD_DOCUMENTS.items()]
    return [answer.json()["task_id"] for answer in answers if answer.status_code == 202]


def _trouble_the_disk(hunt: Hunt) -> list[str]:
    """An upload that vanishes, and a result whose place is taken."""
    tasks = [hunt.submit(ALICE, prompt=f"SLOW 1 {PROMPT}").json()["task_id"] for _ in range(2)]
    (hunt.service.results / "drafts" / f"{tasks[0]}.1").mkdir()
    (hunt.service.data / "uploads" / tasks[1]).rename(hunt.service.data / "uploads" / f"{tasks[1]}.gone")
    return tasks


def _trouble_the_courier(hunt: Hunt) -> None:
    """Each way a delivery can fail; and one to an address that a submission would refuse, owed directly."""
    token = f"token={TOKEN}"
    targets = [
        f"{hunt.receiver.url}/status/500?{token}",
        f"{hunt.receiver.url}/status/410?{token}",
        f"{hunt.receiver.url}/redirect?to={hunt.receiver.url}/ok&{token}",
        f"{hunt.receiver.url}/reset?{token}",
        f"http://127.0.0.1:1/{TOKEN}?{token}",
        f"https://127.0.0.1:{hunt.service.port}/?{token}",
        f"http://name.invalid/{TOKEN}?{token}",
    ]
    for url in targets:
        assert hunt.submit(ALICE, prompt=f"OK {PROMPT}", callback_url=url).status_code == 202
    for url in (
        f"http://10.0.0.1/?{token}",
        f"http://user:{TOKEN}@example.com/",
        f"ftp://x/?{token}",
        f"http://[{token}",
    ):
        assert hunt.submit(ALICE, prompt="OK", callback_url=url).status_code == 422
    row = ("msg_x", "x", f"http://10.0.0.1/{TOKEN}?{token}", "{}", "pending", 0, 0, 0)
    with closing(sqlite3.connect(hunt.service.data / "jobs.db", timeout=30)) as database, database:
        columns = "id, job_id, url, body, state, attempt, due_at, created_at"
        database.execute(f"INSERT INTO deliveries ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)


def _trouble_the_door(hunt: Hunt) -> None:
    for key in (ALICE[:-1], ALICE + "x", MODEL_KEY[:-1], "x" * 60_000, f"alice:{ALICE}"[:-1]):
        assert hunt.ask(key, "GET", "/background/all-tasks").status_code in (400, 401)
    assert hunt.service.http.get(hunt.service.url + "/nothing", timeout=30).status_code == 401


def _trouble_the_routes(hunt: Hunt) -> None:
    service = hunt.service
    for path in (
        "/nothing",
        "/background/task-status/x",
        "/background/task-result/%00",
        "/background/all-tasks?status=x",
    ):
        hunt.ask(ALICE, "GET", path)
        hunt.ask(ALICE, "DELETE", path)
    for host in ("[", "evil.example", "\x01"):
        hunt.ask(ALICE, "GET", "/nothing", headers={"Host": host})
    for body in ("{", "[" * 100_000, '{"max_age_hours": "x"}', "\ud800".encode("utf-8", "surrogatepass")):
        hunt.ask(ALICE, "POST", "/background/cleanup", data=body)
    for body in (b"", b"--border\r\n", file(b""), file(png()[1]) + field("detail", "x" * 70_000) + END):
        post(service, body, Authorization=f"Bearer {ALICE}")
    for data in ({"metadata": "{"}, {"priority": PROMPT}, {"detail": "x"}, {"model": "\x01"}, {"prompt": "x" * 9000}):
        hunt.submit(ALICE, **data)
    uploads = service.data / "uploads"
    uploads.rename(uploads.with_name("elsewhere"))
    assert hunt.submit(ALICE, prompt=PROMPT).status_code == 500
    uploads.with_name("elsewhere").rename(uploads)


def _trouble_the_database(hunt: Hunt) -> None:
    """Have it refuse what is marked, and hold it for longer than anybody waits."""
    url = f"{hunt.receiver.url}/ok?token={TOKEN}"
    with closing(sqlite3.connect(hunt.service.data / "jobs.db", timeout=30, isolation_level=None)) as database:
        database.execute("CREATE TRIGGER refusing BEFORE INSERT ON jobs BEGIN SELECT RAISE(ABORT, 'refused'); END")
        surprised = hunt.submit(ALICE, prompt=PROMPT, callback_url=url)
        assert (surprised.status_code, surprised.headers["connection"]) == (500, "close")
        database.execute("DROP TRIGGER refusing")
        database.execute("BEGIN EXCLUSIVE")
        assert hunt.submit(ALICE, prompt=PROMPT, callback_url=url).status_code == 503
        database.execute("ROLLBACK")


def _look_at_everything(hunt: Hunt, tasks: list[str]) -> None:
    """What each client can read afterwards, in both languages; waits until the courier has had its troubles too."""
    hunt.service.wait_for(lambda: hunt.service.output().count('"delivery_failed"') >= 6, 20)
    hunt.service.wait_for(lambda: '"delivery_forbidden"' in hunt.service.output(), 20)
    for key in (ALICE, BOB):
        for language in ("ko", "en"):
            for task_id in tasks:
                for path in ("task-status/{}", "task-result/{}", "task-status/{}/events"):
                    headers = {"Accept-Language": language}
                    hunt.ask(key, "GET", f"/background/{path.format(task_id)}", headers=headers)
                hunt.ask(key, "DELETE", f"/background/cancel-task/{task_id}", headers=headers)
        for path in ("/background/all-tasks", "/health", "/readyz", "/livez"):
            hunt.ask(key, "GET", path)


def _final(hunt: Hunt, task_id: str) -> bool:
    status = hunt.ask(ALICE, "GET", f"/background/task-status/{task_id}").json()["task_status"]["status"]
    return status in ("completed", "failed", "cancelled")
