"""Documents of many pages at the model: asked about side by side, kept as far as the answers go, stopped as a whole."""

import json
import zlib

import pytest

from service.jobs.errors import job_error
from tests.hostile.pdfs import pdf, stream
from tests.installation import Installation
from tests.lending import Lend
from tests.lifecycle.patient import PATIENT, SLOT_FREE
from tests.peers.process import Peer, Seen
from tests.pictures import document
from workers.engines.openai_vision.lanes import MOST

HEADER = ["품목", "금액"]


def table(*rows: list[str], title: str | None = None, header: int = 1, top: bool = True, bottom: bool = True) -> str:
    """An answer that holds one table."""
    found = {
        "title": title,
        "header_rows": header,
        "rows": rows,
        "merged_cells": [],
        "at_top": top,
        "at_bottom": bottom,
    }
    return json.dumps({"tables": [found]})


def test_pages_are_asked_about_side_by_side_and_no_more_than_the_lanes_hold(
    service: Installation, openai_peer: Peer
) -> None:
    task = service.submitted(document(6), "extract-tables", model="gpt-x-SLOW-0.5")
    assert service.ended(task)["status"] == "completed"
    seen = openai_peer.seen()
    assert sorted(one["prompt"] for one in seen) == [
        f"Give the tables on this page, which is page {number} of 6." for number in range(1, 7)
    ]
    assert 1 < _most_at_once(seen) <= MOST
    result = service.result(task).json()
    assert [found["page"] for found in result["tables"]] == [1, 2, 3, 4, 5, 6]
    assert result["pages"] == [
        {"number": number, "status": "read", "tables": [number], "concerns": []} for number in range(1, 7)
    ]
    assert result["usage"]["prompt_tokens"] == sum(_charged(one) for one in seen)


def test_a_table_over_three_pages_comes_as_one(service: Installation, openai_peer: Peer) -> None:
    openai_peer.answer("page 1 of 3", table(HEADER, ["배", "1"], title="표 1", top=False))
    openai_peer.answer("page 2 of 3", table(HEADER, ["감", "2"]))
    openai_peer.answer("page 3 of 3", table(["귤", "3"], header=0, bottom=False))
    task = service.submitted(document(3), "extract-tables")
    assert service.ended(task)["status"] == "completed"
    [found] = service.result(task).json()["tables"]
    assert found["merged_from_pages"] == [1, 2, 3] and found["rows"] == 4
    assert [cell["text"] for cell in found["cells"]] == [*HEADER, "배", "1", "감", "2", "귤", "3"]


@pytest.mark.parametrize(
    ("word", "told"), [("BAD_JSON", "cannot be used"), ("LENGTH", "was cut off"), ("EMPTY", "it is empty")]
)
def test_an_answer_of_no_use_is_asked_for_once_more_with_what_is_wrong(
    service: Installation, openai_peer: Peer, word: str, told: str
) -> None:
    task = service.submitted(document(1), "extract-tables", model=f"gpt-x-UNTIL_TOLD-{word}")
    assert service.ended(task)["status"] == "completed"
    first, second = openai_peer.seen()
    assert first["shown"] == [] and len(second["shown"]) == 1
    assert told in second["prompt"] and second["prompt"].startswith(first["prompt"])
    assert second["images"] == first["images"] and second["schema"] == first["schema"]
    result = service.result(task).json()
    assert len(result["tables"]) == 1
    assert result["usage"]["prompt_tokens"] == _charged(first) + _charged(second), "both were charged"
    assert result["concerns"] == []


def test_an_analysis_that_is_cut_is_asked_for_once_more(service: Installation, openai_peer: Peer) -> None:
    task = service.submitted(document(1), prompt="UNTIL_TOLD LENGTH 전부 적어줘")
    assert service.ended(task)["status"] == "completed"
    second = openai_peer.seen()[1]
    assert second["shown"][0].startswith("이미지 1개를") and "cut off" in second["prompt"]
    assert service.result(task).json()["analysis"]["text"].endswith("끝.")


@pytest.mark.parametrize(("word", "code"), [("BAD_JSON", "model_answer_invalid"), ("LENGTH", "model_answer_cut")])
def test_an_answer_that_stays_of_no_use_is_not_asked_for_a_third_time(
    service: Installation, openai_peer: Peer, word: str, code: str
) -> None:
    ended = service.ended(service.submitted(document(1), "extract-tables", model=f"gpt-x-{word}"))
    assert (ended["status"], ended["error"]["code"]) == ("failed", code)
    assert len(openai_peer.seen()) == 2


@pytest.mark.parametrize(
    ("word", "code"),
    [("BAD_JSON", "model_answer_invalid"), ("LENGTH", "model_answer_cut"), ("REFUSE", "model_refused")],
)
def test_a_page_without_a_usable_answer_is_told_and_the_others_are_kept(
    service: Installation, openai_peer: Peer, word: str, code: str
) -> None:
    task = service.submitted(document(5), "extract-tables", model=f"gpt-x-PAGE-3-{word}")
    assert service.ended(task)["status"] == "completed"
    result = service.result(task).json()
    assert [found["page"] for found in result["tables"]] == [1, 2, 4, 5]
    error = job_error(code, {})
    assert [page["status"] for page in result["pages"]] == ["read"] * 2 + ["failed"] + ["read"] * 2
    assert result["pages"][2]["error"] == {"code": code, "message": error.message(), "retryable": error.retryable}
    [concern] = result["concerns"]
    assert concern.startswith("3쪽") and "Page 3" in concern and error.message("en") in concern
    assert result["usage"]["prompt_tokens"] == sum(_charged(one) for one in openai_peer.seen()), "the bad one costs too"


