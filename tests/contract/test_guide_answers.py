"""Every endpoint's answer against the guide's JSON example of it, and what the contract adds."""

import json

import pytest

from tests.contract import guide
from tests.contract.installing import MODEL
from tests.contract.pictures import png
from tests.contract.problem import speaking
from tests.installation import Installation
from tests.peers.process import Peer

ANALYSIS, EXTRACTION = "### 1. 백그라운드 이미지 분석", "### 2. 백그라운드 표 추출"
STATUS, ALL = "### 3. 작업 상태 조회", "### 4. 모든 작업 목록 조회"
CANCELLING, CLEANUP = "### 5. 작업 취소", "### 6. 작업 정리"

KINDS = [("analyze-image", ANALYSIS, "image_analysis"), ("extract-tables", EXTRACTION, "table_extraction")]
DEFAULT_PROMPT = "이 이미지를 분석하고 주요 내용을 설명해주세요."


@pytest.mark.parametrize(("kind", "heading", "task_type"), KINDS)
def test_the_answer_to_a_submission(service: Installation, kind: str, heading: str, task_type: str) -> None:
    response = service.submit(png(), kind)
    body = response.json()
    task_id = body["task_id"]
    assert response.status_code == 202 and body["success"] is True
    guide.assert_fits(guide.example(heading), body)
    assert body["message"] == guide.message(heading, task_id)
    assert body["status"] == "pending"
    assert body["check_status_url"] == f"/background/task-status/{task_id}" == response.headers["location"]
    assert response.headers["retry-after"] == "1"
    assert body["result_url"] == f"/background/task-result/{task_id}"
    assert body["cancel_url"] == f"/background/cancel-task/{task_id}"
    assert type(body["queue_position"]) is int and body["queue_position"] >= 0
    ended = service.ended(task_id)
    assert (ended["status"], ended["task_type"]) == ("completed", task_type)
    assert service.get(body["result_url"]).status_code == 200


def test_the_status_of_a_task_at_work(service: Installation) -> None:
    task_id = service.submitted(("sample_image.png", png()[1]), prompt="HANG", detail="high")
    service.wait_until(task_id, "processing")
    response = service.get(f"/background/task-status/{task_id}")
    picture = response.json()["task_status"]
    service.cancel(task_id)
    guide.assert_fits(guide.example(STATUS), response.json())
    assert (picture["filename"], picture["prompt"], picture["detail"]) == ("sample_image.png", "HANG", "high")
    assert (picture["callback_url"], picture["attempt"], picture["completed_at"]) == (None, 1, None)
    assert "result_file" not in picture and "error" not in picture and "queue_position" not in picture


def test_the_status_of_a_completed_task(service: Installation) -> None:
    task_id = service.submitted(png(), priority=3, metadata='{"주문": [1, null]}')
    picture = service.ended(task_id)
    times = [guide.assert_time(picture[name]) for name in ("created_at", "started_at", "completed_at")]
    assert times == sorted(times)
    assert abs((times[2] - times[1]).total_seconds() * 1000 - picture["duration_ms"]) < 2
    facts = {name: picture[name] for name in ("status", "progress", "model", "engine", "attempt", "priority")}
    assert facts == {
        "status": "completed",
        "progress": 100,
        "model": MODEL,
        "engine": "openai",
        "attempt": 1,
        "priority": 3,
    }
    assert (picture["prompt"], picture["detail"], picture["metadata"]) == (DEFAULT_PROMPT, "auto", {"주문": [1, None]})
    assert picture["result_url"] == f"/background/task-result/{task_id}"
    assert json.loads((service.results / picture["result_file"]).read_text()) == service.result(task_id).json()
    assert "queue_position" not in picture and "error" not in picture


def test_the_status_of_a_failed_task(service: Installation, language: str) -> None:
    task_id = service.submitted(png(), prompt="REFUSE")
    service.ended(task_id)
    picture = service.status(task_id, **speaking(language))
    assert picture["status"] == "failed" and "result_file" not in picture
    texts = {"ko": "모델이 이 내용에 답하기를 거부했습니다.", "en": "The model refused to answer about this content."}
    assert picture["error"] == {"code": "model_refused", "message": texts[language], "retryable": False}
    guide.assert_time(picture["completed_at"])


def test_the_list(service: Installation) -> None:
    task_id = service.submitted(png())
    service.ended(task_id)
    body = service.get("/background/all-tasks").json()
    guide.assert_fits(guide.example(ALL), body)
    assert body["total_count"] == len(body["tasks"])
    assert body["tasks"][0] == service.status(task_id)


def test_the_answers_to_cancelling_and_cleaning_up(service: Installation, openai_peer: Peer) -> None:
    task_id = service.submitted(png(), prompt="HANG")
    openai_peer.wait_seen(lambda seen: len(seen) == 1)
    cancelled = service.cancel(task_id).json()
    guide.assert_fits(guide.example(CANCELLING), cancelled)
    assert (cancelled["success"], cancelled["message"]) == (True, guide.message(CANCELLING, task_id))
    cleaned = service.http.post(f"{service.url}/background/cleanup", timeout=30).json()
    guide.assert_fits(guide.example(CLEANUP), cleaned)
    assert (cleaned["success"], cleaned["message"]) == (True, guide.message(CLEANUP, ""))
    assert cleaned["removed_count"] == 0, "nothing here is 24 hours old"


def test_success_messages_in_english(service: Installation) -> None:
    data = {"prompt": "HANG"}
    url, english = f"{service.url}/background", {"Accept-Language": "en-GB,en;q=0.9,ko;q=0.5"}
    body = service.http.post(
        f"{url}/analyze-image", files={"file": png()}, data=data, headers=english, timeout=30
    ).json()
    cancelled = service.http.delete(f"{url}/cancel-task/{body['task_id']}", headers=english, timeout=30).json()
    cleaned = service.http.post(f"{url}/cleanup", headers=english, timeout=30).json()
    assert all(answer["message"].isascii() for answer in (body, cancelled, cleaned))
