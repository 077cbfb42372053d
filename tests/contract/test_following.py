"""Following by server-sent events: one task, some, all; from any point on, also across a restart."""

from itertools import pairwise

import pytest

from tests.conftest import MakeInstallation
from tests.contract.guide import assert_time
from tests.contract.pictures import picture, png, saved
from tests.contract.problem import assert_problem
from tests.contract.streams import Stream, Told, following
from tests.installation import Installation


def test_one_task_from_its_first_step_to_its_end(service: Installation) -> None:
    task_id = service.submitted(png(), prompt="DRIP 60 0.02")
    with following(service, f"task-status/{task_id}/events") as stream:
        told = list(stream)
    assert stream.retry == 2000
    assert [event.kind for event in told[:2]] == ["status", "status"] and told[-1].kind == "completed"
    assert {event.kind for event in told[2:-1]} == {"progress"}
    assert _rising(told)
    assert [event.data["progress"] for event in told][:3] == [0, 10, 30]
    assert [event.data["stage"] for event in (told[0], told[1], told[-2], told[-1])] == [
        "queued",
        "preparing",
        "saving",
        None,
    ]
    assert all(event.data["task_id"] == task_id for event in told)
    assert told[-1].data["task_status"] == service.status(task_id)
    for event in told:
        assert_time(event.data["at"])


def test_it_goes_on_where_it_was_cut_off(service: Installation) -> None:
    task_id = service.submitted(png(), prompt="INSTANT")
    service.ended(task_id)
    path = f"task-status/{task_id}/events"
    with following(service, path) as stream:
        told = list(stream)
    for number, event in enumerate(told[:-1]):
        with following(service, path, **{"Last-Event-ID": event.id}) as rest:
            assert list(rest) == told[number + 1 :]
        with following(service, f"{path}?starting_after={event.id}") as rest:
            assert list(rest) == told[number + 1 :]
    over = service.get(f"/background/{path}", headers={"Last-Event-ID": told[-1].id})
    assert (over.status_code, over.content) == (204, b"")
    with following(service, f"{path}?starting_after={told[-1].id}", **{"Last-Event-ID": told[0].id}) as rest:
        assert list(rest) == told[1:], "what the browser remembers goes before what the address says"


@pytest.mark.parametrize("given", ["-1", "x", "1.5", str(2**63)])
def test_a_number_that_is_none_is_refused(service: Installation, given: str) -> None:
    body = assert_problem(service.get(f"/background/events?starting_after={given}"), 422, "invalid_field")
    assert body["field"] == "starting_after"


def test_named_tasks_are_followed_until_the_last_has_ended(service: Installation) -> None:
    tasks = [service.submitted(png(), prompt=prompt) for prompt in ("SLOW 0.5", "INSTANT", "REFUSE")]
    other = service.submitted(png(), prompt="INSTANT other")
    query = "&".join(f"task_id={task}" for task in tasks)
    with following(service, f"events?{query}") as stream:
        told = list(stream)
    assert {event.data["task_id"] for event in told} == set(tasks) and other not in str(told)
    assert _rising(told)
    ends = {event.data["task_id"]: event.kind for event in told if "task_status" in event.data}
    assert ends == dict(zip(tasks, ("completed", "completed", "failed"), strict=True))
    with following(service, f"events?{query}&event=failed&event=completed") as stream:
        assert list(stream) == [event for event in told if event.kind in ("failed", "completed")]
    assert service.get(f"/background/events?{query}&starting_after={told[-1].id}").status_code == 204
    assert_problem(service.get(f"/background/events?{query}&task_id=nobodys"), 404, "unknown_task")
    assert_problem(service.get("/background/events?event=tea"), 422, "invalid_field")
    many = "&".join(f"task_id={number}" for number in range(101))
    assert "100" in assert_problem(service.get(f"/background/events?{many}"), 422, "invalid_field")["detail"]


