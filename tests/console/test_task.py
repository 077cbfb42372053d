"""One task, opened: pages with marks, tables, the answer, the timeline, failures."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.console.conftest import Visit
from tests.console.desk import Desk
from tests.contract.pictures import picture, png, saved, table
from tests.installation import Installation
from tests.peers.process import Peer

PICTURE = png()[1]


@pytest.fixture(scope="module")
def tables(service: Installation) -> str:
    """A task of two pages, each with a table that was found by the embedded engine."""
    pages = saved(table(), "TIFF", save_all=True, append_images=[table()])
    task_id = service.submitted(("two-pages.tiff", pages), "extract-tables", model="local")
    assert service.ended(task_id)["status"] == "completed"
    return task_id


def test_tables_are_marked_where_they_stand_on_the_page(visit: Visit, service: Installation, tables: str) -> None:
    found = service.result(tables).json()["tables"]
    assert [one["page"] for one in found] == [1, 2]
    desk = visit(task_id=tables)
    mark = desk.page.get_by_role("button", name="표 1 내용 보기")
    expect(mark).to_be_visible()
    paper, box = desk.page.locator(".paper img").bounding_box(), mark.bounding_box()
    assert paper is not None and box is not None
    left, top, right, bottom = found[0]["box"]
    expected = {
        "x": paper["x"] + left * paper["width"],
        "y": paper["y"] + top * paper["height"],
        "width": (right - left) * paper["width"],
        "height": (bottom - top) * paper["height"],
    }
    assert box == pytest.approx(expected, abs=1.5)
    desk.page.get_by_label("표 위치 표시").uncheck()
    expect(mark).to_be_hidden()


def test_pages_are_turned_and_tables_lead_to_theirs(visit: Visit, tables: str) -> None:
    desk = visit(task_id=tables)
    expect(desk.page.get_by_text("1 / 2쪽")).to_be_visible()
    desk.page.get_by_role("button", name="다음 쪽").click()
    expect(desk.page.get_by_role("img", name="two-pages.tiff의 2쪽 그림")).to_be_visible()
    small = desk.page.get_by_role("list", name="모든 쪽")
    expect(small.locator("[aria-current=page]")).to_have_text("2")
    expect(small.locator("img")).to_have_count(2)
    small.get_by_role("button", name="1쪽 보기").click()
    expect(desk.page.get_by_role("img", name="two-pages.tiff의 1쪽 그림")).to_be_visible()
    small.get_by_role("button", name="2쪽 보기").click()
    expect(desk.page.get_by_role("img", name="two-pages.tiff의 2쪽 그림")).to_be_visible()
    desk.page.get_by_role("button", name="1쪽", exact=True).click()
    expect(desk.page.get_by_role("button", name="표 1 내용 보기")).to_be_focused()
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("[data-table='0']")).to_be_focused()


def test_tables_are_tables(visit: Visit, service: Installation, tables: str) -> None:
    desk = visit(task_id=tables)
    shown = desk.page.get_by_role("table", name="표 1")
    expect(shown).to_be_visible()
    grid = [[""] * 2 for _ in range(3)]
    for cell in service.result(tables).json()["tables"][0]["cells"]:
        grid[cell["row"]][cell["column"]] = cell["text"]
    assert [row.locator("th, td").all_inner_texts() for row in shown.get_by_role("row").all()] == grid


def test_merged_cells_stay_merged(visit: Visit, service: Installation) -> None:
    task_id = service.submitted(("merged.png", PICTURE), "extract-tables")
    service.ended(task_id)
    cells = [
        {"row": 0, "column": 0, "row_span": 2, "column_span": 1, "text": "A"},
        {"row": 0, "column": 1, "row_span": 1, "column_span": 2, "text": "B"},
        {"row": 1, "column": 2, "row_span": 1, "column_span": 1, "text": "D"},
    ]
    facts = {"cells": cells, "rows": 2, "columns": 3, "header_rows": 0}
    _rewrite(service, task_id, lambda result: result["tables"][0].update(facts))
    desk = visit(task_id=task_id)
    rows = desk.page.get_by_role("table", name="표 1").locator("tr")
    spans = "(row) => [...row.cells].map((cell) => [cell.textContent, cell.rowSpan, cell.colSpan])"
    assert rows.nth(0).evaluate(spans) == [["A", 2, 1], ["B", 1, 2]]
    assert rows.nth(1).evaluate(spans) == [["", 1, 1], ["D", 1, 1]]


FORMS = {"CSV": "csv", "XLSX": "xlsx", "Markdown": "md", "HTML": "html", "JSON": "json"}


def test_each_table_is_taken_away_in_each_form(visit: Visit, service: Installation, tables: str) -> None:
    desk = visit(task_id=tables)
    for word, form in FORMS.items():
        with desk.page.expect_download() as download:
            desk.page.get_by_role("group", name="표 2 내려받기").get_by_role("button", name=word).click()
        assert download.value.suggested_filename == f"two-pages.table-2.{form}"
        answer = service.get(f"/background/task-result/{tables}/tables/2.{form}")
        # The whole but for a workbook, which holds the time it was made at.
        assert download.value.path().read_bytes()[:40] == answer.content[:40]


def test_all_tables_and_the_text_are_taken_away(visit: Visit, service: Installation, tables: str) -> None:
    desk = visit(task_id=tables)
    with desk.page.expect_download() as download:
        desk.page.get_by_role("button", name="모든 표를 XLSX로").click()
    assert download.value.suggested_filename == "two-pages.tables.xlsx"
    answered = service.submitted(("text.png", PICTURE), prompt="INSTANT")
    service.ended(answered)
    desk.open(answered)
    with desk.page.expect_download() as download:
        desk.page.get_by_role("button", name="Markdown 파일").click()
    assert download.value.path().read_bytes() == service.get(f"/background/task-result/{answered}/text.md").content


HOSTILE = """# Heading <script>window.broken = 1</script>

