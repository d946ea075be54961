"""Recorded legal acts, version by version, and the ends that were seen."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of the acts, and refuse changes of a version in the database."""
    op.create_table(
        "instrument",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("authority", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("events", sa.Text, nullable=False),
        sa.Column("purposes", sa.Text, nullable=False),
        sa.Column("perimeter", sa.Text, nullable=False),
        sa.Column("cameras", sa.Text, nullable=False),
        sa.Column("starts_s", sa.Double, nullable=False),
        sa.Column("ends_s", sa.Double, nullable=False),
        sa.Column("attestation", sa.Text, nullable=False),
        sa.Column("recorded_s", sa.Double, nullable=False),
        sa.Column("recorded_by", sa.String, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )
    op.create_table(
        "instrument_end",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at_s", sa.Double, nullable=False),
    )
    guards = SQLITE_GUARDS if op.get_bind().dialect.name == "sqlite" else POSTGRES_GUARDS
    for statement in guards:
        op.execute(statement)


SQLITE_GUARDS = (
    """CREATE TRIGGER instrument_no_update BEFORE UPDATE ON instrument
    BEGIN SELECT RAISE(ABORT, 'a recorded act is never changed'); END""",
    """CREATE TRIGGER instrument_no_delete BEFORE DELETE ON instrument
    BEGIN SELECT RAISE(ABORT, 'a recorded act is never changed'); END""",
)
POSTGRES_GUARDS = (
    """CREATE FUNCTION parvis_act_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a recorded act is never changed';
    END $$""",
    """CREATE TRIGGER instrument_guard BEFORE UPDATE OR DELETE ON instrument
    FOR EACH ROW EXECUTE FUNCTION parvis_act_stays()""",
    """CREATE TRIGGER instrument_no_truncate BEFORE TRUNCATE ON instrument
    FOR EACH STATEMENT EXECUTE FUNCTION parvis_act_stays()""",
)