def test_all_tasks_are_followed_from_now_on(service: Installation) -> None:
    before = service.submitted(png(), prompt="INSTANT before")
    service.ended(before)
    with (
        following(service, "events") as everything,
        following(service, "events?task_type=table_extraction&event=completed") as tables,
    ):
        image = service.submitted(png(), prompt="INSTANT")
        table = service.submitted(png(), "extract-tables")
        service.ended(image), service.ended(table)
        told = _until_ended(everything, {image, table})
        assert before not in {event.data["task_id"] for event in told} and _rising(told)
        [completed] = tables.take(1)
        assert (completed.kind, completed.data["task_id"]) == ("completed", table)
    with following(service, "events?starting_after=0") as past:
        assert int(_until_ended(past, {before})[-1].id) < int(told[0].id)


def test_a_client_that_was_told_nothing_yet_goes_on_where_it_began(service: Installation) -> None:
    with following(service, "events") as stream:
        stream.begin()
        assert int(stream.last_id) >= 0 and stream.retry == 2000
    missed = service.submitted(png(), prompt="INSTANT missed")
    service.ended(missed)
    with following(service, "events", **{"Last-Event-ID": stream.last_id}) as again:
        told = _until_ended(again, {missed})
    assert next(event.data["progress"] for event in told if event.data["task_id"] == missed) == 0


def test_a_stream_with_nothing_to_say_is_kept_open(service: Installation) -> None:
    with following(service, "events?event=cancelled") as stream:
        service.ended(service.submitted(png(), prompt="INSTANT unheard"))
        stream.begin()
        stream.begin()
        assert stream.comments == 1
        task_id = service.submitted(png(), prompt="HANG")
        service.cancel(task_id)
        assert stream.take(1)[0].data["task_id"] == task_id


def test_nothing_is_missed_and_nothing_told_twice_across_a_restart(make_installation: MakeInstallation) -> None:
    service = make_installation(MAX_WORKERS=1)
    with service.running():
        tasks = [service.submitted(png(), prompt=f"SLOW 0.6 number {number}") for number in range(5)]
        told: list[Told] = []
        with following(service, "events?starting_after=0") as stream:
            told += stream.take(7)
            service.stop()
            told += list(stream)
        service.start()
        for restart in (False, True):
            with following(service, "events", **{"Last-Event-ID": told[-1].id}) as stream:
                told += stream.take(3)
                if restart:
                    service.kill_everything()
        service.start()
        with following(service, "events", **{"Last-Event-ID": told[-1].id}) as stream:
            told += _until_ended(stream, {task for task in tasks if task not in _ended(told)})
        with following(service, "events?starting_after=0") as stream:
            assert [event.id for event in stream.take(len(told))] == [event.id for event in told]
        assert _rising(told) and _ended(told) == set(tasks)


def test_pages_are_counted_as_they_are_read(service: Installation) -> None:
    pages = [picture((8, 8)) for _ in range(10)]
    content = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    task_id = service.submitted(("pages.tiff", content), "extract-tables", model="gpt-x-SLOW-0.3")
    with following(service, f"task-status/{task_id}/events") as stream:
        told = list(stream)
    counted = [(event.data["pages_done"], event.data["pages_total"]) for event in told]
    assert counted[:3] == [(None, None)] * 3 and counted[-2:] == [(10, 10)] * 2
    assert any(0 < done < 10 for done, _ in counted[3:]) and counted[3:] == sorted(counted[3:])
    assert {event.data["stage"] for event in told[3:-2]} == {"reading"}
    status = service.status(task_id)
    assert (status["pages_done"], status["pages_total"], status["stage"]) == (10, 10, None)


def _rising(told: list[Told]) -> bool:
    return all(int(one.id) < int(other.id) for one, other in pairwise(told))


def _ended(told: list[Told]) -> set[str]:
    return {event.data["task_id"] for event in told if "task_status" in event.data}


def _until_ended(stream: Stream, tasks: set[str]) -> list[Told]:
    """What is told until all these have ended."""
    told: list[Told] = []
    for event in stream:
        told.append(event)
        if tasks <= _ended(told):
            break
    return told
