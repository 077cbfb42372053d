"""The console as a person at a desk uses it, and a watch over what the page does meanwhile."""

import base64
from collections.abc import Iterable
from typing import Any

from playwright.sync_api import Browser, BrowserContext, JSHandle, Locator, Page

from tests.installation import Installation

File = tuple[str, bytes]

_TRANSFER = """files => {
  const transfer = new DataTransfer();
  for (const [name, type, data] of files) {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    transfer.items.add(new File([bytes], name, { type }));
  }
  return transfer;
}"""


class Desk:
    """A tab with the console in it.

    `foreign` are the addresses it asked for that are not the service's; `faults` what the browser complained of: broken
    scripts, and whatever the Content-Security-Policy kept it from.
    """

    def __init__(self, browser: Browser, service: Installation, **options: Any) -> None:
        self.service = service
        self.foreign: list[str] = []
        self.faults: list[str] = []
        settings = {"locale": "ko-KR", "viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}
        self.context: BrowserContext = browser.new_context(**settings | options)
        self.context.set_default_timeout(60_000)
        self.page: Page = self.context.new_page()
        self.page.on("request", lambda request: self._note_request(request.url))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda message: self._note_message(message.type, message.text))

    def open(self, task_id: str = "") -> "Desk":
        """The list, or one task."""
        self.page.goto(f"{self.service.url}/{f'#/tasks/{task_id}' if task_id else ''}")
        return self

    def drop(self, *files: File) -> None:
        """Drag files over the page and let go."""
        transfer = self.transfer(*files)
        for event in ("dragenter", "dragover", "drop"):
            self.page.dispatch_event("body", event, {"dataTransfer": transfer})

    def transfer(self, *files: File) -> JSHandle:
        """What the browser says is being dragged."""
        words = [[name, "image/png", base64.b64encode(data).decode()] for name, data in files]
        return self.page.evaluate_handle(_TRANSFER, words)

    def choose(self, kind: str) -> None:
        """What to do with the files: analyze or tables."""
        self.page.locator(f"input[name=kind][value={kind}]").check(force=True)

    def start(self) -> None:
        self.page.locator(".composer button[type=submit]").click()

    def row(self, name: str) -> Locator:
        """The list's row of a file."""
        return self.page.locator(".row").filter(has=self.page.get_by_role("link", name=name, exact=True))

    def badge(self, name: str, state: str) -> Locator:
        """The badge in a file's row, once it shows this state."""
        return self.row(name).locator(f".badge[data-state={state}]")

    def filter(self, state: str) -> None:
        """List tasks of one state, or all (an empty word)."""
        self.page.locator(f"input[name=state][value='{state}']").check(force=True)

    def names(self) -> list[str]:
        """The files listed, from the top."""
        return self.page.locator(".row .name").all_text_contents()

    def close(self) -> None:
        self.context.close()

    def _note_request(self, url: str) -> None:
        if not url.startswith((f"{self.service.url}/", "blob:")):
            self.foreign.append(url)

    def _note_message(self, kind: str, text: str) -> None:
        if kind == "error" and not text.startswith("Failed to load resource"):  # an answer of 4xx, which may be meant
            self.faults.append(text)


def assert_clean(desks: Iterable[Desk]) -> None:
    """Nothing was asked of another host, and the browser complained of nothing."""
    for desk in desks:
        assert desk.foreign == []
        assert desk.faults == []
