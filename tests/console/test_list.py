"""The list: what it shows, filters by, and does to many at once."""

from playwright.sync_api import expect

from tests.console.conftest import Visit
from tests.console.desk import Desk
from tests.contract.pictures import png
from tests.installation import Answer, Installation

PICTURE = png()[1]


def test_many_are_cancelled_at_once_after_a_question(desk: Desk, service: Installation) -> None:
    ids = [service.submitted((f"hanging-{n}.png", PICTURE), prompt="HANG") for n in range(4)]
    for n in range(4):
        desk.row(f"hanging-{n}.png").get_by_role("checkbox").check()
    expect(desk.page.get_by_text("4개 선택됨")).to_be_visible()
    stop = desk.page.get_by_role("button", name="선택한 작업 취소")
    stop.click()
    dialog = desk.page.get_by_role("dialog", name="작업 4개를 취소할까요?")
    dialog.get_by_role("button", name="닫기").click()
    assert {service.status(task_id)["status"] for task_id in ids} <= {"pending", "processing"}
    stop.click()
    dialog.get_by_role("button", name="취소하기").click()
    for n in range(4):
        expect(desk.badge(f"hanging-{n}.png", "cancelled")).to_be_visible()
    assert {service.status(task_id)["status"] for task_id in ids} == {"cancelled"}


def test_one_is_cancelled_by_its_own_button(desk: Desk, service: Installation) -> None:
    task_id = service.submitted(("single.png", PICTURE), prompt="HANG")
    desk.page.get_by_role("button", name="single.png 취소").click()
    expect(desk.badge("single.png", "cancelled")).to_be_visible()
    assert service.status(task_id)["status"] == "cancelled"


def test_one_is_run_again_by_its_own_button(desk: Desk, service: Installation) -> None:
    task_id = service.submitted(("once.png", PICTURE[:40]))
    service.ended(task_id)
    desk.page.get_by_role("button", name="once.png 다시 실행").click()
    expect(desk.badge("once.png", "failed")).to_have_count(2)
    assert _retried(service) == [task_id]


def test_many_are_run_again_after_a_question(desk: Desk, service: Installation) -> None:
    """Those that failed and those that were cancelled; what else is chosen stays as it is."""
    failed = service.submitted(("again-failed.png", PICTURE[:40]))
    cancelled = service.submitted(("again-cancelled.png", PICTURE), prompt="HANG")
    good = service.submitted(("again-good.png", PICTURE), prompt="INSTANT")
    service.cancel(cancelled)
    for task_id in (failed, cancelled, good):
        service.ended(task_id)
    for name, state in (("failed", "failed"), ("cancelled", "cancelled"), ("good", "completed")):
        expect(desk.badge(f"again-{name}.png", state)).to_be_visible()
    for name in ("again-failed.png", "again-cancelled.png", "again-good.png"):
        desk.row(name).get_by_role("checkbox").check()
    desk.page.get_by_role("button", name="선택한 작업 다시 실행").click()
    desk.page.get_by_role("dialog", name="작업 2개를 다시 실행할까요?").get_by_role(
        "button", name="다시 실행하기"
    ).click()
    expect(desk.page.locator(".toast").last).to_contain_text("2개 작업을 다시 시작했습니다")
    expect(desk.page.locator("[data-part=selection] .grow")).to_contain_text("모두 선택")
    fresh = {task["retry_of"]: task["task_id"] for task in _newest(service, 2)}
    assert set(fresh) == {failed, cancelled}
    service.cancel(fresh[cancelled])


def _newest(service: Installation, count: int) -> list[Answer]:
    tasks: list[Answer] = service.get("/background/all-tasks", params={"page_size": count}).json()["tasks"]
    return tasks


def _retried(service: Installation) -> list[str]:
    """What the newest task runs again."""
    return [task["retry_of"] for task in _newest(service, 1)]


def test_places_in_the_queue_are_told(desk: Desk, service: Installation) -> None:
    ids = [service.submitted((f"queued-{n}.png", PICTURE), prompt="HANG") for n in range(4)]
    expect(desk.row("queued-3.png").locator(".standing")).to_have_text("앞에 1건")
    expect(desk.row("queued-2.png").locator(".standing")).to_have_text("다음 차례")
    service.cancel(ids[0])
    service.cancel(ids[1])
    expect(desk.badge("queued-3.png", "processing")).to_be_visible()
    for task_id in ids:
        service.cancel(task_id)


