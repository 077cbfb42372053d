"""Results on disk: one run's draft is nothing to another run of the same job."""

import json
import uuid
from pathlib import Path

import pytest

from service.jobs.files import Files


@pytest.fixture
def files(tmp_path: Path) -> Files:
    files = Files(tmp_path / "data", tmp_path / "results")
    files.prepare()
    return files


def test_a_run_that_is_over_takes_nothing_from_the_one_that_followed_it(files: Files) -> None:
    task = str(uuid.uuid4())
    late = files.draft_result(task, 1, {"text": "of the first run"})
    publish = files.draft_result(task, 2, {"text": "of the second"})
    files.discard_draft(task, 1)
    publish()
    files.discard_draft(task, 1)
    assert json.loads(files.result(task).read_bytes()) == {"text": "of the second"}
    late()  # as a transaction tried again does, whose draft is gone
    assert json.loads(files.result(task).read_bytes()) == {"text": "of the second"}
    assert not list(files.drafts.iterdir())


def test_a_run_that_completes_clears_away_what_killed_ones_left(files: Files) -> None:
    task, other = str(uuid.uuid4()), str(uuid.uuid4())
    files.draft_result(task, 1, {})
    files.draft_result(other, 1, {})
    files.draft_result(task, 2, {})()
    assert [path.name for path in files.drafts.iterdir()] == [f"{other}.1"]


def test_a_task_without_a_result_leaves_none_of_its_runs_drafts(files: Files) -> None:
    task, other = str(uuid.uuid4()), str(uuid.uuid4())
    files.draft_result(task, 1, {})()
    files.draft_result(task, 1, {})
    files.draft_result(task, 2, {})
    files.draft_result(other, 1, {})
    files.discard_result(task)
    assert [path.name for path in files.drafts.iterdir()] == [f"{other}.1"]
    assert not files.result(task).exists()


def test_every_draft_is_known_by_its_task(files: Files) -> None:
    """So that one whose row is gone is swept."""
    task = str(uuid.uuid4())
    files.draft_result(task, 7, {})
    assert [name for name, _ in files.stored_ids()] == [task]
