"""The guide's client examples, taken out of its copy here and run as they stand, against a service on port 8000."""

import hashlib
import json
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract import guide
from tests.contract.installing import closing_connections
from tests.contract.pictures import picture, saved
from tests.installation import Installation
from tests.peers.process import Peer

PORT = 8000
AS_GIVEN = "392f469a0c0e4bde38e65f90aa0a4d091028850f7b43122eded4572a8e0c7a65"
PYTHON = guide.code("### Python 클라이언트 예시", "python")
CURL = guide.code("### cURL 예시", "bash")
DEBUGGING = guide.code("### 디버깅", "python")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory, openai_process: Peer) -> Iterator[Installation]:
    """A service on the port that the guide's examples name."""
    _require_free_port()
    settings = {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": f"{openai_process.url}/v1", "PORT": PORT}
    installation = Installation(tmp_path_factory.mktemp("fresh"), **settings)
    installation.port, installation.url = PORT, f"http://127.0.0.1:{PORT}"
    with closing_connections(installation), installation.running():
        yield installation


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    """A client's folder with a real `image.png`."""
    (tmp_path / "image.png").write_bytes(saved(picture((640, 400)), "PNG"))
    return tmp_path


def test_the_copy_is_the_guide_word_for_word() -> None:
    """A formatter once rewrote the examples: what ran then were not the user's."""
    assert hashlib.sha256(guide.PATH.read_bytes()).hexdigest() == AS_GIVEN


def test_the_python_example(fresh: Installation, client_folder: Path) -> None:
    lines = _python(PYTHON, client_folder).splitlines()
    submitted = re.fullmatch(r"작업이 제출되었습니다\. Task ID: ([0-9a-f-]{36})", lines[0])
    assert submitted, lines
    assert all(re.fullmatch(r"상태: \w+, 진행률: \d+%", line) for line in lines[1:-2]), lines
    assert lines[-3:] == ["상태: completed, 진행률: 100%", "작업이 완료되었습니다!", f"결과 파일: {submitted[1]}.json"]
    result = json.loads((fresh.results / f"{submitted[1]}.json").read_text())
    assert (result["prompt"], result["detail"]) == ("이 이미지의 내용을 자세히 분석해주세요.", "high")


def test_the_debugging_example_after_it(fresh: Installation, client_folder: Path) -> None:
    output = _python(f"{PYTHON}\n{DEBUGGING}", client_folder)
    every, one = output.splitlines()[-2:]
    assert every.startswith("{'success': True, 'total_count': ") and "'tasks': [{'task_id': " in every
    assert one.startswith("{'success': True, 'task_status': {'task_id': ") and "'status': 'completed'" in one


def test_the_curl_example(fresh: Installation, client_folder: Path) -> None:
    submitted, status, every, cancelled = _json_values(_bash(CURL, client_folder))
    guide.assert_fits(guide.example("### 1. 백그라운드 이미지 분석"), submitted)
    guide.assert_fits(guide.example("### 4. 모든 작업 목록 조회"), every)
    for problem in (status, cancelled):  # `{task_id}` stands there as it is, and curl takes the braces away
        assert (problem["success"], problem["status"], problem["code"]) == (False, 404, "unknown_task")
    fresh.ended(submitted["task_id"])


def test_the_curl_example_with_the_task_filled_in(fresh: Installation, client_folder: Path) -> None:
    submit, rest = CURL.split("\n# 2. ", 1)
    [submitted] = _json_values(_bash(submit, client_folder))
    task_id = submitted["task_id"]
    assert submitted["message"] == guide.message("### 1. 백그라운드 이미지 분석", task_id)
    fresh.ended(task_id)
    status, every, cancelled = _json_values(_bash("# 2. " + rest.replace("{task_id}", task_id), client_folder))
    picture = status["task_status"]
    assert (picture["task_id"], picture["status"], picture["prompt"]) == (
        task_id,
        "completed",
        "이 이미지를 분석해주세요.",
    )
    assert task_id in [task["task_id"] for task in every["tasks"]]
    assert (cancelled["status"], cancelled["code"]) == (409, "task_finished")


def _python(program: str, folder: Path) -> str:
    (folder / "example.py").write_text(program)
    return _output([sys.executable, "-X", "utf8", "example.py"], folder)


def _bash(script: str, folder: Path) -> str:
    for program in ("bash", "curl"):
        assert shutil.which(program), (
            f"the guide's cURL example needs {program}: install it (apt-get install {program})"
        )
    (folder / "example.sh").write_text(script)
    return _output(["bash", "example.sh"], folder)


def _output(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return done.stdout


def _json_values(text: str) -> list[dict[str, object]]:
    """The JSON values that stand one behind the other, as curl prints them."""
    values, at, decoder = [], 0, json.JSONDecoder()
    while at < len(text.rstrip()):
        value, at = decoder.raw_decode(text, at)
        values.append(value)
    return values


def _require_free_port() -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", PORT))
        except OSError:
            pytest.fail(f"port {PORT} is taken: the guide's examples name it, so it must be free for this test")
