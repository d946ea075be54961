"""The calibration that a quarter of an hour on the ground was measured on; empty: not known."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "ground_quarter", sa.Column("calibration", sa.String, nullable=False, server_default="")
    )
