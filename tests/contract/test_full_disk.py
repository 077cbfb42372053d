"""A full disk, as a small one of our own: 507, nothing half-written, and on again as soon as there is room."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.contract.installing import installed
from tests.contract.multipart import END, file, post
from tests.contract.pictures import png
from tests.contract.problem import assert_problem, speaking
from tests.installation import Installation
from tests.peers.process import Peer

MB = 1024 * 1024
DISK = 100 * MB  # being ready asks for 64 MB beyond one upload


@pytest.fixture(scope="module")
def on_small_disk(tmp_path_factory: pytest.TempPathFactory, openai_process: Peer) -> Iterator[Installation]:
    """A service whose data folder is a disk of its own."""
    folder = tmp_path_factory.mktemp("disk")
    with _disk(folder / "data"), installed(folder, openai_process, MAX_UPLOAD_MB=8, MAX_WORKERS=1) as installation:
        yield installation


@pytest.mark.parametrize("room", [2 * MB, 64 * 1024, 0], ids=["for some of it", "for very little", "for nothing"])
def test_a_full_disk(on_small_disk: Installation, language: str, room: int) -> None:
    service = on_small_disk
    before = service.uploads()
    with _filled(service.data, room):
        response = post(service, file(png()[1].ljust(6 * MB, b"\0")) + END, **speaking(language))
        assert_problem(response, 507, "disk_full", language, service)
        assert service.uploads() == before
        assert "disk_full" in service.get("/readyz").json()["reasons"]
    assert service.ended(service.submitted(png()))["status"] == "completed"


def test_tasks_are_taken_or_refused_whole_while_the_disk_fills(on_small_disk: Installation) -> None:
    service = on_small_disk
    with _filled(service.data, 300 * 1024):
        answers = [post(service, file(png()[1].ljust(20_000, b"\0")) + END) for _ in range(40)]
        codes = [answer.status_code for answer in answers]
        assert set(codes) == {202, 507}, codes
        accepted = {answer.json()["task_id"] for answer in answers if answer.status_code == 202}
        assert accepted <= service.uploads()
        assert service.uploads() <= {task["task_id"] for task in service.get("/background/all-tasks").json()["tasks"]}
    for task_id in accepted:
        assert service.ended(task_id, timeout=20)["status"] == "completed"


@contextmanager
def _disk(folder: Path) -> Iterator[None]:
    folder.mkdir()
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("a disk of its own takes root and mount")
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)]
    mounted = subprocess.run(command, capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"a disk of its own cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def _filled(folder: Path, room: int) -> Iterator[None]:
    """The disk with only `room` bytes left."""
    ballast = folder / "ballast"
    with ballast.open("wb") as out:
        while shutil.disk_usage(folder).free > room:
            with suppress(OSError):  # somebody else wrote meanwhile: look again
                os.posix_fallocate(out.fileno(), out.tell(), shutil.disk_usage(folder).free - room)
                out.seek(0, os.SEEK_END)
    try:
        yield
    finally:
        ballast.unlink()
