"""What clients ask beyond one file: batches, deadlines, pages, costs, fair turns, deliveries to look at."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_JOBS = (
    sa.Column("batch_id", sa.String(36)),
    sa.Column("content_hash", sa.String(64)),
    sa.Column("pages", sa.Text),
    sa.Column("deadline_at", sa.BigInteger),
    sa.Column("max_cost", sa.BigInteger),
    sa.Column("reused_from", sa.String(36)),
    sa.Column("retry_of", sa.String(36)),
    sa.Column("callback_events", sa.String(64)),
    sa.Column("traceparent", sa.String(64)),
    sa.Column("turn", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("pages_done", sa.Integer),
    sa.Column("pages_total", sa.Integer),
    sa.Column("prompt_tokens", sa.BigInteger),
    sa.Column("completion_tokens", sa.BigInteger),
    sa.Column("cost", sa.BigInteger),
)
_EVENTS = (
    sa.Column("pages_done", sa.Integer),
    sa.Column("pages_total", sa.Integer),
)
_DELIVERIES = (
    sa.Column("client", sa.String(64)),
    sa.Column("event", sa.String(32)),
    sa.Column("traceparent", sa.String(64)),
)


def upgrade() -> None:
    for table, columns in (("jobs", _JOBS), ("events", _EVENTS), ("deliveries", _DELIVERIES)):
        for column in columns:
            op.add_column(table, column.copy())
    op.drop_index("jobs_queue", "jobs")
    op.create_index("jobs_queue", "jobs", ["status", sa.desc("priority"), "turn", "seq", "client", "engine"])
    op.create_index("jobs_batch", "jobs", ["batch_id"])
    op.create_index("jobs_content", "jobs", ["content_hash"])
    few = sa.text("deadline_at IS NOT NULL")
    op.create_index("jobs_deadline", "jobs", ["status", "deadline_at"], sqlite_where=few)
    op.create_table(
        "turns",
        sa.Column("priority", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("turn", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("labels", sa.String(255), primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "batches",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("client", sa.String(64)),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("callback_url", sa.Text),
        sa.Column("request_id", sa.String(128)),
        sa.Column("traceparent", sa.String(64)),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("completed_at", sa.BigInteger),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("client", sa.String(64), primary_key=True),
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("target", sa.String(36), nullable=False),
        sa.Column("answer", sa.JSON, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_index("idempotency_keys_target", "idempotency_keys", ["target"])
    op.create_table(
        "delivery_attempts",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("delivery_id", sa.String(40), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("duration_ms", sa.Integer, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("error", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("delivery_attempts_delivery", "delivery_attempts", ["delivery_id"])
    op.create_table(
        "endpoints",
        sa.Column("client", sa.String(64), primary_key=True),
        sa.Column("url", sa.Text, primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_error", sa.Text),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    for table in ("turns", "counters", "endpoints", "delivery_attempts", "idempotency_keys", "batches"):
        op.drop_table(table)
    for index in ("jobs_deadline", "jobs_content", "jobs_batch", "jobs_queue"):
        op.drop_index(index, "jobs")
    for table, columns in (("deliveries", _DELIVERIES), ("events", _EVENTS), ("jobs", _JOBS)):
        for column in columns:
            op.drop_column(table, column.name)
    op.create_index("jobs_queue", "jobs", ["status", "priority", "seq"])
