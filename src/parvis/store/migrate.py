"""Bring a database to the present tables when it is opened."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from parvis.store.database import Database
from parvis.store.errors import StoreTooNewError

FOLDER = Path(__file__).parent / "migrations"


def upgrade(database: Database, revision: str = "head") -> None:
    """Run the missing migrations in one transaction: a failure or a kill leaves the old tables.

    Two processes that open the database at once take turns; the second finds nothing to do.

    Raises:
        StoreTooNewError: a newer Parvis wrote this database.
        StoreUnavailableError: the database cannot be reached or written.
    """
    scripts = ScriptDirectory(str(FOLDER))
    known = {script.revision for script in scripts.walk_revisions()}
    target = scripts.get_current_head() if revision == "head" else revision
    with database.reading() as connection:
        if _checked(current(connection), known) == target:
            return
    with database.writing() as connection:
        if _checked(current(connection), known) == target:
            return
        config = Config()
        # Alembic's options are interpolated like an ini file's: a % in the path is doubled.
        config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def current(connection: Connection) -> str | None:
    """The revision that the database is at; None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(
        text("SELECT version_num FROM alembic_version")
    ).scalar_one_or_none()
    return found


def _checked(revision: str | None, known: set[str]) -> str | None:
    if revision is not None and revision not in known:
        raise StoreTooNewError(
            f"this database has schema {revision}, written by a newer Parvis; this one knows up to "
            f"{max(known)}. Nothing was changed: install the newer Parvis, or restore a backup."
        )
    return revision
