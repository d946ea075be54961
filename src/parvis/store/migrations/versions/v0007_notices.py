"""The outbox: messages about alerts that wait, went or were dropped, and how channels do."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of the outbox."""
    op.create_table(
        "notice",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("alert_id", sa.String, nullable=False),
        sa.Column("deed", sa.String, nullable=False),
        sa.Column("severity", sa.Integer, nullable=False),
        sa.Column("called_by", sa.String, nullable=False),
        sa.Column("event_s", sa.Double, nullable=False),
        sa.Column("since_s", sa.Double, nullable=False),
        sa.Column("due_s", sa.Double, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("digest", sa.String),
        sa.Column("done_s", sa.Double),
        sa.Column("why", sa.Text, nullable=False),
    )
    op.create_index("ix_notice_due", "notice", ["state", "channel", "due_s"])
    op.create_index("ix_notice_alert", "notice", ["alert_id", "channel"])
    op.create_index("ix_notice_done", "notice", ["channel", "state", "done_s"])
    op.create_table(
        "notice_channel",
        sa.Column("channel", sa.String, primary_key=True),
        sa.Column("sent_s", sa.Double),
        sa.Column("failed_s", sa.Double),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("failure", sa.Text, nullable=False),
    )
