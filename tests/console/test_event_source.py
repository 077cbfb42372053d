"""The browser's own EventSource, a client that nobody here wrote, over a restart of the service."""

import json

from playwright.sync_api import expect

from tests.conftest import MakeInstallation
from tests.console.conftest import Visit
from tests.contract.pictures import png

_LISTEN = """(address) => {
  window.told = [];
  const source = new EventSource(address);
  for (const kind of ["status", "progress", "completed", "failed", "cancelled"]) {
    source.addEventListener(kind, (event) => window.told.push([Number(event.lastEventId), kind, event.data]));
  }
}"""


STEPS = [
    "파일을 받음",
    "대기열에 들어감",
    "처리 시작",
    "읽기",
    "대기열로 돌아감",
    "처리 시작",
    "읽기",
    "결과 저장",
    "완료",
]
"""Of a task that a restart interrupted, as the console tells them."""


def test_it_goes_on_where_it_was_cut_off(visit: Visit, make_installation: MakeInstallation) -> None:
    service = make_installation(MAX_WORKERS=1)
    with service.running():
        desk = visit(service)
        task_id = service.submitted(png(), prompt="ONCE HANG")
        opened = visit(service, task_id=task_id)
        opened.page.get_by_role("tab", name="진행 기록").click()
        expect(opened.page.locator(".timeline")).to_contain_text("읽기")
        desk.page.evaluate(_LISTEN, f"/background/task-status/{task_id}/events")
        desk.page.wait_for_function("() => window.told.some(([, kind]) => kind === 'progress')")
        expect(desk.page.locator("[data-part=live][data-state=good]")).to_be_visible()
        service.stop()
        expect(desk.page.locator("[data-part=live][data-state=unknown]")).to_be_visible()
        service.start()
        desk.page.wait_for_function("() => window.told.some(([, kind]) => kind === 'completed')", timeout=30_000)
        expect(desk.page.locator("[data-part=live][data-state=good]")).to_be_visible()
        numbers = [number for number, _, _ in desk.page.evaluate("window.told")]
        assert numbers == sorted(set(numbers)), "none twice"
        stream = service.get(f"/background/task-status/{task_id}/events", stream=True)
        every = [int(line[4:]) for line in stream.iter_lines(decode_unicode=True) if line.startswith("id: ")]
        stream.close()
        assert numbers == every, "and none left out"
        expect(opened.page.locator(".timeline .strong")).to_have_text(STEPS)
        last = json.loads(desk.page.evaluate("window.told.at(-1)[2]"))
        assert last["task_status"]["status"] == "completed"
