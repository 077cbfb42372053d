"""A data folder that has become read-only: told clearly at the start, and by a clean answer while running."""

import subprocess
import sys

import pytest

from tests.conftest import MakeInstallation
from tests.installation import PROGRAMS, ROOT, Installation
from tests.lifecycle.house.readonly import frozen, own_mount
from tests.pictures import picture


@pytest.mark.parametrize("program", ["release", *PROGRAMS])
def test_at_the_start(make_installation: MakeInstallation, program: str) -> None:
    service = make_installation()
    with own_mount(service.data):
        service.migrate()
        with frozen(service.data):
            code, told = _run(service, program)
        assert code != 0
        assert "Traceback" not in told, told
        assert str(service.data) in told and "written" in told, told


def test_while_running(make_installation: MakeInstallation) -> None:
    service = make_installation(MAX_WORKERS=1)
    with own_mount(service.data), service.running():
        waiting = service.submitted(picture(), prompt="SLOW 1")
        with frozen(service.data):
            refused = service.submit(picture(), prompt="INSTANT")
            assert (refused.status_code, refused.json()["code"]) == (503, "storage_unavailable")
            assert int(refused.headers["Retry-After"]) > 0
            assert service.status(waiting)["task_id"] == waiting
            assert service.get("/readyz").status_code == 503
        assert service.ended(waiting)["status"] == "completed"
        assert service.ended(service.submitted(picture(), prompt="INSTANT"))["status"] == "completed"


def test_results_that_cannot_be_written_fail_with_their_own_code(make_installation: MakeInstallation) -> None:
    service = make_installation(MAX_WORKERS=1)
    with own_mount(service.results), service.running():
        with frozen(service.results):
            ended = service.ended(service.submitted(picture(), prompt="INSTANT"))
        assert (ended["status"], ended["error"]["code"]) == ("failed", "storage_unwritable")
        assert ended["error"]["retryable"]
        assert service.ended(service.submitted(picture(), prompt="INSTANT"))["status"] == "completed"


def _run(service: Installation, program: str) -> tuple[int, str]:
    module = PROGRAMS.get(program)
    command = ["-m", module] if module else ["-m", "alembic", "-c", str(ROOT / "alembic.ini"), "upgrade", "head"]
    ended = subprocess.run(
        [sys.executable, *command],
        cwd=service.folder,
        env=service.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return ended.returncode, ended.stdout + ended.stderr