def test_when_no_page_has_a_usable_answer_the_task_fails_and_the_rest_is_not_asked_about(
    service: Installation, openai_peer: Peer
) -> None:
    ended = service.ended(service.submitted(document(40), "extract-tables", model="gpt-x-REFUSE"))
    assert (ended["status"], ended["error"]["code"]) == ("failed", "model_refused")
    assert len(openai_peer.seen()) < 20


def test_a_page_is_asked_about_again_while_the_others_go_on(service: Installation, openai_peer: Peer) -> None:
    task = service.submitted(document(4), "extract-tables", model="gpt-x-ONCE-PAGE-2-STATUS-500")
    assert service.ended(task)["status"] == "completed"
    assert [one["status"] for one in openai_peer.seen()].count(500) == 1 and len(openai_peer.seen()) == 5
    assert [found["page"] for found in service.result(task).json()["tables"]] == [1, 2, 3, 4]


def test_many_pages_that_fail_together_have_as_many_tries_as_one(service: Installation, openai_peer: Peer) -> None:
    ended = service.ended(service.submitted(document(4), "extract-tables", model="gpt-x-STATUS-500"))
    assert (ended["status"], ended["error"]["code"]) == ("failed", "model_unavailable")
    assert max(_tries(openai_peer.seen()).values()) == 4
    assert service.get("/health").json()["engines"][0]["model_server"] == {"state": "ok"}


def test_a_quota_ends_the_whole_task_at_once(service: Installation, openai_peer: Peer) -> None:
    ended = service.ended(service.submitted(document(30), "extract-tables", model="gpt-x-PAGE-2-QUOTA"))
    assert (ended["status"], ended["error"]["code"]) == ("failed", "model_quota_exceeded")
    assert len(openai_peer.seen()) < 15


def test_a_cancel_closes_every_call_at_once_and_keeps_the_worker(lend: Lend, openai_peer: Peer) -> None:
    with lend(PATIENT, MAX_WORKERS=1) as service:
        before = {one.pid for one in service.workers()}
        task = service.submitted(document(6), "extract-tables", model="gpt-x-HANG")
        openai_peer.wait_seen(lambda seen: len(seen) == MOST)
        assert service.cancel(task).status_code == 200
        closed = openai_peer.wait_seen(lambda seen: all(one["outcome"] == "client_closed" for one in seen), SLOT_FREE)
        assert len(closed) == MOST
        service.wait_for(lambda: any(event["event"] == "stopped" for event in service.events(task)), SLOT_FREE)
        assert {one.pid for one in service.workers()} == before


def test_a_long_document_is_analysed_in_parts_and_says_so(service: Installation, openai_peer: Peer) -> None:
    task = service.submitted(document(40, 1654, 2339), prompt="OK 모두 읽어줘", detail="original")
    assert service.ended(task)["status"] == "completed"
    first, second = sorted(openai_peer.seen(), key=lambda one: -len(one["images"]))
    assert (len(first["images"]), len(second["images"])) == (25, 15)
    assert "pages 1 to 25 of a document of 40 pages" in first["prompt"] and "pages 26 to 40" in second["prompt"]
    result = service.result(task).json()
    headings = [line for line in result["analysis"]["text"].splitlines() if line.startswith("#")]
    assert headings == ["## 1–25쪽", "## 26–40쪽"] and "2 parts" in result["concerns"][0]
    assert len(result["pages"]) == 40


def test_detail_original_is_not_asked_of_a_model_that_has_none(service: Installation, openai_peer: Peer) -> None:
    task = service.submitted(document(1), detail="original", model="gpt-4o")
    assert service.ended(task)["status"] == "completed"
    assert openai_peer.seen()[0]["details"] == ["high"]
    assert "original" in service.result(task).json()["concerns"][0]


def _most_at_once(seen: list[Seen]) -> int:
    steps = sorted([(one["received_monotonic"], 1) for one in seen] + [(one["ended_monotonic"], -1) for one in seen])
    counts = [0]
    for _, step in steps:
        counts.append(counts[-1] + step)
    return max(counts)


def _charged(seen: Seen) -> int:
    words = len(seen["prompt"] + seen["system"]) // 4 + 1
    return sum(image["tokens"] for image in seen["images"]) + words


def _tries(seen: list[Seen]) -> dict[str, int]:
    prompts = [one["prompt"] for one in seen]
    return {prompt: prompts.count(prompt) for prompt in prompts}


def test_the_words_of_a_born_digital_page_go_with_its_picture(service: Installation, openai_peer: Peer) -> None:
    lines = b"BT /F 10 Tf 20 70 Td (Sales by region) Tj ET BT /F 10 Tf 20 50 Td (Seoul) Tj 100 0 Td (1,245,310) Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        stream(zlib.compress(lines)),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    task = service.submitted(("sales.pdf", pdf(objects)), "extract-tables")
    assert service.ended(task)["status"] == "completed"
    [seen] = openai_peer.seen()
    assert len(seen["images"]) == 1 and seen["prompt"].endswith("\n\nSales by region\nSeoul | 1,245,310")
    assert "exact" in seen["prompt"]
