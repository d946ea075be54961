import json
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from parvis.store import Kept, Store
from parvis.store.database import Database


def write(store: Store, count: int, from_s: float = 0.0) -> None:
    for i in range(count):
        store.audit.record(
            at_s=from_s + i,
            who="ana",
            action="camera.change",
            target="quai",
            why="vent",
            origin="192.0.2.4",
            detail={"é": [i, None], "a": 0.1},
        )


def forge(url: str, *statements: str) -> None:
    """Change the trail as somebody who owns the database could: without its guards."""
    database = Database(url)
    with database.writing() as connection:
        if database.is_sqlite:
            for name in ("audit_no_update", "audit_no_delete"):
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("ALTER TABLE audit DISABLE TRIGGER ALL"))
        for statement in statements:
            connection.execute(text(statement))
    database.close()


def test_an_entry_is_kept_as_it_was_given(store: Store) -> None:
    write(store, 3)
    newest = store.audit.entries(0, 100)[0]
    assert (newest.seq, newest.at_s, newest.who, newest.why) == (3, 2.0, "ana", "vent")
    assert newest.detail == {"é": [2, None], "a": 0.1}
    assert [one.seq for one in store.audit.entries(0, 2)] == [2, 1]
    assert [one.seq for one in store.audit.entries(0, 100, limit=1)] == [3]
    assert store.audit.verify() is None
    with pytest.raises(ValueError, match="JSON"):
        store.audit.record(at_s=0, who="", action="", target="", detail={"x": float("nan")})


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    details=st.lists(
        st.dictionaries(st.text().filter(lambda t: "\0" not in t), st.floats(allow_nan=False)),
        max_size=4,
    )
)
def test_any_detail_verifies(
    tmp_path_factory: pytest.TempPathFactory, details: list[dict[str, float]]
) -> None:
    with Store(f"sqlite:///{tmp_path_factory.mktemp('a')}/p.db") as store:
        for detail in details:
            finite = json.loads(json.dumps(detail).replace("Infinity", "0"))
            store.audit.record(at_s=0.1, who="é", action="a", target="t", detail=finite)
        assert store.audit.verify() is None


def test_what_somebody_typed_is_recorded_whatever_it_is(store: Store) -> None:
    nasty = "a\0b\ud800c"
    store.audit.record(
        at_s=1, who=nasty, action="a", target=nasty, why=nasty, detail={nasty: nasty}
    )
    assert store.audit.entries(0, 10)[0].who == "a\ufffdb?c"
    assert store.audit.verify() is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET who = 'bob' WHERE seq = 3",
        "UPDATE audit SET at_s = at_s + 1 WHERE seq = 3",
        "UPDATE audit SET detail = '{}' WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 2",
        "UPDATE audit SET hash = prev_hash WHERE seq = 2",
    ],
)
def test_a_forged_entry_is_found(url: str, statement: str) -> None:
    with Store(url) as store:
        write(store, 5)
        forge(url, statement)
        assert store.audit.verify() in (2, 3)


def test_the_database_refuses_changes(url: str) -> None:
    with Store(url) as store:
        write(store, 3)
        store.purge(Kept.AUDIT, 1.0)
        database = Database(url)
        for statement in (
            "UPDATE audit SET who = 'bob'",
            "DELETE FROM audit",
            "UPDATE audit_anchor SET through_seq = 99",
            "DELETE FROM audit_anchor",
            *(() if database.is_sqlite else ("TRUNCATE audit", "TRUNCATE audit_anchor")),
        ):
            with (
                pytest.raises(DBAPIError, match="append-only"),
                database.writing() as connection,
            ):
                connection.execute(text(statement))
        database.close()
        assert store.audit.verify() is None


def test_a_purge_shortens_the_trail_from_its_start(new_url: Callable[[], str]) -> None:
    with Store(new_url()) as store:
        assert store.purge(Kept.AUDIT, 5.0).count == 0
        write(store, 10)
        write(store, 1, from_s=3.0)  # a clock that went back: younger entries stay before it
        assert store.purge(Kept.AUDIT, 4.0).count == 4
        assert store.purge(Kept.AUDIT, 4.0).count == 0
        assert [one.seq for one in store.audit.entries(0, 100)] == [11, 10, 9, 8, 7, 6, 5]
        assert store.audit.verify() is None
        assert store.purge(Kept.AUDIT, 100.0).count == 7
        write(store, 2)
        assert [one.seq for one in store.audit.entries(0, 100)] == [13, 12]
        assert store.audit.verify() is None
