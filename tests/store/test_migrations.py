from collections.abc import Callable

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from samples import NOON, minute, series_of
from sqlalchemy import text

from parvis.store import Store, StoreError, StoreTooNewError, migrate
from parvis.store.database import Database
from parvis.store.schema import metadata
from parvis.values.civil import Bin

REVISIONS = [
    one.revision for one in ScriptDirectory(str(migrate.FOLDER)).walk_revisions("base", "heads")
][::-1]


def test_the_migrations_make_the_tables_that_the_code_uses(url: str) -> None:
    Store(url).close()
    database = Database(url)
    with database.reading() as connection:
        assert migrate.current(connection) == REVISIONS[-1]
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_an_older_database_is_brought_up_with_its_rows(url: str, revision: str) -> None:
    database = Database(url)
    migrate.upgrade(database, revision)
    with database.writing() as connection:
        for statement in (
            "INSERT INTO series VALUES"
            " (1, 'quai.crossings.pont.person.0', 'quai', 'crossings', 'pont', 'person', 0)",
            "INSERT INTO run VALUES (1, 'quai', 'r0')",
            "INSERT INTO minute VALUES (1, :noon, 1, 5, 0, 0, 0, 60, 0)",
            "INSERT INTO hour VALUES (1, :noon, 1, 5, 0, 0, 0, 60, 0)",
        ):
            connection.execute(text(statement), {"noon": int(NOON)})
        if not database.is_sqlite:
            connection.execute(text("SELECT setval('series_id_seq', 1), setval('run_id_seq', 1)"))
    database.close()
    with Store(url) as store:
        store.record([minute(NOON + 60)])
        (hour,) = store.measures(series_of("quai")[0], NOON, NOON + 60, Bin.HOUR)
        assert hour.value == 8.0
        assert store.audit.record(at_s=0, who="", action="a", target="t") == 1


def test_a_migration_that_fails_leaves_the_old_database(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(url)
    migrate.upgrade(database, REVISIONS[0])

    def fail(config: object, revision: str) -> None:
        attributes = config.attributes  # type: ignore[attr-defined]
        attributes["connection"].execute(text("CREATE TABLE half (x INTEGER)"))
        raise OSError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(migrate.command, "upgrade", fail)
        with pytest.raises(OSError, match="power cut"):
            migrate.upgrade(database)
    with database.reading() as connection:
        assert migrate.current(connection) == REVISIONS[0]
        with pytest.raises(Exception, match="half"):
            connection.execute(text("SELECT * FROM half"))
    migrate.upgrade(database)
    database.close()


def test_a_newer_database_is_refused_and_left_alone(new_url: Callable[[], str]) -> None:
    url = new_url()
    Store(url).close()
    database = Database(url)
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreTooNewError, match=r"newer Parvis.*Nothing was changed"):
        Store(url)
    with database.reading() as connection:
        assert migrate.current(connection) == "9999"
    database.close()


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://x/y", "sqlite://", "sqlite:///:memory:"])
def test_what_is_no_store_is_said(url: str) -> None:
    with pytest.raises(StoreError):
        Store(url)
