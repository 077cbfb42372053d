"""A worker's memory: bounded, with a net below the bound, and no larger after many jobs."""

import os
import random
import resource

import psutil
import pytest
from PIL import Image, ImageDraw

from tests.conftest import MakeInstallation
from tests.installation import Installation
from tests.pictures import encoded, picture

JOBS = int(os.environ.get("MEMORY_JOBS", "75"))
"""With 1000, in five minutes, a worker held 206 MB after 100 and 208 MB at the end; what grows shows much earlier."""

SETTLED = JOBS // 3
GROWTH = 1.1


def written(width: int, height: int, form: str = "PNG") -> bytes:
    """A page with lines of text, for the embedded engine."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    for y in range(10, height - 20, 40):
        draw.text((10, y), f"The quick brown fox {y} jumps over the lazy dog " * 3, fill="black", font_size=24)
    return encoded(image, form)


def test_a_job_that_needs_too_much_fails_alone(make_installation: MakeInstallation) -> None:
    with make_installation(MAX_WORKERS=1, WORKER_MEMORY_MB=300).running() as service:
        before = {process.pid for process in service.workers()}
        large = service.submitted(("large.png", written(1600, 2200)), model="local")
        after = service.submitted(picture(), prompt="INSTANT")
        ended = service.ended(large)
        assert (ended["status"], ended["error"]["code"], ended["attempt"]) == ("failed", "out_of_memory", 1)
        assert service.ended(after)["status"] == "completed"
        service.wait_for(lambda: len(service.workers()) == len(before))
        assert {process.pid for process in service.workers()} != before, "its worker goes on with what it holds"
        assert service.events(large)[-1]["event"] == "failed"


def test_the_supervisor_ends_a_worker_that_passes_its_limit(make_installation: MakeInstallation) -> None:
    with make_installation(MAX_WORKERS=1, WORKER_MEMORY_MB=300).running() as service:
        for process in service.workers():
            process.rlimit(psutil.RLIMIT_DATA, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        large = service.submitted(("large.png", written(1600, 2200)), model="local")
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
