"""With API_KEYS the console asks for one, keeps it in the tab, and shows that client's tasks."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.console.conftest import Visit
from tests.contract.installing import installed
from tests.contract.pictures import png
from tests.doors.keys import ALICE, API_KEYS, BOB, bearing
from tests.installation import Installation
from tests.peers.process import Peer

PICTURE = png()[1]


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, openai_process: Peer) -> Iterator[Installation]:
    """An installation with keys."""
    settings = {"API_KEYS": API_KEYS, "MAX_WORKERS": 1}
    with installed(tmp_path_factory.mktemp("guarded-console"), openai_process, **settings) as installation:
        yield installation


def test_a_key_is_asked_for_until_it_is_right(visit: Visit, guarded: Installation) -> None:
    desk = visit(guarded)
    dialog = desk.page.get_by_role("dialog", name="API 키")
    secret = dialog.get_by_label("API 키", exact=True)
    expect(secret).to_be_focused()
    desk.page.keyboard.press("Escape")
    expect(dialog).to_be_visible()  # without a key there is nothing to see
    secret.fill("wrong-key-wrong-key")
    desk.page.keyboard.press("Enter")
    expect(dialog).to_contain_text("서버가 이 키를 받지 않았습니다")
    secret.fill(ALICE)
    desk.page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(desk.page.get_by_text("아직 작업이 없습니다")).to_be_visible()
    assert desk.page.evaluate("JSON.stringify(localStorage)").find(ALICE) < 0
    assert desk.page.evaluate("document.cookie") == ""
    assert ALICE in desk.page.evaluate("JSON.stringify(sessionStorage)")


def test_tasks_are_followed_with_the_key(visit: Visit, guarded: Installation) -> None:
    desk = visit(guarded)
    _enter(desk.page, ALICE, "앨리스")
    desk.drop(("alice.png", PICTURE))
    desk.page.get_by_label("요청 내용").fill("DRIP 5 0.2")
    desk.start()
    desk.row("alice.png").get_by_role("link").click()
    expect(desk.page.locator(".task-heading .badge")).to_have_text("완료")
    expect(desk.page.get_by_role("img", name="alice.png의 1쪽 그림")).to_be_visible()
    expect(desk.page.locator(".prose")).to_contain_text("조각 1")


def test_a_key_that_is_taken_back_is_asked_for_again(visit: Visit, guarded: Installation) -> None:
    refusal = guarded.get("/background/all-tasks", headers=bearing("taken-back-taken-back"))
    assert refusal.status_code == 401
    desk = visit(guarded)
    _enter(desk.page, ALICE, "앨리스")
    expect(desk.page.locator("[data-part=live][data-state=good]")).to_be_visible()
    headers = {"content-type": refusal.headers["content-type"]}
    refuse = {"status": 401, "headers": headers, "body": refusal.content}
    desk.page.route("**/background/**", lambda route: route.fulfill(**refuse))
    desk.filter("failed")
    expect(desk.page.get_by_role("dialog", name="API 키")).to_contain_text("서버가 이 키를 받지 않았습니다")
    desk.page.unroute("**/background/**")
    _enter(desk.page, BOB, "밥")
    desk.filter("")
    expect(desk.page.locator("[data-part=live][data-state=good]")).to_be_visible()
    expect(desk.page.get_by_label("어느 키의 작업을 볼지 선택")).to_have_count(1)


def test_each_key_shows_its_own_tasks(visit: Visit, guarded: Installation) -> None:
    guarded.http.headers.update(bearing(BOB))
    guarded.ended(guarded.submitted(("bob.png", PICTURE), prompt="INSTANT"))
    desk = visit(guarded)
    _enter(desk.page, ALICE, "앨리스")
    expect(desk.row("bob.png")).to_have_count(0)
    desk.page.get_by_role("button", name="다른 API 키 추가").click()
    _enter(desk.page, BOB, "밥")
    expect(desk.row("bob.png")).to_be_visible()
    desk.page.get_by_label("어느 키의 작업을 볼지 선택").select_option(label="앨리스")
    expect(desk.row("bob.png")).to_have_count(0)


def _enter(page, key: str, name: str) -> None:
    dialog = page.get_by_role("dialog", name="API 키")
    dialog.get_by_label("API 키", exact=True).fill(key)
    dialog.get_by_label("이 키의 이름").fill(name)
    dialog.get_by_role("button", name="사용하기").click()
    expect(dialog).to_be_hidden()
