"""What answers say to browsers, and that what a client names leads to no file."""

import pytest
import requests

from service.api.headers import SAFE
from tests.contract.multipart import END, field, file, post
from tests.contract.pictures import png
from tests.contract.problem import assert_problem, assert_tells_nothing
from tests.installation import Installation

HOSTILE_IDS = [
    "..%2f..%2fjobs.db",
    "%2e%2e%2fjobs.db",
    "..",
    "....",
    "jobs.db",
    "supervisor.lock",
    "%00",
    "a%00b",
    "%2fetc%2fpasswd",
    "logs",
    ".%0a",
    "%ff",
    "*",
    "%25s%25n{0}",
    "x" * 4000,
]
HOSTILE_NAMES = ["../../a.png", "..\\a.png", "/etc/passwd", "a\0b.png", "..", ".", "a\nb.png", "../jobs.db"]
STRANGE_NAMES = ["..png", "-rf.png", "$(id).png", "a;b.png", "%2e%2e%2fa.png", ".hidden", "NUL", "<b>.png"]
KINDS = [("GET", "task-status/{}"), ("GET", "task-status/{}/events"), ("GET", "task-result/{}")]


@pytest.mark.parametrize("path", ["/livez", "/health", "/background/all-tasks", "/background/task-status/x", "/x"])
def test_every_answer_tells_browsers_to_keep_and_run_nothing(keyless: Installation, path: str) -> None:
    _assert_safe(keyless.get(path))


def test_so_do_results_and_refusals_at_the_door(keyless: Installation) -> None:
    task_id = keyless.submitted(png())
    keyless.ended(task_id)
    result = keyless.result(task_id)
    _assert_safe(result)
    assert result.headers["content-disposition"] == f'inline; filename="{task_id}.json"'
    _assert_safe(keyless.get("/health", headers={"Origin": "https://evil.example"}))
    stream = keyless.get(f"/background/task-status/{task_id}/events")
    assert (stream.headers["cache-control"], stream.headers["x-content-type-options"]) == ("no-store", "nosniff")


@pytest.mark.parametrize("hostile", HOSTILE_IDS)
def test_no_id_is_a_path(keyless: Installation, hostile: str) -> None:
    before = _files(keyless)
    for method, place in [*KINDS, ("DELETE", "cancel-task/{}")]:
        request = requests.Request(method, keyless.url).prepare()
        request.url = f"{keyless.url}/background/{place.format(hostile)}"  # as it is: requests would tidy it up
        response = keyless.http.send(request, timeout=30)
        assert response.status_code == 404 and response.json()["code"] in ("unknown_task", "not_found")
        assert_tells_nothing(response.text, keyless)
    assert _files(keyless) == before


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_name_that_is_a_path_is_refused(keyless: Installation, name: str) -> None:
    before = _files(keyless)
    raw = name.replace("\\", "\\\\").encode()
    response = post(keyless, file(png()[1], raw) + field("model", "local") + END)
    assert response.status_code in (400, 422), response.text
    assert_tells_nothing(response.text, keyless)
    assert _files(keyless) == before


@pytest.mark.parametrize("name", STRANGE_NAMES)
def test_any_other_name_is_only_shown(keyless: Installation, name: str) -> None:
    response = post(keyless, file(png()[1], name) + END)
    if response.status_code == 422:  # what cannot be printed
        return
    assert response.status_code == 202, response.text
    task_id = response.json()["task_id"]
    assert keyless.ended(task_id)["filename"] == name
    assert not [path for path in _files(keyless) if name in path]


def test_a_host_that_cannot_be_read_is_no_surprise(keyless: Installation) -> None:
    response = keyless.get("/nothing", headers={"Host": "["})
    assert_problem(response, 403, "foreign_page")


def _assert_safe(response: requests.Response) -> None:
    assert {name: response.headers.get(name) for name in SAFE} == SAFE
    assert "server" not in response.headers and "x-powered-by" not in response.headers
    assert not [name for name in response.headers if name.lower().startswith("access-control")]


def _files(service: Installation) -> set[str]:
    """All files but those of tasks that were submitted, which come and go by their ids."""
    kept = ("jobs.db", "queue.db", "service-", "courier.", "previews.")
    paths = {path.relative_to(service.folder).as_posix() for path in service.folder.rglob("*")}
    return {path for path in paths if not path.rpartition("/")[2].startswith(kept) and "-4" not in path}
