"""Accounts that cover places and end, their second factor, their API tokens; whose sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Widen accounts and sessions; what is there stays whole, without limits."""
    for column in (
        sa.Column("places", sa.Text),
        sa.Column("expires_s", sa.Double),
        sa.Column("subject", sa.String),
        sa.Column("totp_secret", sa.String),
        sa.Column("totp_step", sa.BigInteger),
    ):
        op.add_column("account", column)
    op.create_index("ix_account_subject", "account", ["subject"], unique=True)
    for column in (
        sa.Column("origin", sa.String, nullable=False, server_default=""),
        sa.Column("agent", sa.String, nullable=False, server_default=""),
        sa.Column("second", sa.Boolean, nullable=False, server_default=sa.false()),
    ):
        op.add_column("session", column)
    op.create_table(
        "recovery_code",
        sa.Column("account_id", sa.Integer, primary_key=True),
        sa.Column("code_hash", sa.String, primary_key=True),
        sa.Column("used_s", sa.Double),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("account_id", sa.Integer, nullable=False, index=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("token_hash", sa.String, nullable=False, unique=True),
        sa.Column("scopes", sa.String, nullable=False),
        sa.Column("created_s", sa.Double, nullable=False),
        sa.Column("expires_s", sa.Double, nullable=False),
        sa.Column("last_used_s", sa.Double),
    )
