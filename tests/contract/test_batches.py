"""Batches: several files, or a ZIP of them, submitted together."""

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.contract import zips
from tests.contract.installing import installed
from tests.contract.pictures import png, png_header
from tests.contract.problem import assert_problem, speaking
from tests.contract.test_documents import OFFICE
from tests.contract.zips import packed
from tests.installation import Answer, Installation
from tests.lending import Lend
from tests.peers.process import Peer

MB = 1024 * 1024
PNG = png()[1]
LOOSE = (random.Random(1).randbytes(MB // 64) + bytes(15 * MB // 64)) * 4
"""A megabyte that is packed to a sixteenth."""
THREE = [("a.png", PNG), ("표.png", PNG), ("c.png", png((9, 9))[1])]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, openai_process: Peer) -> Iterator[Installation]:
    """A service of small limits."""
    limits = {"MAX_UPLOAD_MB": 6, "MAX_BATCH_MB": 10, "MAX_BATCH_FILES": 4, "MAX_WORKERS": 1}
    with installed(tmp_path_factory.mktemp("small"), openai_process, **limits) as installation:
        yield installation


@pytest.fixture(autouse=True)
def nothing_stays(service: Installation) -> Iterator[None]:
    """After each test no upload is there that belongs to no task."""
    yield
    known = {task["task_id"] for task in service.get("/background/all-tasks").json()["tasks"]}
    assert service.uploads() <= known


@pytest.mark.parametrize("form", ["files", "zip", "both"])
def test_files_together_are_a_task_each(service: Installation, receiver: Peer, form: str) -> None:
    files = {"files": THREE, "zip": [("all.zip", packed(*THREE))], "both": [("x.zip", packed(*THREE[:2])), THREE[2]]}
    response = _submit(service, files[form], prompt="INSTANT", metadata='{"n": 1}', callback_url=f"{receiver.url}/ok")
    assert response.status_code == 202, response.text
    body = response.json()
    assert body["success"] and body["message"] and "task_id" not in body
    assert response.headers["Location"] == body["check_status_url"] and response.headers["Retry-After"] == "1"
    assert [task["filename"] for task in body["tasks"]] == ["a.png", "표.png", "c.png"]
    ended = _ended(service, body)
    assert ended["size"] == 3 and ended["progress"] == 100 and ended["completed_at"]
    assert ended["counts"] == _counts(completed=3)
    for task in ended["tasks"]:
        assert task["batch_id"] == body["batch_id"] and task["metadata"] == {"n": 1}
        assert task["callback_url"] is None and service.result(task["task_id"]).status_code == 200
    [told] = receiver.wait_seen(lambda seen: len(seen) == 1)
    callback = json.loads(told["body"])
    assert (callback["type"], callback["timestamp"]) == ("batch.completed", ended["completed_at"])
    assert callback["data"]["batch_id"] == body["batch_id"] and callback["data"]["counts"] == ended["counts"]
    assert callback["data"]["check_status_url"].endswith(body["check_status_url"])


def test_one_file_is_no_batch(service: Installation) -> None:
    response = _submit(service, [("a.png", PNG)], prompt="INSTANT")
    assert "batch_id" not in response.json()
    assert "batch_id" not in service.ended(response.json()["task_id"])


def test_documents_that_are_packed_are_documents(service: Installation) -> None:
    response = _submit(service, [("a.docx", OFFICE["docx"]), ("b.png", PNG)], "extract-tables")
    assert [task["filename"] for task in response.json()["tasks"]] == ["a.docx", "b.png"]


def test_some_fail_and_the_others_results_stay(service: Installation, receiver: Peer) -> None:
    files = [("a.png", PNG), ("b.png", PNG[:60]), ("c.png", PNG)]
    response = _submit(service, files, callback_url=f"{receiver.url}/ok", prompt="INSTANT", wait="30")
    assert response.status_code == 200 and response.headers["Preference-Applied"] == "wait=30"
    status = response.json()["batch_status"]
    assert status["all_final"] and status["counts"] == _counts(completed=2, failed=1)
    assert [task["status"] for task in status["tasks"]] == ["completed", "failed", "completed"]
    assert status["tasks"][1]["error"]["code"] == "unreadable_file"
    receiver.wait_seen(lambda seen: len(seen) == 1)


def test_cancelling_what_has_not_ended(lend: Lend, receiver: Peer) -> None:
    with lend(MAX_WORKERS=1) as service:
        done = _submit(service, [("a.png", PNG)] * 2, prompt="INSTANT").json()
        _ended(service, done)
        body = _submit(service, [("a.png", PNG)] * 3, prompt="HANG", callback_url=f"{receiver.url}/ok").json()
        service.wait_until(body["tasks"][0]["task_id"], "processing")
        assert _status(service, body)["counts"] == _counts(processing=1, pending=2)
        for count in (3, 0):
            cancelled = service.http.delete(service.url + body["cancel_url"], timeout=30)
            assert cancelled.status_code == 200 and cancelled.json()["cancelled_count"] == count
        assert _status(service, body)["counts"] == _counts(cancelled=3)
        [told] = receiver.wait_seen(lambda seen: len(seen) == 1)
        assert json.loads(told["body"])["data"]["counts"]["cancelled"] == 3
        assert _status(service, done)["counts"] == _counts(completed=2), "another batch is left alone"
        assert service.ended(service.submitted(png(), prompt="INSTANT"))["status"] == "completed"


def test_it_survives_everything_and_ends_once(lend: Lend, receiver: Peer) -> None:
    with lend(MAX_WORKERS=1) as service:
        body = _submit(service, THREE * 3, prompt="SLOW 0.3", callback_url=f"{receiver.url}/ok").json()
        service.wait_for(lambda: _status(service, body)["counts"]["completed"] >= 2, 20)
        service.kill_everything()
        service.start()
        assert _ended(service, body)["counts"] == _counts(completed=9)
        receiver.wait_seen(lambda seen: len(seen) == 1)


def test_lists_and_events_of_a_batch(service: Installation) -> None:
    body = _submit(service, THREE, prompt="INSTANT").json()
    _ended(service, body)
    tasks = {task["task_id"] for task in body["tasks"]}
    listed = service.get(f"/background/all-tasks?batch_id={body['batch_id']}").json()
    assert listed["total_count"] == 3 and {task["task_id"] for task in listed["tasks"]} == tasks
    events = service.get(body["events_url"] + "&event=completed").text
    assert events.count("event: completed") == 3 and all(task in events for task in tasks)
    assert service.get("/background/all-tasks?batch_id=none").json()["total_count"] == 0
    for path in ("batch-status/none", "events?batch_id=none"):
        assert_problem(service.get(f"/background/{path}"), 404, "unknown_batch", service=service)


def test_one_key_is_one_batch(service: Installation) -> None:
    answers = [_submit(service, THREE, headers={"Idempotency-Key": "batch"}, prompt="INSTANT") for _ in range(2)]
    assert answers[0].json() == answers[1].json() and answers[1].headers["Idempotency-Replayed"] == "true"
    fewer = _submit(service, THREE[:2], headers={"Idempotency-Key": "batch"}, prompt="INSTANT")
    assert_problem(fewer, 422, "idempotency_key_reused")


def test_what_was_read_before_is_not_read_again(service: Installation) -> None:
    wishes = {"prompt": "OK batch reuse", "reuse": "true"}
    _ended(service, _submit(service, [THREE[0], THREE[2]], **wishes).json())
    again = _submit(service, THREE, **wishes)
    assert again.status_code == 200 and all(task["status"] == "completed" for task in again.json()["tasks"])
    assert _status(service, again.json())["completed_at"]


def test_it_goes_with_its_last_task(lend: Lend) -> None:
    with lend(MAX_WORKERS=1) as service:
        body = _submit(service, THREE, headers={"Idempotency-Key": "gone"}, prompt="INSTANT").json()
        _ended(service, body)
        assert service.http.post(f"{service.url}/background/cleanup?max_age_hours=0", timeout=30).ok
        assert_problem(service.get(body["check_status_url"]), 404, "unknown_batch")
        assert _submit(service, THREE, headers={"Idempotency-Key": "gone"}).json()["batch_id"] != body["batch_id"]


def test_all_or_none_and_each_faulty_file_is_named(service: Installation, language: str) -> None:
    before = service.get("/background/all-tasks?page_size=1").json()["total_count"]
    inner = packed(("x.png", PNG))
    files = [("good.png", PNG), ("{0}.txt", b"text"), ("empty.png", b""), ("huge.png", png_header(60_000, 60_000))]
    response = _submit(
        service, [*files, ("in.zip", packed(("nested.zip", inner), ("ok.png", PNG)))], headers=speaking(language)
    )
    problem = assert_problem(response, 422, "invalid_batch", language, service)
    assert [fault["detail"].split("'")[1] for fault in problem["errors"]] == [
        "{0}.txt", "empty.png", "huge.png", "nested.zip"
    ]  # fmt: skip
    assert "ZIP" in problem["errors"][3]["detail"]
    assert service.get("/background/all-tasks?page_size=1").json()["total_count"] == before


def test_a_faulty_field_and_a_faulty_file_are_both_told(service: Installation) -> None:
    problem = assert_problem(_submit(service, THREE, detail="huge"), 422, "invalid_field")
    assert problem["field"] == "detail"


@pytest.mark.parametrize(
    ("archive", "status", "code"),
    [
        (zips.locked(("a.png", PNG)), 422, "invalid_batch"),
        (packed(("a.png", PNG), method=14), 422, "invalid_batch"),
        (packed(("a.png", PNG), method=12), 422, "invalid_batch"),
        (packed(("folder/", b"")), 422, "invalid_batch"),
        (packed(("..", PNG)), 422, "invalid_field"),
        (packed(("a\x1b[31m.png", PNG)), 422, "invalid_field"),
        (zips.damaged(("a.png", PNG)), 415, "unsupported_content"),
        (zips.understated("a.png", PNG), 415, "unsupported_content"),
        (packed(("a.png", PNG))[:-30], 415, "unsupported_content"),
        (zips.wordy(3000), 415, "unsupported_content"),
        (zips.wordy(101, 20), 422, "too_many_files"),
        (packed(("bomb.png", bytes(40 * MB))), 422, "invalid_batch"),
        (packed(("[Content_Types].xml", b"x"), ("ppt/presentation.xml", b"x")), 415, "unsupported_content"),
    ],
)
def test_archives_that_are_refused(
    service: Installation, language: str, archive: bytes, status: int, code: str
) -> None:
    response = _submit(service, [("a.zip", archive)], headers=speaking(language))
    assert_problem(response, status, code, language, service)


def test_names_never_become_paths(service: Installation) -> None:
    names = [
        "../../up.png",
        "/etc/root.png",
        "a\\b\\win.png",
        "__MACOSX/._a.png",
        "folder/.DS_Store",
        "folder/deep/in.png",
    ]
    body = _submit(service, [("a.zip", packed(*((name, PNG) for name in names)))], prompt="INSTANT").json()
    assert [task["filename"] for task in body["tasks"]] == ["up.png", "root.png", "win.png", "in.png"]
    assert not list(service.folder.rglob("*.png"))


def test_a_name_from_old_korean_windows(service: Installation) -> None:
    body = _submit(service, [("a.zip", zips.in_cp949("견적서 표.png", PNG))], prompt="INSTANT").json()
    assert [task["filename"] for task in body["tasks"]] == ["견적서 표.png"]


@pytest.mark.parametrize(
    ("files", "status", "code"),
    [
        ([("a.png", PNG)] * 5, 422, "too_many_files"),
        ([("a.zip", packed(*THREE)), ("b.png", PNG), ("c.png", PNG)], 422, "too_many_files"),
        ([("a.png", PNG.ljust(5 * MB))] * 3, 413, "batch_too_large"),
        ([("a.png", PNG), ("b.png", PNG.ljust(7 * MB))], 413, "file_too_large"),
        ([("a.zip", packed(("a.png", LOOSE * 7), ("b.png", PNG)))], 413, "file_too_large"),
        ([("a.zip", packed(*((f"{number}.png", LOOSE * 5) for number in range(3))))], 413, "batch_too_large"),
        ([("a.png", LOOSE * 5), ("a.zip", packed(("b.png", LOOSE * 3), ("c.png", LOOSE * 3)))], 413, "batch_too_large"),
    ],
)
def test_limits(small: Installation, language: str, files: list[tuple[str, bytes]], status: int, code: str) -> None:
    assert_problem(_submit(small, files, headers=speaking(language)), status, code, language, small)
    assert small.uploads() == set()


def test_a_queue_without_room_for_all_takes_none(lend: Lend) -> None:
    with lend(MAX_WORKERS=1, MAX_QUEUED=2) as service:
        before = service.uploads()
        blocking = service.submitted(png(), prompt="HANG")
        service.wait_until(blocking, "processing")
        assert_problem(_submit(service, THREE), 503, "queue_full")
        assert service.uploads() - before == {blocking}
        assert _submit(service, THREE[:2]).status_code == 202
        service.cancel(blocking)


def _submit(
    service: Installation,
    files: list[tuple[str, bytes]],
    path: str = "analyze-image",
    headers: dict[str, str] | None = None,
    wait: str = "",
    **fields: str,
) -> requests.Response:
    url = f"{service.url}/background/{path}{f'?wait={wait}' if wait else ''}"
    parts = [("file", file) for file in files]
    return service.http.post(url, files=parts, data=fields, headers=headers or {}, timeout=60)


def _status(service: Installation, batch: Answer, query: str = "") -> Answer:
    response = service.get(batch["check_status_url"] + query)
    assert response.status_code == 200, response.text
    status: Answer = response.json()["batch_status"]
    return status


def _ended(service: Installation, batch: Answer) -> Answer:
    status = _status(service, batch, "?wait=25")
    assert status["all_final"], status
    return status


def _counts(**counts: int) -> dict[str, Any]:
    return dict.fromkeys(("pending", "processing", "completed", "failed", "cancelled"), 0) | counts
