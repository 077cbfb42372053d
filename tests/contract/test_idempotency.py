"""`Idempotency-Key`: a submission that is sent again gets the answer it had, and there is but one task."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.contract import multipart
from tests.contract.multipart import END, file
from tests.contract.pictures import png
from tests.contract.problem import assert_problem, speaking
from tests.installation import Installation
from tests.lending import Lend

PNG = png()[1]
OTHER = png((9, 9))[1]


@pytest.mark.parametrize(
    ("key", "again"), [('"order 1"', '"order 1";v=1'), ('"order-2"', "order-2"), (r"a\b", r'"a\\b"')]
)
def test_the_first_answer_comes_again(service: Installation, key: str, again: str) -> None:
    first = _submit(service, key, prompt="INSTANT")
    assert first.status_code == 202 and "Idempotency-Replayed" not in first.headers
    service.ended(first.json()["task_id"])
    second = _submit(service, again, prompt="INSTANT")
    assert second.status_code == 202 and second.headers["Idempotency-Replayed"] == "true"
    assert second.json() == first.json() and second.headers["Location"] == first.headers["Location"]
    assert _uploads(service, first) == {first.json()["task_id"]}


def test_what_is_blank_or_named_otherwise_is_the_same_content(service: Installation) -> None:
    first = _submit(service, "blanks", prompt="INSTANT", detail="")
    assert _submit(service, "blanks", name="renamed.png", prompt=" INSTANT ").json() == first.json()


def test_a_wait_is_for_the_task_there_was(service: Installation) -> None:
    first = _submit(service, "waiting", prompt="INSTANT")
    second = _submit(service, "waiting", {"Prefer": "wait=20"}, prompt="INSTANT")
    assert second.status_code == 200 and second.headers["Idempotency-Replayed"] == "true"
    assert second.json()["task_status"]["task_id"] == first.json()["task_id"]
    assert second.json()["status"] == "completed"


@pytest.mark.parametrize(
    ("path", "content", "fields"),
    [
        ("analyze-image", OTHER, {"prompt": "INSTANT"}),
        ("analyze-image", PNG, {"prompt": "OK"}),
        ("analyze-image", PNG, {"prompt": "INSTANT", "detail": "low"}),
        ("extract-tables", PNG, {"prompt": "INSTANT"}),
    ],
)
def test_other_content_under_the_same_key(
    service: Installation, language: str, path: str, content: bytes, fields: dict[str, str]
) -> None:
    first = _submit(service, "taken", prompt="INSTANT")
    response = _submit(service, "taken", speaking(language), content, path=path, **fields)
    problem = assert_problem(response, 422, "idempotency_key_reused", language, service)
    assert "taken" in problem["detail"] and not problem["retryable"]
    assert first.json()["task_id"] in _uploads(service, first)


@pytest.mark.parametrize("key", ['""', '"open', 'a"b', "a b", "a, b", "한글".encode().decode("latin-1"), "k" * 256])
def test_nonsense_is_refused_by_its_name(service: Installation, key: str) -> None:
    problem = assert_problem(_submit(service, key), 422, "invalid_field", service=service)
    assert problem["field"] == "Idempotency-Key" and "255" in problem["detail"]


def test_while_the_first_is_still_coming(service: Installation, language: str) -> None:
    body, key = file(PNG) + END, f"slow-{language}"
    with multipart.begun(service, len(body), Idempotency_Key=key) as connection:
        connection.sendall(body[:-50])
        service.wait_for(lambda: _submit(service, key).status_code == 409)
        response = _submit(service, key, speaking(language))
        problem = assert_problem(response, 409, "idempotency_key_in_use", language, service)
        assert problem["retryable"] and int(response.headers["Retry-After"]) > 0
        assert _submit(service, f"{key}-other").status_code == 202, "another key is free"
        connection.sendall(body[-50:])
        status, accepted = multipart.answer(connection)
    assert status == 202
    again = _submit(service, key)
    assert again.json() == accepted and again.headers["Idempotency-Replayed"] == "true"


def test_an_upload_that_was_cut_leaves_the_key_free(service: Installation) -> None:
    body = file(PNG) + END
    with multipart.begun(service, len(body), Idempotency_Key="cut") as connection:
        connection.sendall(body[:-50])
        service.wait_for(lambda: _submit(service, "cut").status_code == 409)
    response = service.wait_for(lambda: _accepted(_submit(service, "cut")))
    assert "Idempotency-Replayed" not in response.headers


def test_a_refused_request_leaves_the_key_free(service: Installation) -> None:
    assert_problem(_submit(service, "refused", content=b"text"), 415, "unsupported_content")
    assert _submit(service, "refused").status_code == 202


def test_many_at_once_are_one_task(service: Installation) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: _submit(service, "crowd", prompt="INSTANT"), range(24)))
    assert {answer.status_code for answer in answers} <= {202, 409}
    accepted = [answer for answer in answers if answer.status_code == 202]
    assert len({answer.json()["task_id"] for answer in accepted}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in accepted) == 1


def test_a_key_outlives_everything_but_its_task(lend: Lend) -> None:
    with lend(MAX_WORKERS=1) as service:
        first = _submit(service, "durable", prompt="INSTANT")
        service.kill_everything()
        service.start()
        assert _submit(service, "durable", prompt="INSTANT").json() == first.json()
        service.ended(first.json()["task_id"])
        assert service.http.post(f"{service.url}/background/cleanup?max_age_hours=0", timeout=30).ok
        fresh = _submit(service, "durable", prompt="OK")
        assert fresh.status_code == 202 and fresh.json()["task_id"] != first.json()["task_id"]
        service.ended(fresh.json()["task_id"])


def _submit(
    service: Installation,
    key: str,
    headers: dict[str, str] | None = None,
    content: bytes = PNG,
    *,
    path: str = "analyze-image",
    name: str = "image.png",
    **fields: str,
) -> requests.Response:
    named = {"Idempotency-Key": key.encode("latin-1"), **(headers or {})}
    url = f"{service.url}/background/{path}"
    with requests.Session() as http:
        http.trust_env = False
        return http.post(url, files={"file": (name, content)}, data=fields, headers=named, timeout=30)


def _accepted(response: requests.Response) -> requests.Response | None:
    return response if response.status_code == 202 else None


def _uploads(service: Installation, first: requests.Response) -> set[str]:
    """The uploads of the first answer's task, or of no task."""
    stored = service.uploads()
    known = set(re.findall(r'"task_id":"([^"]+)"', service.get("/background/all-tasks").text))
    return stored - (known - {first.json()["task_id"]})
