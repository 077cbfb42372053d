"""A worker's memory: bounded, with a net below the bound, and no larger after many jobs."""

import io
import json
import os
import random
import resource

import psutil
import pytest
from PIL import Image, ImageDraw

from tests.conftest import MakeInstallation
from tests.installation import Installation
from tests.lending import Lend
from tests.pictures import encoded, picture

TOO_LITTLE, FOR_STRIPS = 300, 500
"""MB that a worker may take: too little for the embedded engine; enough for a strip of a page, but no whole page, for
strips are read with 450, and pages not even with 600 [measured]."""

STRIP, PAGE = (500, 200), (1600, 2200)

JOBS = int(os.environ.get("MEMORY_JOBS", "75"))
"""With 1000, in five minutes, a worker held 206 MB after 100 and 208 MB at the end; what grows shows much earlier."""

SETTLED = JOBS // 3
GROWTH = 1.1


def written(width: int, height: int, form: str = "PNG") -> bytes:
    """A page with lines of text, for the embedded engine."""
    return encoded(lines(width, height), form)


def lines(width: int, height: int) -> Image.Image:
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    for y in range(10, height - 20, 40):
        draw.text((10, y), f"The quick brown fox {y} jumps over the lazy dog " * 3, fill="black", font_size=24)
    return image


def pages(*sizes: tuple[int, int]) -> tuple[str, bytes]:
    """A TIFF of such pages."""
    buffer = io.BytesIO()
    first, *others = [lines(*size) for size in sizes]
    first.save(buffer, "TIFF", save_all=True, append_images=others, compression="tiff_adobe_deflate")
    return "pages.tif", buffer.getvalue()


def test_a_job_that_needs_too_much_fails_alone(lend: Lend) -> None:
    with lend(MAX_WORKERS=1, WORKER_MEMORY_MB=TOO_LITTLE) as service:
        before = {process.pid for process in service.workers()}
        large = service.submitted(("large.png", written(*PAGE)), model="local")
        after = service.submitted(picture(), prompt="INSTANT")
        ended = service.ended(large)
        assert (ended["status"], ended["error"]["code"], ended["attempt"]) == ("failed", "out_of_memory", 1)
        assert service.ended(after)["status"] == "completed"
        service.wait_for(lambda: len(service.workers()) == len(before))
        assert {process.pid for process in service.workers()} != before, "its worker goes on with what it holds"
        assert service.events(large)[-1]["event"] == "failed"


def test_a_page_that_needs_too_much_costs_that_page_and_its_worker(lend: Lend) -> None:
    with lend(MAX_WORKERS=1, WORKER_MEMORY_MB=FOR_STRIPS) as service:
        before = {process.pid for process in service.children("worker")}
        task = service.submitted(pages(STRIP, PAGE, STRIP), model="local")
        ended = service.ended(task)
        assert (ended["status"], ended["pages_done"], ended["pages_total"]) == ("completed", 3, 3)
        result = service.result(task).json()
        assert [page["status"] for page in result["pages"]] == ["read", "failed", "read"]
        assert result["pages"][1]["error"]["code"] == "out_of_memory" and result["stopped_by"] is None
        assert all("quick brown fox" in result["pages"][at]["text"] for at in (0, 2))
        assert [concern for concern in result["concerns"] if "Page 2 is left out" in concern]
        service.wait_for(lambda: not before & {process.pid for process in service.children("worker")})


def test_when_memory_runs_out_again_no_further_page_is_tried(lend: Lend) -> None:
    with lend(MAX_WORKERS=1, WORKER_MEMORY_MB=FOR_STRIPS) as service:
        task = service.submitted(pages(STRIP, PAGE, PAGE, STRIP, PAGE), model="local")
        assert service.ended(task)["status"] == "completed"
        result = service.result(task).json()
        assert [page["status"] for page in result["pages"]] == ["read"] + ["failed"] * 4
        assert {page["error"]["code"] for page in result["pages"][1:]} == {"out_of_memory"}
        assert result["stopped_by"] == "out_of_memory" and "4 of the 5 pages are not read" in "".join(
            result["concerns"]
        )
        assert starved(service, task) == [2, 3]


def test_a_document_of_which_no_page_can_be_read_fails_at_its_second(lend: Lend) -> None:
    with lend(MAX_WORKERS=1, WORKER_MEMORY_MB=FOR_STRIPS) as service:
        task = service.submitted(pages(*[PAGE] * 5), "extract-tables", model="local")
        ended = service.ended(task)
        assert (ended["status"], ended["error"]["code"], ended["attempt"]) == ("failed", "out_of_memory", 1)
        assert starved(service, task) == [1, 2]


def starved(service: Installation, task: str) -> list[int]:
    """The pages that a task's log says memory ran out on."""
    told = map(json.loads, (service.results / "logs" / f"{task}.jsonl").read_text().splitlines())
    return [line["page"] for line in told if line["event"] == "page_starved"]


def test_the_supervisor_ends_a_worker_that_passes_its_limit(lend: Lend) -> None:
    with lend(MAX_WORKERS=1, WORKER_MEMORY_MB=TOO_LITTLE) as service:
        for process in service.workers():
            process.rlimit(psutil.RLIMIT_DATA, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        large = service.submitted(("large.png", written(*PAGE)), model="local")
        ended = service.ended(large)
        assert (ended["status"], ended["error"]["code"]) == ("failed", "out_of_memory")
        assert service.ended(service.submitted(picture(), prompt="INSTANT"))["status"] == "completed"


@pytest.mark.timeout(900 + 3 * JOBS)
def test_a_worker_does_not_grow(make_installation: MakeInstallation) -> None:
    chance = random.Random(1)
    kinds = (
        ("analyze-image", "PNG", "local"),
        ("analyze-image", "JPEG", "INSTANT"),
        ("extract-tables", "PNG", "local"),
    )
    with make_installation(MAX_WORKERS=1).running() as service:
        settled = 0
        for number in range(JOBS):
            kind, form, model = kinds[number % len(kinds)]
            content = written(chance.randint(100, 500), chance.randint(60, 200), form)
            assert service.ended(service.submitted(("page", content), kind, model=model))["status"] == "completed"
            if number == SETTLED:
                settled = held(service)
        assert held(service) <= settled * GROWTH, f"{settled} MB after {SETTLED} jobs, now {held(service)} MB"


def held(service: Installation) -> int:
    """MB that the largest of the supervisor's children holds alone: the one worker."""
    from workers.memory import held_by

    return max(held_by(process.pid) for process in service.workers())
