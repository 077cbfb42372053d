"""The process manager dies and leaves its processes behind, as when the terminal is closed that it ran in."""

import signal
import subprocess
import sys

import psutil
import pytest
import requests

from tests.conftest import MakeInstallation
from tests.installation import Installation
from tests.lending import Lend
from tests.pictures import picture


def test_what_it_started_stops_and_makes_room_for_the_next(lend: Lend) -> None:
    with lend(MAX_WORKERS=1) as service:
        short, long = (service.submitted(picture(), prompt=prompt) for prompt in ("SLOW 1", "HANG"))
        service.wait_until(short, "processing", "completed")
        _, alive = psutil.wait_procs(service.lose_manager(), timeout=15)
        for process in alive:
            process.kill()
        assert not alive
        service.start()
        assert service.ended(short)["status"] == "completed"
        assert service.status(long)["attempt"] <= 1, "it was handed back, not rescued"


@pytest.mark.parametrize("name", ["web", "worker", "courier"])
def test_a_hang_up_stops_each_and_what_runs_is_handed_back(lend: Lend, name: str) -> None:
    with lend(MAX_WORKERS=1, SHUTDOWN_GRACE=0.2) as service:
        task = service.submitted(picture(), prompt="HANG")
        service.wait_until(task, "processing")
        everything = service.processes()
        service.process(name).send_signal(signal.SIGHUP)
        service.wait_for(service.manager_ended, 15)
        _, alive = psutil.wait_procs(everything, timeout=5)
        assert not alive
        service.start()
        assert service.wait_until(task, "processing")["attempt"] == 1


def test_what_anything_else_started_goes_on(make_installation: MakeInstallation) -> None:
    service = make_installation()
    service.migrate()
    command = f"'{sys.executable}' -m service.main > '{service.folder}/output.log' 2>&1 & echo $!"
    # As if honcho had been above once; the shell ends at once, and init or whoever adopts orphans is the parent.
    environment = service.environment | {"HONCHO_PROCESS_NAME": "web.1"}
    shell = subprocess.run(["sh", "-c", command], env=environment, cwd=service.folder, stdout=subprocess.PIPE)
    web = psutil.Process(int(shell.stdout))
    try:
        service.wait_for(lambda: _serves(service), 40)
        assert "web_stopped" not in service.output()
    finally:
        web.terminate()
        psutil.wait_procs([web], timeout=10)


def _serves(service: Installation) -> bool:
    try:
        return service.get("/livez").status_code == 200
    except requests.ConnectionError:
        return False
