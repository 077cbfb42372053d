"""Alembic's entry: runs migrations against the database of the settings."""

import sqlalchemy as sa
from alembic import context

from service.jobs.database import metadata
from service.jobs.files import require_writable
from service.settings import load_settings


def run() -> None:
    """Bring the database up (or down) within one transaction."""
    settings = load_settings()
    require_writable(*settings.folders)
    for folder in (settings.data_dir, settings.database_folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = sa.create_engine(settings.database_url)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
