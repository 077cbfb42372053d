"""The client from Python."""

import pytest

from service.client import ApiError, Client, TaskNotCompleted, Unreachable
from tests.installation import Installation
from tests.pictures import picture


def test_from_a_file_to_its_text(client: Client) -> None:
    task = client.analyze_image(picture(), prompt="INSTANT", metadata={"order": 7}, priority=3)
    assert client.wait(task.id).status == "completed"
    assert client.result(task.id)["metadata"] == {"order": 7}
    assert client.text(task.id)


def test_every_step_is_told_once_and_the_stream_ends(client: Client) -> None:
    events = list(client.events(client.analyze_image(picture(), prompt="SLOW 1").id))
    assert [event.id for event in events] == sorted({event.id for event in events})
    assert events[-1].kind == "completed"
    assert {event.kind for event in events[:-1]} == {"status", "progress"}


def test_following_goes_on_over_a_restart(service: Installation, client: Client) -> None:
    task = client.analyze_image(picture(), prompt="SLOW 3")
    kinds = []
    for event in client.events(task.id):
        kinds.append(event.kind)
        if len(kinds) == 2:
            service.stop()
            service.start()
    assert kinds[-1] == "completed"
    assert kinds.count("completed") == 1


def test_tables_as_files(client: Client) -> None:
    task = client.extract_tables(picture())
    client.wait(task.id)
    assert client.table(task.id, 1, "csv")
    assert client.workbook(task.id).startswith(b"PK")


def test_a_task_that_did_not_complete_has_no_result(client: Client) -> None:
    task = client.analyze_image(picture(), prompt="SLOW 20")
    client.cancel(task.id)
    with pytest.raises(TaskNotCompleted) as caught:
        client.result(task.id)
    assert caught.value.task.status == "cancelled"


def test_patience_has_an_end(client: Client) -> None:
    task = client.analyze_image(picture(), prompt="SLOW 20")
    with pytest.raises(TimeoutError):
        client.wait(task.id, timeout=1)
    client.cancel(task.id)


def test_every_page_of_tasks_is_walked(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.client.client._PAGE", 2)
    sent = {client.analyze_image(picture(), prompt="INSTANT").id for _ in range(5)}
    assert sent <= {task.id for task in client.tasks()}


def test_no_is_an_error_with_its_code(client: Client) -> None:
    with pytest.raises(ApiError) as caught:
        client.analyze_image(picture(), prompt="x" * 9000, priority=77)
    assert (caught.value.status, caught.value.code, len(caught.value.faults)) == (422, "invalid_field", 2)


def test_nobody_there() -> None:
    with Client("http://127.0.0.1:9") as client, pytest.raises(Unreachable):
        client.health()
