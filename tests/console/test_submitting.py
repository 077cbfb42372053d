"""Files go in, and are followed without a reload."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.console.conftest import Visit
from tests.console.desk import Desk
from tests.contract.pictures import png
from tests.contract.zips import packed
from tests.installation import Installation
from tests.peers.process import Peer

PICTURE = png()[1]


def test_dropped_files_are_sent_and_followed_to_their_end(desk: Desk, service: Installation) -> None:
    desk.drop(("dropped-1.png", PICTURE), ("dropped-2.png", PICTURE))
    expect(desk.page.locator(".files li")).to_have_count(2)
    desk.page.get_by_label("요청 내용").fill("무엇이 보이나요?")
    desk.start()
    expect(desk.page.locator(".toast")).to_contain_text("2개 작업을 시작했습니다")
    for name in ("dropped-1.png", "dropped-2.png"):
        expect(desk.badge(name, "completed")).to_be_visible()
    expect(desk.page.locator(".files li")).to_have_count(0)
    told = service.get("/background/all-tasks", params={"page_size": 2}).json()["tasks"]
    assert {(task["filename"], task["prompt"]) for task in told} == {
        ("dropped-1.png", "무엇이 보이나요?"),
        ("dropped-2.png", "무엇이 보이나요?"),
    }


def test_a_page_that_files_are_dragged_over_says_that_they_may_be_dropped(desk: Desk) -> None:
    transfer = desk.transfer(("dragged.png", PICTURE))
    veil = desk.page.locator(".veil")
    desk.page.dispatch_event("main", "dragenter", {"dataTransfer": transfer})
    expect(veil).to_be_visible()
    desk.page.dispatch_event("main", "dragleave", {"dataTransfer": transfer})
    expect(veil).to_be_hidden()


def test_every_wish_reaches_the_service(desk: Desk, service: Installation, receiver: Peer) -> None:
    page = desk.page
    picture = {"name": "wishes.png", "mimeType": "image/png", "buffer": PICTURE}
    page.locator("[data-part=files]").set_input_files(picture)
    page.get_by_label("상세도").select_option("low")
    page.locator("summary").click()
    page.get_by_label("모델", exact=True).fill("gpt-5.6-luna")
    page.get_by_label("읽을 쪽").fill("1-2")
    page.get_by_label("우선순위").fill("7")
    page.get_by_label("비용 한도").fill("0.5")
    page.get_by_label("끝나면 호출할 주소").fill(f"{receiver.url}/ok")
    desk.start()
    expect(desk.badge("wishes.png", "completed")).to_be_visible()
    (task,) = service.get("/background/all-tasks", params={"page_size": 1}).json()["tasks"]
    assert {name: task[name] for name in ("detail", "model", "priority", "pages", "max_cost", "callback_url")} == {
        "detail": "low",
        "model": "gpt-5.6-luna",
        "priority": 7,
        "pages": "1-2",
        "max_cost": 0.5,
        "callback_url": f"{receiver.url}/ok",
    }
    assert "우선순위 7" in desk.row("wishes.png").inner_text()
    page.get_by_label("이전 결과가 있으면").check()
    page.locator("[data-part=files]").set_input_files(picture)
    desk.start()
    expect(desk.badge("wishes.png", "completed")).to_have_count(2)
    (again,) = service.get("/background/all-tasks", params={"page_size": 1}).json()["tasks"]
    assert again["reused_from"] == task["task_id"]


def test_what_files_will_cost_is_told_before_they_are_sent(desk: Desk, service: Installation) -> None:
    before = service.get("/background/all-tasks", params={"page_size": 1}).json()["total_count"]
    page = desk.page
    desk.drop(("dear-1.png", PICTURE), ("dear-2.png", PICTURE))
    page.get_by_role("button", name="비용 견적").click()
    told = page.locator(".estimate")
    expect(told).to_contain_text(re.compile(r"약 US\$0\.\d+~US\$0\.\d+ · 2쪽 · [\d,]+~[\d,]+토큰"))
    page.get_by_label("요청 내용").fill("다른 질문")
    expect(told).to_be_empty()  # that was of another question
    page.locator("summary").click()
    page.get_by_label("모델", exact=True).fill("local")
    page.get_by_role("button", name="비용 견적").click()
    expect(told).to_contain_text("비용 없음")
    assert service.get("/background/all-tasks", params={"page_size": 1}).json()["total_count"] == before


def test_a_folder_is_dropped_with_all_that_is_in_it(desk: Desk, folder: Path) -> None:
    """By the browser's own drag: no script can make up a folder."""
    zone = desk.page.locator(".drop").bounding_box()
    assert zone is not None
    place = {"x": zone["x"] + 20, "y": zone["y"] + 20}
    session = desk.context.new_cdp_session(desk.page)
    for kind in ("dragEnter", "dragOver", "drop"):
        data = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
        session.send("Input.dispatchDragEvent", {"type": kind, "data": data, **place})
    expect(desk.page.locator(".files .name")).to_have_text(["inner.png", "outer.png"])
    desk.page.get_by_role("button", name="모두 빼기").click()
    expect(desk.page.locator(".files li")).to_have_count(0)


