"""Speeds, flow cells and journeys by quarters of an hour."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of the ground."""
    op.create_table(
        "ground_quarter",
        *_run_of_a_quarter(),
        sa.Column("coverage_s", sa.Double, nullable=False),
        sa.Column("cell_m", sa.Double, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "flow_cell",
        *_run_of_a_quarter(),
        sa.Column("x_m", sa.Double, primary_key=True),
        sa.Column("y_m", sa.Double, primary_key=True),
        sa.Column("presence_s", sa.Double, nullable=False),
        sa.Column("east_mps", sa.Double, nullable=False),
        sa.Column("north_mps", sa.Double, nullable=False),
        sa.Column("counterflow_share", sa.Double),
        sa.Column("stops", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "journey",
        *_run_of_a_quarter(),
        sa.Column("origin", sa.String, primary_key=True),
        sa.Column("destination", sa.String, primary_key=True),
        sa.Column("object_class", sa.String, primary_key=True),
        sa.Column("n", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "speed",
        sa.Column("camera", sa.String, primary_key=True),
        sa.Column("start", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("shape", sa.String, primary_key=True),
        sa.Column("object_class", sa.String, primary_key=True),
        sa.Column("direction", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("bins", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )


def _run_of_a_quarter() -> tuple[sa.Column[str], sa.Column[int], sa.Column[int]]:
    return (
        sa.Column("camera", sa.String, primary_key=True),
        sa.Column("start", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("run_id", sa.Integer, primary_key=True, autoincrement=False),
    )
