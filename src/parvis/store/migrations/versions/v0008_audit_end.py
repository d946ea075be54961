"""The trail's end, which the database notes itself; signed proofs of what was cut from it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the trail as it stands for the one that goes on, and let it grow at its end only."""
    for name, kind in (
        ("at_s", sa.Double),
        ("before_s", sa.Double),
        ("key", sa.String),
        ("signature", sa.String),
    ):
        op.add_column("audit_anchor", sa.Column(name, kind))
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.execute(_PRESENT_END)
    guards = _SQLITE_GUARDS if op.get_bind().dialect.name == "sqlite" else _POSTGRES_GUARDS
    for statement in guards:
        op.execute(statement)


_PRESENT_END = """INSERT INTO audit_head (id, seq, hash)
SELECT 1, seq, hash FROM (
    SELECT seq, hash FROM audit UNION ALL SELECT through_seq, hash FROM audit_anchor
) AS ends ORDER BY seq DESC LIMIT 1"""

_SQLITE_GUARDS = (
    """CREATE TRIGGER audit_at_the_end BEFORE INSERT ON audit
    WHEN NEW.seq <> coalesce((SELECT seq FROM audit_head), 0) + 1
        OR NEW.prev_hash <> coalesce((SELECT hash FROM audit_head), hex(zeroblob(32)))
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only: it grows at its end'); END""",
    """CREATE TRIGGER audit_note_end AFTER INSERT ON audit
    BEGIN
        INSERT INTO audit_head (id, seq, hash) VALUES (1, NEW.seq, NEW.hash)
        ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash;
    END""",
    """CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_head
    WHEN NEW.seq <> OLD.seq + 1
        OR NOT EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq AND hash = NEW.hash)
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END""",
    """CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END""",
)
_POSTGRES_GUARDS = (
    """CREATE FUNCTION parvis_audit_end() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.seq <> coalesce((SELECT seq FROM audit_head), 0) + 1
            OR NEW.prev_hash <> coalesce((SELECT hash FROM audit_head), repeat('0', 64)) THEN
            RAISE EXCEPTION 'the audit trail is append-only: it grows at its end';
        END IF;
        INSERT INTO audit_head (id, seq, hash) VALUES (1, NEW.seq, NEW.hash)
        ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash;
        RETURN NEW;
    END $$""",
    """CREATE FUNCTION parvis_audit_head() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF NEW.seq = OLD.seq + 1 THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'the audit trail is append-only';
    END $$""",
    """CREATE TRIGGER audit_at_the_end BEFORE INSERT ON audit
    FOR EACH ROW EXECUTE FUNCTION parvis_audit_end()""",
    """CREATE TRIGGER audit_head_forward BEFORE UPDATE OR DELETE ON audit_head
    FOR EACH ROW EXECUTE FUNCTION parvis_audit_head()""",
    """CREATE TRIGGER audit_head_no_truncate BEFORE TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION parvis_audit_head()""",
)
