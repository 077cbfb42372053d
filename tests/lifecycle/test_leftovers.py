"""What a killed process left of a task that has no result."""

from tests.conftest import MakeInstallation
from tests.pictures import picture


def test_drafts_and_results_of_tasks_without_a_result_are_cleared_away(make_installation: MakeInstallation) -> None:
    service = make_installation(MAX_WORKERS=1)
    with service.running():
        completed = service.submitted(picture(), prompt="INSTANT")
        cancelled = service.submitted(picture(), prompt="HANG")
        service.wait_until(cancelled, "processing")
        [maintenance] = service.wait_for(lambda: service.children("maintenance"))
        maintenance.suspend()  # it looks once at each task that ended
        assert service.cancel(cancelled).status_code == 200
        service.ended(completed)
        # As a worker killed between its draft and the end of its run leaves it, and a web process before it cleared.
        left = [service.results / "drafts" / f"{cancelled}.1", service.results / f"{cancelled}.json"]
        for path in left:
            path.write_text("{}")
        maintenance.resume()
        service.wait_for(lambda: not any(path.exists() for path in left), 10)
        assert service.result(completed).status_code == 200