def test_a_folder_is_chosen(desk: Desk, folder: Path) -> None:
    desk.page.locator("[data-part=folder]").set_input_files(folder)
    expect(desk.page.locator(".files li")).to_have_count(2)
    expect(desk.page.locator(".chosen")).to_contain_text("파일 2개")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a picture, another one deeper down, and what systems leave behind."""
    scans = tmp_path / "scans"
    (scans / "deep" / "deeper").mkdir(parents=True)
    (scans / "outer.png").write_bytes(PICTURE)
    (scans / "deep" / "deeper" / "inner.png").write_bytes(PICTURE)
    (scans / ".DS_Store").write_bytes(b"clutter")
    (scans / "deep" / "Thumbs.db").write_bytes(b"clutter")
    return scans


def test_a_zip_becomes_a_batch_that_can_be_looked_at_and_cancelled(desk: Desk, service: Installation) -> None:
    page = desk.page
    desk.drop(("pack.zip", packed(*((f"packed-{n}.png", PICTURE) for n in range(3)))))
    page.get_by_label("요청 내용").fill("HANG")
    desk.start()
    expect(page.locator(".toast")).to_contain_text("3개 작업을 시작했습니다")
    desk.row("packed-2.png").get_by_role("link", name="묶음").click()
    expect(page.locator(".row")).to_have_count(3)
    expect(page.locator("[data-part=batch]")).to_contain_text("작업 3개 중 0개 끝남")
    page.get_by_role("button", name="묶음 취소").click()
    page.get_by_role("dialog").get_by_role("button", name="취소하기").click()
    expect(page.locator("[data-part=batch]")).to_contain_text("작업 3개 중 3개 끝남")
    expect(page.locator(".badge[data-state=cancelled]")).to_have_count(3)
    desk.row("packed-0.png").get_by_role("link", name="packed-0.png").click()
    page.get_by_role("link", name="묶음의 작업").click()
    expect(page.locator(".row")).to_have_count(3)
    page.get_by_role("link", name="모든 작업 보기").click()
    expect(page.locator("[data-part=batch]")).to_be_hidden()
    batch = service.get("/background/all-tasks", params={"page_size": 1}).json()["tasks"][0]["batch_id"]
    assert service.get(f"/background/batch-status/{batch}").json()["batch_status"]["counts"]["cancelled"] == 3


def test_progress_is_shown_as_it_happens(desk: Desk, service: Installation) -> None:
    desk.drop(("slow.png", PICTURE))
    desk.page.get_by_label("요청 내용").fill("DRIP 80 0.1")
    desk.start()
    expect(desk.badge("slow.png", "processing")).to_be_visible()
    row = desk.row("slow.png")
    expect(row.locator(".standing")).to_contain_text(re.compile(r"워커 \d"))
    values = set()
    while desk.badge("slow.png", "completed").count() == 0:
        values.add(row.locator("progress").evaluate("(bar) => bar.value"))
    assert len([value for value in values if 30 < value < 80]) >= 2, values
    expect(row.locator("progress")).to_be_hidden()


def test_a_file_that_is_refused_stays_with_the_reason(desk: Desk) -> None:
    desk.drop(("letter.txt", b"not a picture"), ("fine.png", PICTURE))
    desk.start()
    expect(desk.page.locator(".files [role=alert]:visible")).to_contain_text("지원하지 않는 파일 내용")
    expect(desk.badge("fine.png", "completed")).to_be_visible()
    desk.page.get_by_role("button", name="letter.txt 빼기").click()
    expect(desk.page.locator(".files")).to_be_hidden()


def test_documents_are_pointed_at_table_extraction(desk: Desk) -> None:
    desk.drop(("report.pdf", b"%PDF-1.7"))
    desk.page.get_by_role("button", name="표 추출로 바꾸기").click()
    expect(desk.page.locator("input[value=tables]")).to_be_checked()
    expect(desk.page.get_by_label("요청 내용")).to_be_hidden()
    expect(desk.page.locator(".note").first).to_be_hidden()


@pytest.mark.parametrize("at_once", [True, False], ids=["under-way", "before"])
def test_an_upload_can_be_called_off(visit: Visit, at_once: bool) -> None:
    """Also while its bytes are going out, over a connection that is slow."""
    desk = visit()
    desk.drop(("called-off.png", PICTURE + bytes(3_000_000)))
    if at_once:
        session = desk.context.new_cdp_session(desk.page)
        slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 200_000}
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", slow)
        desk.start()
        expect(desk.page.locator(".files progress")).to_be_visible()
    desk.page.get_by_role("button", name="called-off.png 빼기").click()
    expect(desk.page.locator(".files li")).to_have_count(0)
    expect(desk.row("called-off.png")).to_have_count(0)
