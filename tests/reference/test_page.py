"""`/docs` in a real browser: whole, in both languages and colours, nothing from elsewhere, nothing kept from it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from service.api.docs import POLICY
from service.app import ROUTES
from tests.console.accessibility import broken
from tests.console.desk import Desk, assert_clean
from tests.contract.installing import installed
from tests.doors.keys import API_KEYS
from tests.installation import Installation
from tests.peers.process import Peer

WEBHOOKS = [("POST", "task_ended"), ("POST", "batch_ended")]
GROUNDS = {"light": "rgb(244, 245, 248)", "dark": "rgb(14, 17, 22)"}


@pytest.fixture(params=GROUNDS)
def reader(browser: Browser, service: Installation, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """Someone with a Korean browser in light or dark, who has opened the page."""
    desk = Desk(browser, service, color_scheme=request.param)
    desk.page.goto(f"{service.url}/docs")
    expect(desk.page.locator("html")).to_have_css("background-color", GROUNDS[request.param])
    yield desk
    desk.close()
    assert_clean([desk])


def test_it_tells_of_every_endpoint_in_both_languages(reader: Desk) -> None:
    page = reader.page
    routes = [(method, route.path) for route in ROUTES for method in (route.methods or set()) - {"HEAD"}]
    assert sorted(_told(page)) == sorted([*routes, *WEBHOOKS])
    assert page.locator("html").get_attribute("lang") == "ko"
    expect(page.get_by_role("heading", name="취소, 재시도, 정리").last).to_be_visible()
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.wait_for_load_state()
    assert sorted(_told(page)) == sorted([*routes, *WEBHOOKS])
    expect(page.get_by_role("heading", name="Submitting").last).to_be_visible()


def test_its_contents_lead_to_what_they_name(reader: Desk) -> None:
    page = reader.page
    targets = page.locator("a[href^='#']").evaluate_all("links => links.map((link) => link.getAttribute('href'))")
    assert len(targets) > 50
    assert [one for one in set(targets) if page.locator(f"[id='{one[1:]}']").count() != 1] == []
    page.get_by_role("link", name="작업 취소").click()
    expect(page.locator("#cancel_task")).to_be_in_viewport()


def test_it_breaks_no_rule_of_accessibility(reader: Desk) -> None:
    reader.page.locator("summary").first.click()
    assert broken(reader.page, "docs") == []


def test_it_fits_a_telephone(browser: Browser, service: Installation) -> None:
    desk = Desk(browser, service, viewport={"width": 360, "height": 740})
    desk.page.goto(f"{service.url}/docs")
    width = desk.page.evaluate("document.documentElement.scrollWidth")
    desk.close()
    assert width <= 360


def test_its_policy_and_its_headers(service: Installation) -> None:
    response = service.get("/docs", headers={"Accept-Language": "en"})
    assert response.headers["content-security-policy"] == POLICY and "unsafe" not in POLICY
    assert (response.headers["content-type"], response.headers["content-language"]) == (
        "text/html; charset=utf-8",
        "en",
    )
    assert service.get("/docs?lang=xx").headers["content-language"] == "ko"
    assert service.http.post(f"{service.url}/docs", timeout=30).status_code == 405
    sheet = service.get("/docs/style.css")
    again = service.get("/docs/style.css", headers={"If-None-Match": sheet.headers["etag"]})
    assert sheet.headers["content-type"].startswith("text/css") and again.status_code == 304


def test_with_keys_it_is_open_and_says_how_to_send_one(
    tmp_path_factory: pytest.TempPathFactory, openai_process: Peer
) -> None:
    with installed(tmp_path_factory.mktemp("keyed"), openai_process, API_KEYS=API_KEYS, MAX_WORKERS=1) as keyed:
        words = keyed.get("/docs?lang=en").text
        assert "This server asks for a key" in words and "Authorization: Bearer $KEY" in words
        assert keyed.get("/openapi.json").json()["paths"]["/background/all-tasks"]["get"]["security"] == [
            {"api_key": []}
        ]


def _told(page: Page) -> list[tuple[str, str]]:
    texts = page.locator(".operation h3:has(.method)").all_inner_texts()
    return [(method, path) for method, path in (text.split() for text in texts)]
