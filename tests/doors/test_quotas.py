"""Quotas: what a client may ask in a time, and at once, by the letter of the RateLimit fields; and pages elsewhere."""

import re
import time
from collections.abc import Iterator

import pytest
import requests

from service.api.quotas import Policy, Window
from service.settings import Settings
from tests.contract.installing import installed
from tests.contract.pictures import png
from tests.contract.problem import assert_problem
from tests.doors.keys import ALICE, API_KEYS, BOB, NAMELESS, bearing
from tests.installation import Installation
from tests.peers.process import Peer

PAGE = "https://portal.example.net"
_ITEM = re.compile(r'"([a-z-]+)"((?:;[a-z]+=(?:\d+|"[a-z-]+"))+)')


@pytest.fixture(scope="module")
def metered(tmp_path_factory: pytest.TempPathFactory, openai_process: Peer) -> Iterator[Installation]:
    """Every quota is set, and one page elsewhere is let in."""
    settings = {
        "API_KEYS": API_KEYS,
        "QUOTA_REQUESTS_PER_MINUTE": 40,
        "QUOTA_MB_PER_HOUR": 0.5,
        "QUOTA_MB_PER_DAY": 1,
        "QUOTA_TASKS": 2,
        "CORS_ORIGINS": PAGE,
        "MAX_WORKERS": 1,
    }
    with installed(tmp_path_factory.mktemp("metered"), openai_process, **settings) as installation:
        yield installation


def test_every_answer_tells_what_may_be_and_what_is_left(metered: Installation) -> None:
    response = _get(metered, BOB)
    assert _items(response.headers["RateLimit-Policy"]) == {
        "requests-per-minute": {"q": 40, "qu": "requests", "w": 60},
        "mb-per-hour": {"q": 512 * 1024, "qu": "content-bytes", "w": 3600},
        "mb-per-day": {"q": 1024 * 1024, "qu": "content-bytes", "w": 86400},
        "tasks": {"q": 2, "qu": "concurrent-requests"},
    }
    first, second = (_items(_get(metered, BOB, path).headers["RateLimit"]) for path in ("/health", "/nowhere"))
    assert first["requests-per-minute"]["r"] - second["requests-per-minute"]["r"] == 1
    assert 0 < second["requests-per-minute"]["t"] <= 60 and first["mb-per-hour"]["r"] == 512 * 1024
    assert "RateLimit" not in metered.get("/livez").headers
    assert "RateLimit" not in metered.get("/health").headers, "who has no key has no quota"


def test_the_bytes_sent_are_counted_and_more_is_refused_before_it_is_read(metered: Installation) -> None:
    sent = _submit(metered, BOB, "LOCAL", png()[1] + bytes(300_000))
    left = _items(sent.headers["RateLimit"])
    assert 300_000 < 512 * 1024 - left["mb-per-hour"]["r"] < 310_000
    assert left["mb-per-day"]["r"] - left["mb-per-hour"]["r"] == 512 * 1024
    refused = _submit(metered, BOB, "LOCAL", png()[1] + bytes(300_000))
    body = _assert_refused(refused, "mb-per-hour", metered)
    assert body["limit"] == 512 * 1024 and 600_000 < body["actual"] < 620_000
    assert int(refused.headers["Retry-After"]) == _items(refused.headers["RateLimit"])["mb-per-hour"]["t"] > 3500
    assert _get(metered, BOB).status_code == 200, "what sends nothing goes on"


def test_what_comes_without_its_length_counts_too(metered: Installation) -> None:
    before = _items(_get(metered, ALICE).headers["RateLimit"])["mb-per-day"]["r"]
    pieces = iter([b" " * 5000, b" " * 5000])
    headers = bearing(ALICE) | {"Content-Type": "application/json"}
    metered.http.post(f"{metered.url}/background/cleanup", data=pieces, headers=headers, timeout=30)
    assert before - _items(_get(metered, ALICE).headers["RateLimit"])["mb-per-day"]["r"] == 10_000


