"""Count checks, what was tapped in them, and the corrections that people accepted."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of count checks."""
    op.create_table(
        "count_check",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("camera", sa.String, nullable=False),
        sa.Column("line", sa.String, nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("start_s", sa.Double, nullable=False),
        sa.Column("limit_s", sa.Double, nullable=False),
        sa.Column("end_s", sa.Double),
        sa.Column("light", sa.String, nullable=False),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("config_hash", sa.String, nullable=False),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("result", sa.Text),
        sa.Column("events", sa.Text),
        sa.Column("signed_by", sa.String),
        sa.Column("signed_s", sa.Double),
    )
    op.create_index("ix_count_check_line", "count_check", ["camera", "line"])
    op.create_table(
        "check_entry",
        sa.Column("check_id", sa.String, primary_key=True),
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("time_s", sa.Double, nullable=False),
        sa.Column("act", sa.String, nullable=False),
        sa.Column("direction", sa.Integer),
        sa.Column("tapped", sa.String),
        sa.Column("of", sa.String),
    )
    op.create_table(
        "correction",
        sa.Column("camera", sa.String, primary_key=True),
        sa.Column("line", sa.String, primary_key=True),
        sa.Column("light", sa.String, primary_key=True),
        sa.Column("direction", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("tapped", sa.String, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("factor", sa.Double, nullable=False),
        sa.Column("low", sa.Double, nullable=False),
        sa.Column("high", sa.Double, nullable=False),
        sa.Column("from_s", sa.Double, nullable=False),
        sa.Column("to_s", sa.Double),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("checks", sa.Text, nullable=False),
    )
