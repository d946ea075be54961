"""What an alert of the unusual was compared with: x instead of y, usually a to b."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_NUMBERS = ("usual_value", "usual_expected", "usual_low", "usual_high")


def upgrade() -> None:
    """Add the columns; of alerts raised before it is not known."""
    op.add_column("alert", sa.Column("usual_hours", sa.Integer))
    for name in _NUMBERS:
        op.add_column("alert", sa.Column(name, sa.Double))
