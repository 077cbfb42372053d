"""Cleaning up: by age, in each form the wish may come, with all that belonged to a task, and nothing at work."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from service.jobs.database import Database, jobs
from tests.contract import guide
from tests.contract.installing import installed
from tests.contract.pictures import png
from tests.contract.problem import assert_problem, speaking
from tests.installation import Installation
from tests.peers.process import Peer

HOUR = 3_600_000  # milliseconds
PROMPTS = {"completed": "OK", "failed": "REFUSE", "cancelled": "HANG"}


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory: pytest.TempPathFactory, openai_process: Peer) -> Iterator[Installation]:
    """A service of its own: cleaning up spares nobody else's tasks."""
    settings = {"MAX_WORKERS": 1, "CLEANUP_INTERVAL": 0}
    with installed(tmp_path_factory.mktemp("cleaned"), openai_process, **settings) as installation:
        yield installation


@pytest.fixture(autouse=True)
def empty(cleaned: Installation) -> None:
    """Each test begins without a task."""
    _clean(cleaned, params={"max_age_hours": 0})


FORMS: dict[str, dict[str, Any]] = {
    "query": {"params": {"max_age_hours": "2"}},
    "form": {"data": {"max_age_hours": "2"}},
    "multipart": {"files": {"max_age_hours": (None, "2")}},
    "json": {"json": {"max_age_hours": 2}},
    "json text": {"json": {"max_age_hours": "2"}},
    "fraction": {"json": {"max_age_hours": 2.0}},
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_the_wish(cleaned: Installation, form: str) -> None:
    young, old = _finished(cleaned, age=1), _finished(cleaned, age=3)
    body = _clean(cleaned, **FORMS[form]).json()
    assert (body["removed_count"], body["success"]) == (1, True)
    assert body["message"] == "2시간 이상 된 완료된 작업들이 정리되었습니다."
    assert _known(cleaned, young) and not _known(cleaned, old)


@pytest.mark.parametrize("options", [{}, {"json": {}}, {"data": {"other": "1"}}])
def test_the_default_is_24_hours(cleaned: Installation, options: dict[str, Any]) -> None:
    young, old = _finished(cleaned, age=23.9), _finished(cleaned, age=24.1)
    body = _clean(cleaned, **options).json()
    assert (body["removed_count"], body["message"]) == (1, guide.message("### 6. 작업 정리", ""))
    assert _known(cleaned, young) and not _known(cleaned, old)


@pytest.mark.parametrize("status", PROMPTS)
def test_everything_of_a_finished_task_goes(cleaned: Installation, status: str) -> None:
    task_id = _finished(cleaned, age=0, status=status)
    places = (cleaned.data / "uploads", cleaned.results, cleaned.results / "logs")
    assert (cleaned.data / "uploads" / task_id).exists()
    assert _clean(cleaned, params={"max_age_hours": 0}).json()["removed_count"] == 1
    assert [path for place in places for path in place.glob(f"*{task_id}*")] == []
    for path in ("task-status", "task-result"):
        assert_problem(cleaned.get(f"/background/{path}/{task_id}"), 404, "unknown_task")
    assert cleaned.get("/background/all-tasks").json()["total_count"] == 0


def test_what_is_pending_or_processing_stays(cleaned: Installation) -> None:
    running = cleaned.submitted(png(), prompt="HANG")
    cleaned.wait_until(running, "processing")
    waiting = cleaned.submitted(png())
    for task_id in (running, waiting):
        _age(cleaned, task_id, 1000)
    assert _clean(cleaned, params={"max_age_hours": 0}).json()["removed_count"] == 0
    assert [cleaned.status(task_id)["status"] for task_id in (running, waiting)] == ["processing", "pending"]
    cleaned.cancel(running)
    assert cleaned.ended(waiting)["status"] == "completed"


@pytest.mark.parametrize("value", ["-1", "-0.001", "abc", "nan", "inf", "1e400", "1,5", "９９９９９９９９"])
@pytest.mark.parametrize("form", ["params", "data", "json"])
def test_bad_values(cleaned: Installation, language: str, value: str, form: str) -> None:
    response = _clean(cleaned, **{form: {"max_age_hours": value}}, headers=speaking(language))
    problem = assert_problem(response, 422, "invalid_field", language, cleaned)
    assert problem["errors"][0]["pointer"] == "#/max_age_hours"


@pytest.mark.parametrize("value", ["true", "null", "[]", "{}", "NaN", "1" + "0" * 400, "-Infinity"])
def test_bad_json_values(cleaned: Installation, value: str) -> None:
    body = f'{{"max_age_hours": {value}}}'
    response = _clean(cleaned, data=body, headers={"Content-Type": "application/json"})
    assert_problem(response, 422, "invalid_field", service=cleaned)


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b"{", 400),
        ("application/json", b"[1]", 400),
        ("application/json", b"\xff\xfe\xfd", 400),
        ("application/json", b"[" * 60_000, 400),
        ("application/json", b" " * 100_000, 400),
        ("application/x-www-form-urlencoded", b"max_age_hours=1&a=" + b"b" * 100_000, 400),
        ("multipart/form-data", b"x", 400),
        ("multipart/form-data; boundary=b", b"x", 400),
        ("application/x-www-form-urlencoded", b"max_age_hours=" + b"9" * 200_000, None),
        ("application/x-www-form-urlencoded", b"a=1&" * 1000, 400),
        ("application/x-www-form-urlencoded", b"max_age_hours=%FF", 422),
    ],
)
def test_bad_bodies(cleaned: Installation, kind: str, body: bytes, status: int | None) -> None:
    response = _clean(cleaned, data=body, headers={"Content-Type": kind})
    assert status in (None, response.status_code), response.text
    assert_problem(response, response.status_code, response.json()["code"], service=cleaned)
    assert 400 <= response.status_code < 500


def test_it_runs_by_itself(tmp_path: Path, openai_peer: Peer) -> None:
    settings = {"MAX_WORKERS": 1, "CLEANUP_INTERVAL": 0.0005, "CLEANUP_MAX_AGE": 6}
    with installed(tmp_path, openai_peer, **settings) as service:
        old, young = _finished(service, age=7), _finished(service, age=1)
        service.wait_for(lambda: not _known(service, old))
        assert _known(service, young)


def _clean(service: Installation, **options: Any) -> requests.Response:
    return service.http.post(f"{service.url}/background/cleanup", timeout=30, **options)


def _finished(service: Installation, age: float, status: str = "completed") -> str:
    """A finished task that ended `age` hours ago."""
    workers = service.children("worker")
    task_id = service.submitted(png(), prompt=PROMPTS[status])
    if status == "cancelled":
        service.cancel(task_id)
    ended = service.ended(task_id)
    assert ended["status"] == status
    last = "stopped" if status == "cancelled" else status
    if ended.get("started_at"):  # its worker has a last line to write, unless it was killed with the task
        told = lambda: last in [one["event"] for one in service.events(task_id)]  # noqa: E731
        service.wait_for(lambda: told() or service.children("worker") != workers)
    if age:
        _age(service, task_id, age)
    return task_id


def _age(service: Installation, task_id: str, hours: float) -> None:
    database = Database(f"sqlite:///{service.data / 'jobs.db'}")
    earlier = {name: jobs.c[name] - int(hours * HOUR) for name in ("created_at", "started_at", "completed_at")}
    with database.write() as connection:
        connection.execute(jobs.update().where(jobs.c.id == task_id).values(earlier))
    database.close()


def _known(service: Installation, task_id: str) -> bool:
    return service.get(f"/background/task-status/{task_id}").status_code == 200
