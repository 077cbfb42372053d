"""What the web process costs: the memory of a large upload, and what it loads."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.installing import installed
from tests.contract.multipart import END, file, post
from tests.contract.pictures import png
from tests.installation import ROOT, Installation
from tests.peers.process import Peer

MB = 1024 * 1024
ALLOWANCE = 8 * MB

HEAVY = (
    *("PIL", "openai", "httpx2", "numpy", "cv2", "onnxruntime"),
    *("pypdfium2", "docx", "python_calamine", "pi_heif", "xlsxwriter"),
)
HEAVY_LIBRARIES = re.compile(
    r"/(PIL|numpy|cv2|onnxruntime|pypdfium2\w*|lxml|jiter|pi_heif|_pi_heif|python_calamine)[/.]"
)


needs_proc = pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="read from /proc, which is Linux's")


@pytest.fixture
def untouched(tmp_path: Path, openai_peer: Peer) -> Iterator[Installation]:
    """A service of its own: another test's peak would hide this one's."""
    with installed(tmp_path, openai_peer, MAX_WORKERS=1) as installation:
        yield installation
        installation.http.post(f"{installation.url}/background/cleanup?max_age_hours=0", timeout=30)


@needs_proc
@pytest.mark.parametrize("chunked", [False, True], ids=["of known length", "chunked"])
def test_an_upload_of_50_mb_costs_little_memory(untouched: Installation, chunked: bool) -> None:
    service = untouched
    service.ended(service.submitted(png()))
    before = _peak(service)
    body = file(png()[1].ljust(50 * MB, b"\0")) + END
    response = post(service, (body[at : at + MB] for at in range(0, len(body), MB)) if chunked else body)
    assert response.status_code == 202, response.text
    task_id = response.json()["task_id"]
    assert (service.data / "uploads" / task_id).stat().st_size == 50 * MB
    assert _peak(service) - before < ALLOWANCE
    assert service.ended(task_id)["status"] == "completed"


@needs_proc
def test_the_running_process_loads_no_library_of_the_workers(service: Installation) -> None:
    service.ended(service.submitted(("image.heic", png()[1]), "extract-tables"))
    maps = Path(f"/proc/{service.process('web').pid}/maps").read_text()
    assert sorted({found[0] for found in HEAVY_LIBRARIES.finditer(maps)}) == []


def test_its_code_imports_none_of_the_workers_packages() -> None:
    program = f"import sys, service.main; print([name for name in {HEAVY} + ('workers',) if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def _peak(service: Installation) -> int:
    """The most memory the web process ever held, in bytes."""
    status = Path(f"/proc/{service.process('web').pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found, status
    return int(found[1]) * 1024
