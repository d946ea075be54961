"""Alerts: their present state, their history, their replays, and what was not raised."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of alerts."""
    op.create_table(
        "alert",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False, unique=True),
        sa.Column("episode", sa.String, nullable=False, unique=True),
        sa.Column("rule", sa.String, nullable=False),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("form", sa.String, nullable=False),
        sa.Column("camera", sa.String, nullable=False),
        sa.Column("shape", sa.String, nullable=False),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("shadow", sa.Boolean, nullable=False),
        sa.Column("raised_s", sa.Double, nullable=False),
        sa.Column("raised_day", sa.String(10), nullable=False),
        sa.Column("changed_s", sa.Double, nullable=False),
        sa.Column("since_s", sa.Double, nullable=False),
        sa.Column("severity", sa.Integer, nullable=False),
        sa.Column("peak", sa.Integer, nullable=False),
        sa.Column("value", sa.Double, nullable=False),
        sa.Column("low", sa.Double),
        sa.Column("high", sa.Double),
        sa.Column("threshold", sa.Double, nullable=False),
        sa.Column("at_x_m", sa.Double),
        sa.Column("at_y_m", sa.Double),
        sa.Column("over_s", sa.Double),
        sa.Column("held_s", sa.Double),
        sa.Column("episodes", sa.Integer, nullable=False),
        sa.Column("taken_by", sa.String),
        sa.Column("taken_s", sa.Double),
        sa.Column("verdict", sa.String),
        sa.Column("judged_by", sa.String),
        sa.Column("judged_s", sa.Double),
        sa.Column("reason", sa.String),
        sa.Column("note", sa.Text),
    )
    op.create_index("ix_alert_inbox", "alert", ["shadow", "verdict", "number"])
    op.create_index("ix_alert_judged", "alert", ["judged_s"])
    op.create_index("ix_alert_over", "alert", ["over_s"])
    op.create_index("ix_alert_rule", "alert", ["rule", "camera", "raised_s"])
    op.create_index("ix_alert_raised", "alert", ["raised_s"])
    op.create_table(
        "alert_event",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("alert_id", sa.String, nullable=False),
        sa.Column("episode", sa.String),
        sa.Column("number", sa.Integer),
        sa.Column("time_s", sa.Double, nullable=False),
        sa.Column("deed", sa.String, nullable=False),
        sa.Column("severity", sa.Integer, nullable=False),
        sa.Column("value", sa.Double),
        sa.Column("low", sa.Double),
        sa.Column("high", sa.Double),
        sa.Column("threshold", sa.Double),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("reason", sa.String),
        sa.Column("note", sa.Text, nullable=False),
        sa.UniqueConstraint("episode", "number", name="uq_alert_event_change"),
    )
    op.create_index("ix_alert_event_alert", "alert_event", ["alert_id", "time_s"])
    op.create_table(
        "alert_early",
        sa.Column("episode", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("time_s", sa.Double, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "alert_replay",
        sa.Column("alert_id", sa.String, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "alert_unraised",
        sa.Column("episode", sa.String, primary_key=True),
        sa.Column("rule", sa.String, nullable=False),
        sa.Column("camera", sa.String, nullable=False),
        sa.Column("shape", sa.String, nullable=False),
        sa.Column("quarter_s", sa.BigInteger, nullable=False),
        sa.Column("why", sa.String, nullable=False),
    )
    op.create_index("ix_alert_unraised", "alert_unraised", ["quarter_s", "rule"])
