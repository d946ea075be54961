"""Signed versions of the impact assessment."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create their table."""
    op.create_table(
        "assessment",
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("purposes", sa.Text, nullable=False),
        sa.Column("config_hash", sa.String, nullable=False),
        sa.Column("signed_s", sa.Double, nullable=False),
        sa.Column("signed_by", sa.String, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )
