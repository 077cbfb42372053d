"""The guide's progress steps, as a client that polls sees them and as the task's log tells them."""

from itertools import pairwise

from tests.contract.pictures import picture, png, saved
from tests.installation import FINAL, Answer, Installation

STEPS = {0, 10, 30, 80, 100}
ALLOWED = {"pending": {0}, "processing": {*range(10, 81)} - {*range(11, 30)}, "completed": {100}}


def test_while_an_answer_streams(service: Installation) -> None:
    task_id = service.submitted(png(), prompt="DRIP 400 0.01")
    seen = _polled(service, task_id)
    assert all(progress in ALLOWED[status] for status, progress in seen), seen
    told = [progress for _, progress in seen]
    assert told == sorted(told) and told[-1] == 100
    between = {progress for progress in told if 30 < progress < 80}
    assert len(between) >= 3, f"a streamed answer moves it on: {sorted(set(told))}"
    assert _is_whole(_logged(service, task_id))
    assert between <= set(_logged(service, task_id)), "what a client saw, the log tells"


def test_page_by_page(service: Installation) -> None:
    pages = [picture((8, 8)) for _ in range(24)]
    content = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    task_id = service.submitted(("pages.tiff", content), "extract-tables", model="gpt-x-SLOW-0.5")
    told = [progress for _, progress in _polled(service, task_id)]
    assert told == sorted(told) and len({progress for progress in told if 30 < progress < 80}) >= 3, told
    assert _is_whole(_logged(service, task_id))


def test_a_short_task_takes_the_same_steps(service: Installation) -> None:
    task_id = service.submitted(png(), prompt="INSTANT")
    assert service.ended(task_id)["progress"] == 100
    assert _is_whole(_logged(service, task_id))


def test_a_failed_task_stays_where_it_was(service: Installation) -> None:
    task_id = service.submitted(png(), prompt="REFUSE")
    told = [progress for _, progress in _polled(service, task_id)]
    assert told == sorted(told) and 30 <= told[-1] < 80


def _polled(service: Installation, task_id: str) -> list[tuple[str, int]]:
    """Status and progress from submission to end, each change once."""
    seen: list[tuple[str, int]] = []

    def look() -> bool:
        picture = service.status(task_id)
        now = (picture["status"], picture["progress"])
        if now not in seen[-1:]:
            seen.append(now)
        return picture["status"] in FINAL

    service.wait_for(look, 30)
    return seen


def _logged(service: Installation, task_id: str) -> list[int]:
    """The progress that the task's log file tells, its first line being the submission; once it is whole."""
    events: list[Answer] = service.wait_for(lambda: _ended(service.events(task_id)))
    assert events[0]["event"] == "submitted"
    assert all(event["task_id"] == task_id and event["request_id"] for event in events)
    return [0, *(event["progress"] for event in events if "progress" in event)]


def _ended(events: list[Answer]) -> list[Answer] | None:
    return events if events[-1]["event"] in FINAL else None


def _is_whole(told: list[int]) -> bool:
    return set(told) >= STEPS and all(one <= other for one, other in pairwise(told))
