"""Takes the pictures of the console that the READMEs show: `python -m tests.console.screenshots FOLDER`.

Real tasks, read by the embedded engine: the samples of the demonstration, a document of three pages, and a broken file.
A font with Korean letters must be installed.
"""

import io
import re
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, expect, sync_playwright

from demo.draw import draw_samples
from demo.truth import RECEIPT, REPORT
from tests.console.browser import NOT_TO_BE_HAD, browser_path
from tests.console.desk import Desk
from tests.installation import Installation

SIZE = {"width": 1280, "height": 800}
PAGES = re.compile(r"\d쪽|\d pages")
LOCALES = {"ko": "ko-KR", "en": "en-US"}
LONG = 16
"""Pages of the documents that keep both workers busy until every picture is taken."""


def main(folder: Path) -> None:
    """Take every picture, in both languages, light and dark."""
    folder.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=120_000)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        place = Path(name)
        service = Installation(place, MAX_WORKERS=2)
        with closing(service.http), service.running():
            opened = _fill(service, draw_samples(place / "samples"))
            path = browser_path()
            assert path is not None, NOT_TO_BE_HAD
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            for language in LOCALES:
                for colours in ("light", "dark"):
                    _take(browser, service, opened, language, colours, folder)
            browser.close()


def _fill(service: Installation, samples: list[Path]) -> str:
    """Tasks in every state; returns the one to open."""
    files = {path.name: path.read_bytes() for path in samples}
    report = _pdf(samples, 3)
    opened = service.submitted(("quarterly-report.pdf", report), "extract-tables")
    ended = [opened, service.submitted((RECEIPT, files[RECEIPT]))]
    ended += [
        service.submitted(("scan-0314.png", files[RECEIPT][:3000])),
        service.submitted(("photo.jpg", files["photo.jpg"])),
    ]
    for task_id in ended:
        service.ended(task_id, timeout=300)
    service.cancel(service.submitted((REPORT, files[REPORT]), "extract-tables"))
    for name in ("contract-2026.pdf", "minutes.pdf"):
        service.wait_until(service.submitted((name, _pdf(samples, LONG)), "extract-tables"), "processing")
    service.submitted(("invoice-0087.pdf", report), "extract-tables")
    service.submitted((RECEIPT, files[RECEIPT]), priority=5)
    return opened


def _pdf(samples: list[Path], pages: int) -> bytes:
    """The report and the receipt in turn, as a PDF of so many pages."""
    report, receipt = (
        Image.open(path).convert("RGB") for name in (REPORT, RECEIPT) for path in samples if path.name == name
    )
    file = io.BytesIO()
    report.save(file, "PDF", save_all=True, append_images=[receipt, report] * (pages // 2), resolution=200)
    return file.getvalue()


def _take(browser: Browser, service: Installation, opened: str, language: str, colours: str, folder: Path) -> None:
    desk = Desk(browser, service, locale=LOCALES[language], color_scheme=colours, viewport=SIZE)
    desk.open()
    expect(desk.page.locator(".badge[data-state=processing]")).to_have_count(2)
    expect(desk.page.locator("[data-part=live][data-state=good]")).to_be_visible()
    expect(desk.page.locator(".standing").filter(has_text=PAGES)).to_have_count(2)
    expect(desk.page.locator(".row[data-state=pending] .standing").filter(has_text="1")).to_be_visible()
    expect(desk.page.locator("[data-part=health][data-state=good]")).to_be_visible()
    _save(desk, folder / f"list-{colours}-{language}.png")
    desk.open(opened)
    expect(desk.page.locator(".mark").first).to_be_visible()
    expect(desk.page.locator(".strip img")).to_have_count(3)
    desk.page.wait_for_function(
        "() => [...document.querySelectorAll('.strip img')].every((one) => one.naturalWidth > 0)"
    )
    _save(desk, folder / f"task-{colours}-{language}.png")
    desk.close()


def _save(desk: Desk, path: Path) -> None:
    desk.page.screenshot(path=path)
    with Image.open(path) as picture:
        picture.convert("RGB").save(path, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
