"""Migrations: what they make is what the code expects."""

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from service.jobs.database import metadata
from service.jobs.schema import REVISION, require_current_schema
from tests.installation import ROOT, Installation


def test_the_migrated_schema_is_the_fresh_one(tmp_path: Path) -> None:
    Installation(tmp_path).migrate()
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'data' / 'jobs.db'}")
    fresh = sa.create_engine("sqlite://")
    metadata.create_all(fresh)
    with engine.connect() as connection, fresh.connect() as other:
        # Indexes by their text: Alembic does not see an order or a condition in one.
        options = {"include_object": lambda thing, name, kind, *_: kind != "index"}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
        assert _indexes(connection) == _indexes(other)
    engine.dispose()
    fresh.dispose()


def _indexes(connection: sa.Connection) -> dict[str, str]:
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    return {row.name: row.sql for row in rows}


def test_the_code_asks_for_the_newest_migration() -> None:
    assert ScriptDirectory(str(ROOT / "migrations")).get_current_head() == REVISION


def test_a_database_that_was_not_migrated_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="alembic upgrade head"):
        require_current_schema(f"sqlite:///{tmp_path / 'empty.db'}")


def test_faulty_settings_are_reported_all_at_once(tmp_path: Path) -> None:
    service = Installation(tmp_path, MAX_WORKERS="0", JOB_TIMEOUT="soon", PORT="70000", LOG_LEVEL="loud")
    done = subprocess.run(
        [sys.executable, "-m", "service.main"],
        cwd=tmp_path,
        env=service.environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    for name in ("MAX_WORKERS", "JOB_TIMEOUT", "PORT", "LOG_LEVEL"):
        assert f"  {name}: " in done.stderr
    assert "Traceback" not in done.stderr
