"""The command line as a script uses it: JSON, exit codes, files."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from service.client import Client
from tests.cli.conftest import Run, parsed
from tests.installation import Installation
from tests.pictures import picture


def test_a_file_is_sent_and_waited_for(run: Run, image: Path) -> None:
    finished = run("submit", str(image), "--prompt", "INSTANT", "--wait", "--json")
    (task,) = parsed(finished)["tasks"]
    assert (finished.returncode, task["status"], task["filename"]) == (0, "completed", image.name)


def test_without_waiting_the_id_is_told_at_once(run: Run, image: Path, client: Client) -> None:
    finished = run("submit", str(image), "--prompt", "INSTANT")
    task_id = finished.stdout.split()[0]
    assert finished.returncode == 0
    assert client.wait(task_id).status == "completed"


def test_folders_and_patterns_are_walked_and_nothing_is_sent_twice(run: Run, image: Path) -> None:
    deep = image.parent / "deep"
    deep.mkdir()
    (deep / "other.png").write_bytes(picture()[1])
    (deep / ".hidden.png").write_bytes(picture()[1])
    (deep / "notes.txt").write_text("nothing to read")
    finished = run("submit", str(image.parent), f"{image.parent}/*.png", "--prompt", "INSTANT", "--wait", "--json")
    assert [task["filename"] for task in parsed(finished)["tasks"]] == ["other.png", image.name]


def test_what_is_refused_is_told_and_the_rest_is_sent(run: Run, image: Path) -> None:
    text = image.with_name("notes.txt")
    text.write_text("nothing to read")
    finished = run("submit", str(text), str(image), "--prompt", "INSTANT", "--wait", "--json")
    assert finished.returncode == 4
    assert "unsupported" in finished.stderr and "notes.txt" in finished.stderr
    assert [task["status"] for task in parsed(finished)["tasks"]] == ["completed"]


def test_a_task_that_fails_ends_with_1_and_its_reason(run: Run, image: Path) -> None:
    image.write_bytes(picture()[1][:60])
    finished = run("submit", str(image), "--wait")
    assert finished.returncode == 1
    assert "(unreadable_file)" in finished.stdout


@pytest.mark.parametrize(
    ("words", "code"),
    [(("submit", "nothing-here.png"), 2), (("status", "no-such-task"), 4), (("submit",), 2), (("fly",), 2)],
)
def test_faults_have_exit_codes(run: Run, words: tuple[str, ...], code: int) -> None:
    assert run(*words).returncode == code


def test_nobody_there_is_3(run: Run) -> None:
    finished = run("list", DOCUMENT_ANALYSIS_URL="http://127.0.0.1:9")
    assert finished.returncode == 3
    assert "out of reach" in finished.stderr


def test_a_result_in_every_format(run: Run, service: Installation, tmp_path: Path) -> None:
    task_id = service.submitted(picture(), "extract-tables")
    service.ended(task_id)
    assert json.loads(run("result", task_id, "--format", "json").stdout)["task_id"] == task_id
    assert "<table" in run("result", task_id, "--format", "html").stdout
    assert "|" in run("result", task_id, "--format", "md", "--table", "1").stdout
    assert run("result", task_id, "--format", "csv").returncode == 0
    saved = tmp_path / "tables.xlsx"
    assert run("result", task_id, "--format", "xlsx", "-o", str(saved)).returncode == 0
    assert zipfile.is_zipfile(io.BytesIO(saved.read_bytes()))
    assert run("result", task_id, "--format", "csv", "--table", "99").returncode == 4


def test_tasks_are_listed_with_filters(run: Run, service: Installation) -> None:
    task_id = service.submitted(picture(), prompt="INSTANT")
    service.ended(task_id)
    newest = parsed(run("list", "--status", "completed", "--limit", "1", "--json"))["tasks"]
    assert [task["task_id"] for task in newest] == [task_id]
    assert task_id in run("list", "--limit", "5").stdout


def test_cancelling_and_cleaning_up(run: Run, service: Installation) -> None:
    task_id = service.submitted(picture(), prompt="SLOW 30")
    assert parsed(run("cancel", task_id, "--json")) == {"cancelled": [task_id]}
    assert run("status", task_id, "--wait").returncode == 1
    assert parsed(run("cleanup", "--hours", "0", "--json"))["removed_count"] >= 1
    assert run("status", task_id).returncode == 4


def test_korean_is_spoken_unless_english_is_wanted(run: Run) -> None:
    assert "작업" in run("--help", DOCUMENT_ANALYSIS_LANG="ko").stdout
    assert "작업" not in run("--help").stdout


def test_the_doctor_finds_all_well(run: Run) -> None:
    finished = run("doctor", "--json")
    found = {finding["about"]: finding["state"] for finding in parsed(finished)["findings"]}
    assert finished.returncode == 0, finished.stdout
    expected = {"settings", "folders", "disk", "database", "model server", "service", "workers", "OCR", "HEIC", "cage"}
    assert set(found) == expected
    assert {found[about] for about in ("settings", "folders", "database", "model server", "service", "workers")} == {
        "good"
    }


def test_the_doctor_names_what_is_wrong(run: Run) -> None:
    finished = run("doctor", "--json", MAX_WORKERS="many", DOCUMENT_ANALYSIS_URL="http://127.0.0.1:9")
    found = {finding["about"]: finding for finding in parsed(finished)["findings"]}
    assert finished.returncode == 1
    assert "MAX_WORKERS" in found["settings"]["words"]
    assert found["service"]["state"] == "bad"