def test_as_many_tasks_as_may_be_at_once(metered: Installation, language: str) -> None:
    sent = [_submit(metered, ALICE, "HANG") for _ in range(2)]
    assert [one.status_code for one in sent] == [202, 202], [one.text for one in sent]
    tasks = [one.json()["task_id"] for one in sent]
    refused = _submit(metered, ALICE, "HANG", language=language)
    body = _assert_refused(refused, "tasks", metered, language)
    assert (body["limit"], body["actual"]) == (2, 2)
    assert _submit(metered, BOB, "OK").status_code == 202, "nobody else's"
    for task in tasks:
        assert metered.http.delete(f"{metered.url}/background/cancel-task/{task}", headers=bearing(ALICE)).ok
    after = _submit(metered, ALICE, "OK")
    assert after.status_code == 202, after.text
    assert "event: completed" in _get(metered, ALICE, after.json()["events_url"]).text  # one request until its end


def test_more_requests_than_a_minute_may_have_are_refused(metered: Installation, language: str) -> None:
    key = {"ko": NAMELESS}.get(language, ALICE)
    codes = []
    for _ in range(45):
        response = _get(metered, key, language=language)
        codes.append(response.status_code)
    assert codes == sorted(codes) and codes[-1] == 429 and len(codes) - codes.index(429) >= 5
    body = _assert_refused(response, "requests-per-minute", metered, language)
    assert (body["limit"], body["actual"]) == (40, 41) and "QUOTA_REQUESTS_PER_MINUTE" in body["detail"]
    assert metered.get("/livez").status_code == 200


def test_a_window_that_is_over_begins_anew() -> None:
    policy = Policy("QUOTA_REQUESTS_PER_MINUTE", 10, "requests", 60)
    window = Window(policy, used=10, began=time.monotonic() - 30)
    window.roll()
    assert window.used == 10 and str(window) == '"requests-per-minute";r=0;t=30'
    window.began -= 30
    window.roll()
    assert window.used == 0 and str(window) == '"requests-per-minute";r=10;t=60'


def test_a_page_that_is_let_in_may_ask_and_read(metered: Installation) -> None:
    asking = {
        "Origin": PAGE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    preflight = metered.http.options(f"{metered.url}/background/cleanup", headers=asking, timeout=30)
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == PAGE
    assert "authorization" in preflight.headers["Access-Control-Allow-Headers"].lower()
    for headers in ({}, bearing(BOB)):
        answer = metered.get("/health", headers={"Origin": PAGE, **headers})
        assert answer.headers["Access-Control-Allow-Origin"] == PAGE, "errors too"
        assert "RateLimit" in answer.headers["Access-Control-Expose-Headers"]
        assert "Access-Control-Allow-Credentials" not in answer.headers
    other = metered.get("/health", headers={"Origin": "https://evil.example", **bearing(BOB)})
    assert "Access-Control-Allow-Origin" not in other.headers


@pytest.mark.parametrize("origin", ["portal.example.net", "https://portal.example.net/", "https://Portal.example", "*"])
def test_an_origin_must_be_one(origin: str) -> None:
    with pytest.raises(ValueError, match="cors_origins"):
        Settings(_env_file=None, cors_origins=origin)
    assert Settings(_env_file=None, api_keys=API_KEYS, cors_origins="*").cors_origins == ("*",)


def _assert_refused(
    response: requests.Response, quota: str, service: Installation, language: str = "ko"
) -> dict[str, object]:
    body = assert_problem(response, 429, "quota_exceeded", language, service)
    assert body["quota"] == quota and body["violated-policies"] == [quota] and body["retryable"] is True
    assert int(response.headers["Retry-After"]) >= 1
    assert quota in _items(response.headers["RateLimit-Policy"])
    return body


def _items(value: str) -> dict[str, dict[str, int | str]]:
    """A structured field (RFC 9651): a list of strings with parameters."""
    found = {}
    for item in value.split(", "):
        name, parameters = re.fullmatch(_ITEM, item).groups()  # type: ignore[union-attr]
        pairs = (one.split("=") for one in parameters[1:].split(";"))
        found[name] = {key: given.strip('"') if '"' in given else int(given) for key, given in pairs}
    return found


def _get(service: Installation, key: str, path: str = "/health", language: str = "ko") -> requests.Response:
    return service.get(path, headers=bearing(key) | {"Accept-Language": language})


def _submit(
    service: Installation, key: str, prompt: str, content: bytes = png()[1], language: str = "ko"
) -> requests.Response:
    headers = bearing(key) | {"Accept-Language": language}
    url = f"{service.url}/background/analyze-image"
    return service.http.post(url, files={"file": ("a.png", content)}, data={"prompt": prompt}, headers=headers)
