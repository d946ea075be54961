"""Series, runs, minutes and their hourly rollups."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the measuring tables."""
    op.create_table(
        "series",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String, nullable=False, unique=True),
        sa.Column("camera", sa.String, nullable=False, index=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("shape", sa.String, nullable=False),
        sa.Column("object_class", sa.String, nullable=False),
        sa.Column("direction", sa.Integer),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("camera", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.UniqueConstraint("camera", "name", name="uq_run_camera_name"),
    )
    op.create_table(
        "minute",
        sa.Column("series_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("start", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("run_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("value", sa.Double),
        sa.Column("below", sa.Double, nullable=False),
        sa.Column("above", sa.Double, nullable=False),
        sa.Column("variance", sa.Double, nullable=False),
        sa.Column("coverage_s", sa.Double, nullable=False),
        sa.Column("weight", sa.Double, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "hour",
        sa.Column("series_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("start", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("seen", sa.Integer, nullable=False),
        sa.Column("value", sa.Double, nullable=False),
        sa.Column("below", sa.Double, nullable=False),
        sa.Column("above", sa.Double, nullable=False),
        sa.Column("variance", sa.Double, nullable=False),
        sa.Column("coverage_s", sa.Double, nullable=False),
        sa.Column("weight", sa.Double, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "camera_minute",
        sa.Column("camera", sa.String, primary_key=True),
        sa.Column("start", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("run_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("coverage_s", sa.Double, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "camera_hour",
        sa.Column("camera", sa.String, primary_key=True),
        sa.Column("start", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("coverage_s", sa.Double, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "site_state",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
