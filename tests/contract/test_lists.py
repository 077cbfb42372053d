"""The list of all tasks: filters, pages, and the whole of it however long."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from service.jobs.database import Database, jobs
from service.jobs.job import Submission, TaskType
from tests.contract.installing import installed
from tests.contract.problem import assert_problem, speaking
from tests.installation import Answer, Installation
from tests.peers.process import Peer

COUNT = 1500
BEGINNING = 1_767_225_600_000  # 2026-01-01T00:00:00Z; task number n was created n seconds after it
STATES = ("completed", "failed", "cancelled")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory, openai_process: Peer) -> Iterator[Installation]:
    """A service with many finished tasks, put into its database directly."""
    with installed(tmp_path_factory.mktemp("many"), openai_process, MAX_WORKERS=1, CLEANUP_INTERVAL=0) as installation:
        _store_tasks(installation.data / "jobs.db")
        yield installation


def test_without_paging_every_task_comes_newest_first(many: Installation) -> None:
    body = _list(many, "")
    assert body["total_count"] == len(body["tasks"]) == COUNT
    assert [task["filename"] for task in body["tasks"]] == [f"{number}.png" for number in range(COUNT, 0, -1)]
    assert body["next_page_token"] == ""


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=failed", [number for number in range(1, COUNT + 1) if number % 3 == 1]),
        ("task_type=table_extraction", range(2, COUNT + 1, 2)),
        ("status=failed&task_type=table_extraction", [n for n in range(2, COUNT + 1, 2) if n % 3 == 1]),
        ("status=pending", []),
        ("created_after=2026-01-01T00:24:50Z", range(1491, COUNT + 1)),
        ("created_after=2026-01-01T09:24:50%2B09:00", range(1491, COUNT + 1)),
        ("created_after=2026-01-01T09:24:50+09:00", range(1491, COUNT + 1)),
        ("created_before=2026-01-01T00:00:11Z", range(1, 11)),
        ("created_after=2026-01-01T00:00:10Z&created_before=2026-01-01T00:00:13Z", [11, 12]),
        ("created_after=2026-01-01", range(1, COUNT + 1)),
    ],
)
def test_filters(many: Installation, query: str, expected: Any) -> None:
    body = _list(many, query)
    assert sorted(_numbers(body)) == list(expected)
    assert body["total_count"] == len(expected)


@pytest.mark.parametrize("size", [7, 400, 1000])
def test_pages_hold_each_task_once(many: Installation, size: int) -> None:
    pages = list(_pages(many, "status=failed", size))
    assert [len(page["tasks"]) for page in pages[:-1]] == [size] * (len(pages) - 1)
    assert {page["total_count"] for page in pages} == {COUNT // 3}
    numbers = [number for page in pages for number in _numbers(page)]
    assert numbers == [number for number in range(COUNT, 0, -1) if number % 3 == 1]
    assert pages[-1]["next_page_token"] == ""


def test_a_last_page_that_is_full_has_no_token(many: Installation) -> None:
    assert _list(many, f"status=failed&page_size={COUNT // 3}")["next_page_token"] == ""


def test_a_page_size_too_large_is_coerced_and_zero_is_the_services_choice(many: Installation) -> None:
    large, chosen = _list(many, "page_size=999999999"), _list(many, "page_size=0")
    for body in (large, chosen):
        assert 0 < len(body["tasks"]) <= COUNT
        assert bool(body["next_page_token"]) == (len(body["tasks"]) < COUNT)


def test_a_token_says_nothing_and_goes_on_without_a_size(many: Installation) -> None:
    token = _list(many, "page_size=10")["next_page_token"]
    assert not token.isdigit() and quote(token) == token, "opaque, and fit for a URL as it is"
    assert _numbers(_list(many, f"page_token={token}"))[0] == COUNT - 10


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page_size=-1", "page_size"),
        ("page_size=many", "page_size"),
        ("page_size=1.5", "page_size"),
        ("page_token=nonsense", "page_token"),
        ("page_token=%ED%95%9C%EA%B8%80", "page_token"),
        ("page_token=YmVmb3JlOi0x", "page_token"),
        ("page_token=YmVmb3JlOjk5OTk5OTk5OTk5OTk5OTk5OTk5OTk", "page_token"),
        ("status=done", "status"),
        ("status=COMPLETED", "status"),
        ("task_type=ocr", "task_type"),
        ("created_after=yesterday", "created_after"),
        ("created_before=99999-01-01", "created_before"),
        ("created_before=0001-01-01T00:00:00%2B23:59", None),
        ("created_after=9999-12-31T23:59:59-23:59", None),
    ],
)
def test_bad_values(many: Installation, language: str, query: str, field: str | None) -> None:
    response = many.get(f"/background/all-tasks?{query}", headers=speaking(language))
    if field is None:  # strange, yet a time
        assert response.status_code == 200
        return
    body = assert_problem(response, 422, "invalid_field", language, many)
    assert [fault["pointer"] for fault in body["errors"]] == [f"#/{field}"]


def test_every_bad_value_is_told_at_once(many: Installation) -> None:
    body = assert_problem(many.get("/background/all-tasks?status=x&page_size=-1&created_after=x"), 422, "invalid_field")
    assert [fault["pointer"] for fault in body["errors"]] == ["#/status", "#/created_after", "#/page_size"]


def _store_tasks(path: Path) -> None:
    """Number n is a table extraction when even; its state goes by n modulo 3."""
    database = Database(f"sqlite:///{path}")
    with database.write() as connection:
        connection.execute(jobs.insert(), [_row(number) for number in range(1, COUNT + 1)])
    database.close()


def _row(number: int) -> dict[str, Any]:
    kind = TaskType.IMAGE_ANALYSIS if number % 2 else TaskType.TABLE_EXTRACTION
    handed_in = Submission(
        id=f"00000000-0000-4000-8000-{number:012}",
        task_type=kind,
        filename=f"{number}.png",
        media_type="image/png",
        size=1,
        model="m",
        engine="openai",
    )
    created = BEGINNING + number * 1000
    values = {name: getattr(handed_in, name) for name in Submission.__dataclass_fields__}
    return values | {
        "status": STATES[number % 3],
        "progress": 100,
        "attempt": 1,
        "run": 1,
        "created_at": created,
        "started_at": created + 1,
        "completed_at": created + 2,
    }


def _list(service: Installation, query: str) -> Answer:
    response = service.get(f"/background/all-tasks?{query}")
    assert response.status_code == 200, response.text
    body: Answer = response.json()
    return body


def _pages(service: Installation, query: str, size: int) -> Iterator[Answer]:
    token = ""
    while True:
        page = _list(service, f"{query}&page_size={size}&page_token={token}")
        yield page
        if not (token := page["next_page_token"]):
            return


def _numbers(body: Answer) -> list[int]:
    return [int(task["filename"].removesuffix(".png")) for task in body["tasks"]]
