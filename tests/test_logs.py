"""Log lines: JSON, in their files, and never in the way of the work."""

import json
import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import sys, pathlib
from service.logs import configure_logs
from service.settings import Settings
key = "sk-configured-0123456789"
log = configure_logs(Settings(_env_file=None, results_dir=sys.argv[1], openai_api_key=key), "web")
log.info("first", task_id="t-1", answer=f"Incorrect API key provided: {key}")
log.debug("unseen", task_id="t-1")
try:
    secret = "sk-marked"
    raise ValueError("fault")
except ValueError:
    log.exception("second", task_id="t-1")
log.warning("of no task")
"""


def run(folder: Path, stdout: int) -> int:
    (folder / "logs").mkdir()
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder)], stdout=stdout, timeout=30, check=False
    ).returncode


def test_a_tasks_lines_stand_in_its_own_file_without_local_variables(tmp_path: Path) -> None:
    assert run(tmp_path, subprocess.DEVNULL) == 0
    text = (tmp_path / "logs" / "t-1.jsonl").read_text()
    first, second = map(json.loads, text.splitlines())
    assert (first["event"], first["process"], first["level"]) == ("first", "web", "info")
    assert second["exception"][0]["exc_value"] == "fault"
    assert "sk-marked" not in text
    assert "sk-configured" not in text
    (service,) = (tmp_path / "logs").glob("service-*.jsonl")
    assert json.loads(service.read_text())["event"] == "of no task"


def test_a_reader_of_stdout_that_is_gone_stops_nothing(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    assert run(tmp_path, writer) == 0
    os.close(writer)
    assert len((tmp_path / "logs" / "t-1.jsonl").read_text().splitlines()) == 2


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    command = [sys.executable, "-c", SCRIPT, str(tmp_path)]
    assert subprocess.run(command, stdout=subprocess.DEVNULL, timeout=30, check=False).returncode == 0