def test_filters(visit: Visit, service: Installation) -> None:
    good = service.submitted(("filter-good.png", PICTURE))
    bad = service.submitted(("filter-bad.png", PICTURE[:40]))
    table = service.submitted(("filter-table.png", PICTURE), "extract-tables")
    for task_id in (good, bad, table):
        service.ended(task_id)
    desk = visit()
    desk.filter("failed")
    expect(desk.row("filter-good.png")).to_have_count(0)
    expect(desk.row("filter-bad.png")).to_be_visible()
    assert {badge.get_attribute("data-state") for badge in desk.page.locator(".badge").all()} == {"failed"}
    desk.filter("")
    desk.page.get_by_label("종류").last.select_option("table_extraction")
    expect(desk.row("filter-good.png")).to_have_count(0)
    expect(desk.row("filter-table.png")).to_be_visible()
    desk.page.get_by_label("종류").last.select_option("")
    desk.page.get_by_label("기간").select_option("hour")
    expect(desk.row("filter-good.png")).to_be_visible()
    desk.page.get_by_label("기간").select_option("own")
    desk.page.get_by_label("끝", exact=True).fill("2020-01-01T00:00")
    desk.page.get_by_label("끝", exact=True).blur()
    expect(desk.page.get_by_text("조건에 맞는 작업이 없습니다")).to_be_visible()
    desk.page.get_by_role("button", name="조건 지우기").click()
    expect(desk.row("filter-good.png")).to_be_visible()


def test_clean_up_asks_and_says_what_it_removed(desk: Desk, service: Installation) -> None:
    task_id = service.submitted(("old.png", PICTURE))
    service.ended(task_id)
    expect(desk.badge("old.png", "completed")).to_be_visible()
    desk.page.get_by_role("button", name="정리").click()
    dialog = desk.page.get_by_role("dialog", name="끝난 작업 정리")
    dialog.get_by_role("spinbutton").fill("0")
    dialog.get_by_role("button", name="지우기").click()
    expect(desk.page.locator(".toast").last).to_contain_text("개 작업을 지웠습니다")
    expect(desk.row("old.png")).to_have_count(0)
    expect(desk.page.get_by_text("아직 작업이 없습니다")).to_be_visible()
    assert service.get(f"/background/task-status/{task_id}").status_code == 404


def test_a_task_that_is_cleaned_up_while_it_is_open_says_so(visit: Visit, service: Installation) -> None:
    task_id = service.submitted(("vanishing.png", PICTURE), prompt="INSTANT")
    service.ended(task_id)
    desk = visit(task_id=task_id)
    expect(desk.page.locator(".prose")).to_be_visible()
    service.http.post(f"{service.url}/background/cleanup", params={"max_age_hours": 0}, timeout=30)
    desk.page.get_by_role("button", name="결과 JSON").click()
    expect(desk.page.get_by_role("alert")).to_contain_text("찾을 수 없습니다")
    expect(desk.page.locator(".prose")).to_be_visible()


def test_a_service_out_of_reach_is_told_until_it_is_back(visit: Visit, service: Installation) -> None:
    desk = visit()
    expect(desk.page.locator("[data-part=live][data-state=good]")).to_be_visible()
    desk.page.route("**/background/all-tasks*", lambda route: route.abort())
    desk.filter("completed")
    told = desk.page.get_by_role("alert").filter(has_text="서버에 연결할 수 없습니다")
    with desk.page.expect_request("**/background/all-tasks*"):
        told.get_by_role("button", name="다시 시도").click()
    expect(told).to_be_visible()
    desk.page.unroute("**/background/all-tasks*")
    desk.filter("")
    expect(told).to_be_hidden()
    task_id = service.submitted(("seen.png", PICTURE), prompt="INSTANT")
    expect(desk.badge("seen.png", "completed")).to_be_visible()
    desk.page.route("**/background/all-tasks*", lambda route: route.abort())
    service.ended(service.submitted(("unseen.png", PICTURE), prompt="INSTANT"))
    expect(told).to_contain_text("바뀌었을 수 있습니다")
    expect(desk.badge("seen.png", "completed")).to_be_visible()  # what was seen stays
    assert service.status(task_id)["status"] == "completed"


def test_more_than_a_page_of_tasks_is_shown_and_cancelled(visit: Visit, service: Installation) -> None:
    ids = [service.submitted((f"many-{n}.png", PICTURE), prompt="HANG") for n in range(57)]
    for task_id in ids[:2]:
        service.wait_until(task_id, "processing")
    desk = visit()
    page = desk.page
    desk.filter("pending")
    expect(page.locator(".row")).to_have_count(50)
    page.get_by_label("모두 선택").check()
    expect(page.get_by_text("50개 선택됨")).to_be_visible()
    page.get_by_role("button", name="조건에 맞는 55개 모두 선택").click()
    expect(page.get_by_text("55개 선택됨")).to_be_visible()
    page.get_by_role("button", name="더 보기").click()
    expect(desk.row("many-2.png")).to_be_visible()
    assert desk.names() == [f"many-{n}.png" for n in reversed(range(2, 57))]
    page.get_by_role("button", name="선택한 작업 취소").click()
    page.get_by_role("dialog", name="작업 55개를 취소할까요?").get_by_role("button", name="취소하기").click()
    expect(page.locator(".toast")).to_contain_text("55개 작업을 취소했습니다")
    expect(page.get_by_text("조건에 맞는 작업이 없습니다")).to_be_visible()
    assert {service.status(task_id)["status"] for task_id in ids[2:]} == {"cancelled"}
    for task_id in ids[:2]:
        service.cancel(task_id)
