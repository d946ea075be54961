"""Alerts say what they were made from, for which purposes, and what a threshold watched.

Of alerts raised before, the kind tells it; a threshold is taken for one on images, which asks most.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and fill in what the kind tells."""
    for column, kept_as, unknown in (
        ("basis", sa.String, "image"),
        ("purposes", sa.Text, "[]"),
        ("indicator", sa.String, ""),
    ):
        op.add_column("alert", sa.Column(column, kept_as, nullable=False, server_default=unknown))
    alert = sa.table("alert", sa.column("kind", sa.String), sa.column("basis", sa.String))
    for kind, basis in (("camera_health", "health"), ("unusual", "closed")):
        op.execute(alert.update().where(alert.c.kind == kind).values(basis=basis))
    op.create_index("ix_alert_nature", "alert", ["basis", "kind", "camera", "purposes"])
