"""Whether the database has the tables that this version of the code needs."""

import sqlalchemy as sa

REVISION = "0003"
"""The newest migration; a test holds it against the folder `migrations/`."""


def require_current_schema(url: str) -> None:
    """End the process with a remedy unless the database stands at REVISION."""
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    except sa.exc.DatabaseError:
        found = None
    finally:
        engine.dispose()
    if found != REVISION:
        raise SystemExit(
            f"The database is at revision {found or 'none'}, this version needs {REVISION}: run 'alembic upgrade head'."
        )
