"""Language, colours, keyboard, and what comes when there are keys."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.console.conftest import Visit
from tests.console.desk import Desk
from tests.contract.pictures import png
from tests.installation import Installation

PICTURE = png()[1]
OUTLINE = """() => {
  const focused = document.activeElement;
  const shown = focused.classList.contains("unseen") ? focused.closest("label") : focused;
  return getComputedStyle(shown).outlineStyle;
}"""
SQUEEZED = """() => [...document.querySelectorAll(".selection span, .row .name, .segments label, .bar button")]
  .filter((one) => one.offsetHeight > 60).map((one) => one.textContent)"""
TOO_WIDE = "() => document.documentElement.scrollWidth - innerWidth"
GROUNDS = {"light": "rgb(244, 245, 248)", "dark": "rgb(14, 17, 22)"}


def test_korean_unless_the_browser_prefers_english(visit: Visit) -> None:
    for locale, word in (("ko-KR", "새 작업"), ("fr-FR", "새 작업"), ("en-GB", "New task")):
        desk = visit(locale=locale)
        expect(desk.page.get_by_role("heading", name=word)).to_be_visible()
        assert desk.page.locator("html").get_attribute("lang") == ("en" if locale == "en-GB" else "ko")


def test_the_language_is_changed_everywhere_and_remembered(visit: Visit, service: Installation) -> None:
    task_id = service.submitted(("english.png", PICTURE[:40]))
    service.ended(task_id)
    desk = visit()
    desk.drop(("kept.png", PICTURE))
    desk.page.get_by_label("요청 내용").fill("그대로")
    desk.page.get_by_role("button", name="English", exact=True).click()
    expect(desk.row("english.png").locator(".standing")).to_have_text(re.compile("The file"))
    expect(desk.page.get_by_label("What do you want to know?")).to_have_value("그대로")
    expect(desk.page.locator(".files li")).to_contain_text("kept.png")
    assert not re.search("[가-힣]", desk.page.locator(".filters").inner_text())
    interface = service.get(str(desk.page.get_by_role("link", name="API reference").get_attribute("href")))
    assert (interface.status_code, interface.headers["content-language"]) == (200, "en")
    desk.open(task_id)
    expect(desk.page.get_by_role("alert")).to_contain_text("What to do")
    assert desk.page.title() == "english.png · Document Analysis"


def test_colours_follow_the_system_until_they_are_chosen(visit: Visit) -> None:
    for system, colour in GROUNDS.items():
        expect(visit(color_scheme=system).page.locator("html")).to_have_css("background-color", colour)
    desk = visit(color_scheme="light")
    desk.page.get_by_role("radio", name="어둡게").check(force=True)
    expect(desk.page.locator("html")).to_have_css("background-color", GROUNDS["dark"])
    desk.page.reload()
    expect(desk.page.locator("html")).to_have_css("background-color", GROUNDS["dark"])
    expect(desk.page.get_by_role("radio", name="어둡게")).to_be_checked()


def test_everything_is_reached_by_keyboard(desk: Desk, service: Installation) -> None:
    """From the top of the page: skip the bar, choose the kind, come to a task, open it, walk its tabs, go back."""
    task_id = service.submitted(("keys.png", PICTURE), prompt="INSTANT")
    service.ended(task_id)
    expect(desk.badge("keys.png", "completed")).to_be_visible()
    page, press = desk.page, desk.page.keyboard.press
    press("Tab")
    expect(page.get_by_role("link", name="본문으로 건너뛰기")).to_be_focused()
    press("Enter")
    expect(page.locator("main")).to_be_focused()
    press("Tab")
    press("ArrowRight")
    expect(page.locator("input[value=tables]")).to_be_checked()
    _tab_to(page, "link", "keys.png")
    press("Enter")
    expect(page.get_by_role("heading", name="keys.png")).to_be_focused()
    _tab_to(page, "tab", "답변")
    press("ArrowRight")
    expect(page.get_by_role("tab", name="진행 기록")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="진행 기록")).to_be_visible()
    press("End")
    expect(page.get_by_role("tab", name="정보")).to_be_focused()
    page.go_back()
    expect(page.locator("main")).to_be_focused()


def test_where_the_focus_is_can_be_seen(desk: Desk) -> None:
    for _ in range(8):
        desk.page.keyboard.press("Tab")
        assert desk.page.evaluate(OUTLINE) == "solid", desk.page.evaluate("document.activeElement.outerHTML")


def test_endings_are_told_to_screen_readers(desk: Desk, service: Installation) -> None:
    task_id = service.submitted(("spoken.png", PICTURE), prompt="HANG")
    expect(desk.badge("spoken.png", "processing")).to_be_visible()
    service.cancel(task_id)
    expect(desk.page.locator(".unseen[role=status]")).to_contain_text("spoken.png: 취소됨")


def test_nothing_moves_where_motion_is_not_wanted(visit: Visit, service: Installation) -> None:
    task_id = service.submitted(("still.png", PICTURE), prompt="HANG")
    desk = visit(reduced_motion="reduce")
    spinner = desk.badge("still.png", "processing").locator("svg")
    expect(spinner).to_be_visible()
    assert spinner.evaluate("(one) => getComputedStyle(one).animationIterationCount") == "1"
    service.cancel(task_id)


@pytest.mark.parametrize("locale", ["ko-KR", "en-GB"])
def test_a_phone_shows_all_of_it(visit: Visit, service: Installation, locale: str) -> None:
    """Nothing is wider than the screen, and no words are squeezed into a column of letters."""
    task_id = service.submitted((f"{'a-long-name-' * 15}.png", PICTURE), prompt="INSTANT")
    service.ended(task_id)
    desk = visit(locale=locale, viewport={"width": 360, "height": 740})
    desk.page.locator(".row").first.get_by_role("checkbox").check()
    assert desk.page.evaluate(SQUEEZED) == []
    assert desk.page.evaluate(TOO_WIDE) == 0
    desk.open(task_id)
    expect(desk.page.locator(".prose")).to_be_visible()
    assert desk.page.evaluate(TOO_WIDE) == 0


def _tab_to(page: Page, role: str, name: str) -> None:
    """Press Tab until what has this role and name is focused, 40 times at most."""
    wanted = page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
    for _ in range(40):
        page.keyboard.press("Tab")
        if wanted.evaluate("(one) => one === document.activeElement"):
            return
    raise AssertionError(f"Tab does not lead to the {role} {name}")
