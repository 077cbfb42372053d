"""axe-core over every view, light and dark: names, roles, contrast."""

import pytest
from playwright.sync_api import expect

from tests.console.accessibility import broken
from tests.console.conftest import Visit
from tests.contract.pictures import png, saved, table
from tests.contract.zips import packed
from tests.installation import Installation


@pytest.fixture(scope="module")
def tasks(service: Installation) -> dict[str, str]:
    """One task of each kind that looks its own way, by name."""
    pages = saved(table(), "TIFF", save_all=True, append_images=[table()])
    tables = service.submitted(("table.tiff", pages), "extract-tables", model="local")
    failed = service.submitted(("failed.png", png()[1][:40]))
    answer = service.submitted(png(), prompt="INSTANT")
    for task_id in (tables, failed, answer):
        service.ended(task_id)
    return {"tables": tables, "failed": failed, "answer": answer}


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_no_view_breaks_a_rule(visit: Visit, service: Installation, tasks: dict[str, str], colours: str) -> None:
    running = service.submitted(png(), prompt="HANG")
    pack = "pack.zip", packed(png(), ("other.png", png()[1]))
    batch = service.submit(pack, prompt="HANG").json()["batch_id"]
    desk = visit(color_scheme=colours)
    desk.drop(("refused.txt", b"text"))
    desk.start()
    expect(desk.page.locator(".files [role=alert]:visible")).to_be_visible()
    expect(desk.page.locator(".badge[data-state=processing]").first).to_be_visible()
    desk.page.locator("summary").click()
    desk.page.locator(".row input").first.check()
    found = broken(desk.page, "list")
    desk.page.get_by_role("button", name="정리").click()
    found += broken(desk.page, "dialog")
    desk.page.keyboard.press("Escape")
    desk.page.goto(f"{service.url}/#/batches/{batch}")
    expect(desk.page.locator("[data-part=batch] progress")).to_be_visible()
    found += broken(desk.page, "batch")
    for name, task_id in tasks.items():
        desk.open(task_id)
        expect(desk.page.locator(".task-body[aria-busy=false] [role=tabpanel]:visible")).to_be_visible()
        found += broken(desk.page, name)
    service.cancel(running)
    service.http.delete(f"{service.url}/background/cancel-batch/{batch}", timeout=30)
    assert found == []
