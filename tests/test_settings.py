"""Settings that are checked before anything starts; those of the doors are in `tests/doors/`."""

import subprocess
import sys
from pathlib import Path

import pytest

from service.jobs.schema import require_current_schema
from service.settings import Settings
from tests.installation import Installation


@pytest.mark.parametrize(
    "address", ["postgresql://u:MARK@127.0.0.1/jobs", "jobs.db", "sqlite://", "sqlite:///", "sqlite:///jobs.db?mode=ro"]
)
def test_jobs_are_kept_in_a_file_of_sqlite(tmp_path: Path, address: str) -> None:
    service = Installation(tmp_path, DATABASE_URL=address, PORT="x")
    command = [sys.executable, "-m", "service.main"]
    done = subprocess.run(
        command, cwd=tmp_path, env=service.environment, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 1 and "Traceback" not in done.stderr and "MARK" not in done.stderr
    assert "DATABASE_URL: Value error, only an SQLite file" in done.stderr and "PORT: " in done.stderr


def test_they_may_be_kept_in_a_folder_of_their_own(tmp_path: Path) -> None:
    file = tmp_path / "another" / "folder" / "tasks.db"
    service = Installation(tmp_path, DATABASE_URL=f"sqlite:///{file}")
    service.migrate()
    require_current_schema(f"sqlite:///{file}")
    assert not (service.data / "jobs.db").exists()


def test_its_folder_must_be_writable_too(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path / "data", database_url=f"sqlite:///{tmp_path}/else/jobs.db")
    assert tmp_path / "else" in settings.folders and settings.data_dir in settings.folders
    assert Settings(_env_file=None, database_url="sqlite:///jobs.db").database_folder == Path.cwd()
    assert Settings(_env_file=None, data_dir=tmp_path).database_folder == tmp_path
