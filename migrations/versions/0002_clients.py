"""Whose each job is; those from before belong to nobody's key, as do those of an installation without keys."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("client", sa.String(64)))
    op.create_index("jobs_client", "jobs", ["client", "seq"])


def downgrade() -> None:
    op.drop_index("jobs_client", "jobs")
    op.drop_column("jobs", "client")