<img src=x onerror="window.broken = 1"> **bold** and [a trap](javascript:window.broken=1) and ![far](https://evil.example/x.png)

- one
  - two
1. `<b>code</b>` and https://example.com/page.

| A | B |
|---|--:|
| <b>x</b> | 1<br>2 |

> quoted

```html
<script>window.broken = 1</script>
```
"""


def test_an_answer_is_formatted_and_nothing_in_it_is_obeyed(visit: Visit, service: Installation) -> None:
    task_id = service.submitted(("hostile.png", PICTURE), prompt="INSTANT")
    service.ended(task_id)
    _rewrite(service, task_id, lambda result: result["analysis"].update(text=HOSTILE))
    desk = visit(task_id=task_id)
    prose = desk.page.locator(".prose")
    expect(prose.locator("h3")).to_have_text("Heading <script>window.broken = 1</script>")
    expect(prose.locator("strong")).to_have_text("bold")
    expect(prose.locator("ul ul li")).to_have_text("two")
    expect(prose.locator("ol code")).to_have_text("<b>code</b>")
    expect(prose.locator("td")).to_have_text(["<b>x</b>", "12"])
    expect(prose.locator("blockquote")).to_have_text("quoted")
    assert prose.locator("a").evaluate_all("(all) => all.map((a) => a.href)") == ["https://example.com/page"]
    assert prose.locator("script, img, b").count() == 0
    assert desk.page.evaluate("window.broken") is None


NOTES = [
    "1쪽에는 읽을 글자가 없습니다. Page 1 holds no text to be read.",
    "시트 '매출'은 비어 있습니다. The sheet '매출' is empty.",
]


@pytest.mark.parametrize(
    "locale, first", [("ko-KR", "1쪽에는 읽을 글자가 없습니다."), ("en-GB", "Page 1 holds no text to be read.")]
)
def test_notes_are_told_in_one_language(visit: Visit, service: Installation, locale: str, first: str) -> None:
    """Where it is sure which half is which."""
    task_id = service.submitted(("noted.png", PICTURE), prompt="INSTANT")
    service.ended(task_id)
    _rewrite(service, task_id, lambda result: result.update(concerns=NOTES))
    desk = visit(task_id=task_id, locale=locale)
    expect(desk.page.locator("ul.note li")).to_have_text([first, NOTES[1]])


def test_the_timeline_tells_every_step(visit: Visit, service: Installation) -> None:
    task_id = service.submitted(("timed.png", PICTURE), prompt="DRIP 5 0.3")
    desk = visit(task_id=task_id)
    steps = desk.page.locator(".timeline .strong")
    desk.page.get_by_role("tab", name="진행 기록").click()
    expect(desk.page.get_by_role("tab", name="답변")).to_be_visible()
    expect(desk.page.get_by_role("tabpanel", name="진행 기록")).to_be_visible()  # where one is one stays
    expect(steps).to_have_text(["파일을 받음", "대기열에 들어감", "처리 시작", "읽기", "결과 저장", "완료"])
    expect(desk.page.locator(".timeline li").last).to_contain_text(re.compile(r"초 걸림"))


def test_each_delivery_is_told_and_can_be_made_again(visit: Visit, service: Installation, receiver: Peer) -> None:
    task_id = service.submitted(("called.png", PICTURE), prompt="INSTANT", callback_url=f"{receiver.url}/ok")
    service.ended(task_id)
    receiver.wait_seen(lambda seen: len(seen) == 1)
    desk = visit(task_id=task_id)
    desk.page.get_by_role("tab", name="진행 기록").click()
    deliveries = desk.page.locator(".timeline li").filter(has_text="콜백 전달됨")
    expect(deliveries).to_have_count(1)
    expect(deliveries).to_contain_text(f"HTTP 200 · {receiver.url}/ok")
    deliveries.get_by_role("button", name="다시 보내기").click()
    receiver.wait_seen(lambda seen: len(seen) == 2)
    expect(deliveries).to_have_count(2)


def test_a_failure_comes_with_its_remedy(visit: Visit, service: Installation) -> None:
    task_id = service.submitted(("broken.png", PICTURE[:40]))
    service.ended(task_id)
    desk = visit(task_id=task_id)
    told = desk.page.get_by_role("alert").filter(has_text="unreadable_file")
    expect(told).to_contain_text("파일을 읽을 수 없습니다")
    expect(told).to_contain_text("해결 방법: 다른 프로그램에서 파일을 열어")
    expect(desk.page.locator(".viewer")).to_be_hidden()  # what cannot be read cannot be shown


def test_a_failed_task_that_is_open_is_run_again_as_a_new_one(visit: Visit, service: Installation) -> None:
    task_id = service.submitted(("anew.png", PICTURE[:40]))
    service.ended(task_id)
    desk = visit(task_id=task_id)
    desk.page.get_by_role("button", name="다시 실행").click()
    desk.page.wait_for_url(lambda url: "/tasks/" in url and task_id not in url)
    expect(desk.page.locator(".task-heading .badge")).to_have_text("실패")
    desk.page.get_by_role("tab", name="정보").click()
    expect(desk.page.get_by_role("link", name=task_id)).to_be_visible()


def test_a_page_is_seen_as_large_as_it_is(visit: Visit, service: Installation) -> None:
    task_id = service.submitted(("large.png", saved(picture((1600, 1200)), "PNG")), prompt="INSTANT")
    service.ended(task_id)
    desk = visit(task_id=task_id)
    page = desk.page.locator(".paper img")
    width = "(one) => [one.width, one.naturalWidth]"
    expect(page).to_be_visible()
    shown, natural = page.evaluate(width)
    assert shown < natural
    desk.page.get_by_role("button", name="원래 크기로").click()
    assert page.evaluate(width) == [natural, natural]


def test_a_task_that_is_open_can_be_cancelled(visit: Visit, service: Installation) -> None:
    task_id = service.submitted(("open.png", PICTURE), prompt="HANG")
    desk = visit(task_id=task_id)
    desk.page.get_by_role("button", name="취소", exact=True).click()
    expect(desk.page.locator(".task-heading .badge")).to_have_text("취소됨")
    expect(desk.page.get_by_role("button", name="취소", exact=True)).to_have_count(0)
    assert service.status(task_id)["status"] == "cancelled"


def test_the_result_is_taken_away_whole(visit: Visit, service: Installation) -> None:
    task_id = service.submitted(("taken.png", PICTURE), prompt="INSTANT")
    service.ended(task_id)
    desk = visit(task_id=task_id)
    with desk.page.expect_download() as download:
        desk.page.get_by_role("button", name="결과 JSON").click()
    assert download.value.suggested_filename == "taken.png.json"
    assert json.loads(download.value.path().read_text()) == service.result(task_id).json()


def test_an_unknown_task(visit: Visit) -> None:
    desk: Desk = visit(task_id="no-such-task")
    expect(desk.page.get_by_role("alert")).to_contain_text("찾을 수 없습니다")
    desk.page.get_by_role("link", name="작업 목록").click()
    expect(desk.page.get_by_role("heading", name="새 작업")).to_be_visible()


def _rewrite(service: Installation, task_id: str, change) -> None:
    """Have a result say what no document at hand says."""
    path = service.results / f"{task_id}.json"
    result = json.loads(path.read_text())
    change(result)
    path.write_text(json.dumps(result))
