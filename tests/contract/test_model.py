"""The model behind the service: what it is asked, what of its answer reaches the client, and each way it can fail."""

from typing import Any

import pytest

from service.jobs.errors import job_error
from service.jobs.text import Language
from tests.contract.installing import MODEL
from tests.contract.pictures import picture, png, saved, table
from tests.contract.problem import assert_tells_nothing
from tests.installation import Answer, Installation
from tests.peers.chat.sample import GRID
from tests.peers.process import Peer

REJECTED = {"status": 401, "model": MODEL}
BUSY = {"reason": "HTTP 500"}

FAULTS: list[tuple[str, str, dict[str, Any]]] = [
    ("REFUSE", "model_refused", {}),
    ("FILTER", "model_refused", {}),
    ("LENGTH", "model_answer_cut", {}),
    ("CUT", "model_unavailable", {"reason": "connection"}),
    ("CUT_CLEAN", "model_unavailable", {"reason": "stream cut short"}),
    ("BAD_CHUNK", "model_answer_invalid", {}),
    ("EMPTY", "model_answer_invalid", {}),
    ("GARBAGE", "model_answer_invalid", {}),
    ("STATUS 401", "model_rejected", REJECTED),
    ("STATUS 400", "model_rejected", REJECTED | {"status": 400}),
    ("STATUS 404", "model_rejected", REJECTED | {"status": 404}),
    ("STATUS 429 0", "model_unavailable", {"reason": "HTTP 429"}),
    ("STATUS 500", "model_unavailable", BUSY),
    ("STATUS 503", "model_unavailable", {"reason": "HTTP 503"}),
]
"""Control word, the code it must lead to, and the values that its text names."""


@pytest.mark.parametrize(("word", "code", "values"), FAULTS, ids=[word for word, _, _ in FAULTS])
def test_faults_of_an_analysis(service: Installation, word: str, code: str, values: dict[str, Any]) -> None:
    _assert_failed(service, service.submitted(png(), prompt=word), code, values)


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("BAD_JSON", "model_answer_invalid"),
        ("CUT_CLEAN", "model_unavailable"),
        ("LENGTH", "model_answer_cut"),
        ("REFUSE", "model_refused"),
        ("GARBAGE", "model_answer_invalid"),
        ("STATUS-401", "model_rejected"),
    ],
)
def test_faults_of_an_extraction(service: Installation, word: str, code: str) -> None:
    model = f"gpt-x-{word}"
    values = {"reason": "stream cut short"} if code == "model_unavailable" else {"status": 401, "model": model}
    _assert_failed(
        service, service.submitted(("table.png", saved(table(), "PNG")), "extract-tables", model=model), code, values
    )


def test_a_server_that_recovers_is_asked_again(service: Installation, openai_peer: Peer) -> None:
    assert service.ended(service.submitted(png(), prompt="FAIL_FIRST 1"))["status"] == "completed"
    assert [seen["status"] for seen in openai_peer.seen()] == [500, 200]


def test_an_analysis(service: Installation, openai_peer: Peer) -> None:
    task_id = service.submitted(("p.png", saved(picture((640, 320)), "PNG")), prompt="DRIP 5 0.01 설명")
    assert service.ended(task_id)["status"] == "completed"
    result, [seen] = service.result(task_id).json(), openai_peer.seen()
    assert (seen["prompt"], seen["model"], seen["stream"], seen["details"]) == (
        "DRIP 5 0.01 설명",
        MODEL,
        True,
        ["auto"],
    )
    assert result["analysis"]["text"] == "조각 1 조각 2 조각 3 조각 4 조각 5 "
    assert result["analysis"]["prompt_followed"] is True
    _assert_usage(result, seen)


@pytest.mark.parametrize("detail", ["low", "high", "auto", "original"])
def test_the_detail_is_passed_on(service: Installation, openai_peer: Peer, detail: str) -> None:
    service.ended(service.submitted(png(), detail=detail))
    assert openai_peer.seen()[0]["details"] == [detail]


@pytest.mark.parametrize("kind", ["analyze-image", "extract-tables"])
def test_the_model_of_the_request_is_asked(service: Installation, openai_peer: Peer, kind: str) -> None:
    task_id = service.submitted(png(), kind, model="gpt-5.6-luna")
    assert service.ended(task_id)["model"] == "gpt-5.6-luna"
    assert openai_peer.seen()[0]["model"] == "gpt-5.6-luna"
    assert service.result(task_id).json()["model"] == "gpt-5.6-luna"


def test_tables_come_by_a_strict_schema(service: Installation, openai_peer: Peer) -> None:
    task_id = service.submitted(("table.png", saved(table(), "PNG")), "extract-tables")
    assert service.ended(task_id)["status"] == "completed"
    result, [seen] = service.result(task_id).json(), openai_peer.seen()
    assert seen["response_format"] == "json_schema" and seen["schema"]["additionalProperties"] is False
    [found] = result["tables"]
    assert (found["rows"], found["columns"], found["title"]) == (len(GRID), len(GRID[0]), "표 1")
    assert [cell["text"] for cell in found["cells"]] == [text for row in GRID for text in row]
    assert result["tables_markdown"].startswith("**표 1**\n\n| 품목 | Qty |")
    assert "analysis" not in result
    _assert_usage(result, seen)


def test_an_extraction_takes_no_prompt(service: Installation, openai_peer: Peer) -> None:
    assert service.ended(service.submitted(png(), "extract-tables", prompt="REFUSE"))["status"] == "completed"
    assert "REFUSE" not in str(openai_peer.seen())


def _assert_failed(service: Installation, task_id: str, code: str, values: dict[str, Any]) -> None:
    ended: Answer = service.ended(task_id)
    assert ended["status"] == "failed", ended
    languages: tuple[Language, ...] = ("ko", "en")
    for language in languages:
        error = service.status(task_id, **{"Accept-Language": language})["error"]
        promised = job_error(code, values)
        assert error == {"code": code, "message": promised.message(language), "retryable": promised.retryable}
        assert_tells_nothing(str(error), service)
    assert "result_file" not in ended and service.result(task_id).status_code == 409


def _assert_usage(result: dict[str, Any], seen: dict[str, Any]) -> None:
    usage = result["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert usage["prompt_tokens"] >= sum(image["tokens"] for image in seen["images"]) > 0
    assert usage["completion_tokens"] > 0
