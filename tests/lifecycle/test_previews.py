"""Pictures of pages while the processes that make them come and go."""

from tests.conftest import MakeInstallation
from tests.contract.problem import assert_problem
from tests.lending import Lend
from tests.pictures import picture


def test_they_wait_for_nobody_and_nobody_waits_for_them(lend: Lend) -> None:
    with lend(MAX_WORKERS=1) as service:
        hanging = service.submitted(picture(), prompt="HANG")
        waiting = service.submitted(picture())
        service.wait_until(hanging, "processing")
        service.wait_for(lambda: service.get(f"/background/task-pages/{waiting}/1").status_code == 200)
        assert service.status(hanging)["status"] == "processing", "the one worker is busy"
        service.cancel(hanging)


def test_without_workers_there_are_none_and_afterwards_there_are(make_installation: MakeInstallation) -> None:
    """honcho would stop everything with the supervisor: the maintenance process, in which they are made, is killed."""
    service = make_installation(MAX_WORKERS=1)
    with service.running():
        task_id = service.submitted(picture())
        service.ended(task_id)
        supervisor = service.process("worker")
        supervisor.suspend()
        for process in supervisor.children():
            process.kill()
        response = service.get(f"/background/task-pages/{task_id}/1")
        assert_problem(response, 503, "previews_unavailable")
        assert response.headers["retry-after"] == "2"
        supervisor.resume()
        service.wait_for(lambda: service.get(f"/background/task-pages/{task_id}/1").status_code == 200)


def test_a_folder_with_a_very_long_name(make_installation: MakeInstallation) -> None:
    """Longer than the address of a socket may be."""
    service = make_installation()
    service.environment["DATA_DIR"] = str(service.folder / ("long" * 30) / "data")
    with service.running():
        task_id = service.submitted(picture(), prompt="INSTANT")
        service.wait_for(lambda: service.get(f"/background/task-pages/{task_id}/1").status_code == 200)
