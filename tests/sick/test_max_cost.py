"""A task's `max_cost`: it ends with what it has, or before anything is asked, and is not passed."""

import pytest

from tests.contract.installing import MODEL
from tests.installation import Answer, Installation
from tests.peers.process import Peer
from tests.pictures import document, picture


def test_a_document_ends_with_the_pages_that_the_limit_paid_for(service: Installation, openai_peer: Peer) -> None:
    whole = _ended(service, pages=12)
    cost = whole["usage"]["cost_usd"]
    task = service.submitted(document(12), "extract-tables", max_cost=f"{cost / 2:.6f}")
    ended = service.ended(task)
    result = service.result(task).json()
    assert (ended["status"], result["stopped_by"]) == ("completed", "max_cost")
    assert ended["usage"]["cost_usd"] <= ended["max_cost"] == pytest.approx(cost / 2, abs=1e-6)
    read = [page["number"] for page in result["pages"] if page["status"] == "read"]
    missing = [page for page in result["pages"] if page["status"] == "failed"]
    assert 2 <= len(read) <= 6 and [found["page"] for found in result["tables"]] == read
    assert [page["number"] for page in result["pages"]] == list(range(1, 13))
    assert {page["error"]["code"] for page in missing} == {"max_cost_reached"}
    [concern] = result["concerns"]
    assert f"{len(missing)} of its 12 pages are not read" in concern and f"{len(missing)}쪽을 읽지" in concern


def test_a_limit_that_is_not_reached_changes_nothing(service: Installation, openai_peer: Peer) -> None:
    ended = _ended(service, pages=3, max_cost="1")
    result = service.result(ended["task_id"]).json()
    assert result["stopped_by"] is None and result["concerns"] == [] and len(result["tables"]) == 3
    assert ended["max_cost"] == 1


@pytest.mark.parametrize("kind", ["analyze-image", "extract-tables"])
def test_nothing_is_asked_where_the_limit_has_no_room_for_it(
    service: Installation, openai_peer: Peer, kind: str
) -> None:
    ended = service.ended(service.submitted(picture(), kind, max_cost="0.000001"))
    assert (ended["status"], ended["error"]["code"]) == ("failed", "max_cost_reached")
    assert "0.000001 USD" in ended["error"]["message"] and "usage" not in ended
    assert openai_peer.seen() == []


def test_an_answer_longer_than_expected_passes_the_limit_and_ends_the_task(
    service: Installation, openai_peer: Peer
) -> None:
    openai_peer.answer("page 1 of 1", "no json " * 500)
    ended = service.ended(service.submitted(document(1), "extract-tables", max_cost="0.01"))
    assert (ended["status"], ended["error"]["code"]) == ("failed", "max_cost_reached")
    assert len(openai_peer.seen()) == 1, "there is no room for a second chance"
    assert 0.01 < ended["usage"]["cost_usd"] < 0.01 + 12 * 1001 / 1_000_000, "passed by no more than the answer"


@pytest.mark.parametrize("value", ["0", "-1", "free", "nan", "inf", "1,5", "$1", "1000001", "0.0000001", "١"])
def test_nonsense_is_refused(service: Installation, value: str) -> None:
    response = service.submit(picture(), max_cost=value)
    assert (response.status_code, response.json()["code"], response.json()["field"]) == (
        422,
        "invalid_field",
        "max_cost",
    )


@pytest.mark.parametrize(("value", "kept"), [("0.5", 0.5), ("1e-3", 0.001), ("0.0000019", 0.000001), ("1000000", 1e6)])
def test_amounts_are_taken(service: Installation, value: str, kept: float) -> None:
    task = service.submitted(picture(), model="local", max_cost=value)
    assert service.ended(task)["max_cost"] == kept


def test_a_limit_that_cannot_be_kept_is_refused(service: Installation) -> None:
    response = service.submit(picture(), model="llava:13b", max_cost="1")
    assert (response.status_code, response.json()["field"]) == (422, "max_cost")
    assert "PRICES_FILE" in response.json()["detail"] and "llava:13b" in response.json()["detail"]


def _ended(service: Installation, pages: int, **fields: object) -> Answer:
    ended = service.ended(service.submitted(document(pages), "extract-tables", model=MODEL, **fields))
    assert ended["status"] == "completed"
    return ended
