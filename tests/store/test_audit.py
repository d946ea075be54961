"""What is written to the audit trail stays, in order, whoever writes beside."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from forging import write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from parvis.store import Store, migrate
from parvis.store.audit import Search
from parvis.store.audit_chain import GENESIS, digest
from parvis.store.audit_seal import Seal
from parvis.store.database import Database

pytestmark = pytest.mark.law(14)


def test_an_entry_is_kept_as_it_was_given(store: Store) -> None:
    write(store, 3)
    newest = store.audit.entries(0, 100)[0]
    assert (newest.seq, newest.at_s, newest.who, newest.why) == (3, 2.0, "ana", "vent")
    assert newest.detail == {"é": [2, None], "a": 0.1}
    assert [one.seq for one in store.audit.entries(0, 2)] == [2, 1]
    assert [one.seq for one in store.audit.entries(0, 100, limit=1)] == [3]
    assert store.audit.verify().faults == ()
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
        assert store.audit.verify().faults == ()


def test_what_somebody_typed_is_recorded_whatever_it_is(store: Store) -> None:
    nasty = "a\0b\ud800c"
    store.audit.record(
        at_s=1, who=nasty, action="a", target=nasty, why=nasty, detail={nasty: nasty}
    )
    assert store.audit.entries(0, 10)[0].who == "a\ufffdb?c"
    assert store.audit.verify().faults == ()


def test_entries_are_found_by_who_what_and_words(store: Store) -> None:
    for i, (who, action, target, why) in enumerate(
        (
            ("ana", "camera.change", "quai", "vent"),
            ("bob", "camera.stop", "gare", "Demande 50 %"),
            ("ana", "cameraman", "x", ""),
            ("ana", "export", "quai", ""),
        )
    ):
        store.audit.record(at_s=i, who=who, action=action, target=target, why=why)

    def found(**asked: object) -> list[int]:
        search = Search(0, 100, **asked)  # type: ignore[arg-type]
        assert store.audit.count(search) == len(store.audit.find(search))
        return [one.seq for one in store.audit.find(search)]

    assert found() == [4, 3, 2, 1]
    assert found(actions=("camera",)) == [2, 1]
    assert found(actions=("camera.stop", "export")) == [4, 2]
    assert found(who="ana", words="QUAI") == [4, 1]
    assert found(words="50 %") == [2] and found(words="5_") == []
    assert found(before=3) == [2, 1]
    assert store.audit.actions() == ["camera.change", "camera.stop", "cameraman", "export"]


def test_the_database_refuses_changes(url: str, tmp_path: Path) -> None:
    with Store(url) as store:
        write(store, 3)
        assert store.audit.cut(1.0, 5.0, Seal(tmp_path / "audit")) is not None
        like = "at_s, who, action, target, why, origin, detail, prev_hash, hash FROM audit"
        database = Database(url)
        for statement in (
            "UPDATE audit SET who = 'bob'",
            "DELETE FROM audit",
            "UPDATE audit_anchor SET through_seq = 99",
            "DELETE FROM audit_anchor",
            f"INSERT INTO audit SELECT 9, {like} WHERE seq = 3",
            f"INSERT INTO audit SELECT 4, {like} WHERE seq = 3",
            f"INSERT INTO audit SELECT 0, {like} WHERE seq = 3",
            "UPDATE audit_head SET seq = 2",
            "DELETE FROM audit_head",
            *(
                ()
                if database.is_sqlite
                else ("TRUNCATE audit", "TRUNCATE audit_anchor", "TRUNCATE audit_head")
            ),
        ):
            with (
                pytest.raises(DBAPIError, match="append-only"),
                database.writing() as connection,
            ):
                connection.execute(text(statement))
        database.close()
        assert store.audit.verify().faults == ()


_APPEND = """
import sys
from parvis.store import Store
with Store(sys.argv[1]) as store:
    for i in range(40):
        store.audit.record(at_s=i, who=sys.argv[2], action="a", target="t")
"""


@pytest.mark.machine
def test_processes_that_write_at_once_make_one_chain(url: str) -> None:
    Store(url).close()
    names = ["ana", "bob", "carl", "dora"]
    writers = [subprocess.Popen([sys.executable, "-c", _APPEND, url, who]) for who in names]
    assert [one.wait(120) for one in writers] == [0] * 4
    with Store(url) as store:
        report = store.audit.verify()
        assert (report.faults, report.count, report.end.seq) == ((), 160, 160)
        wrote = [one.who for one in store.audit.entries(0, 1e9)]
        assert {who: wrote.count(who) for who in names} == dict.fromkeys(names, 40)


def test_the_trail_is_cut_from_its_start_with_a_signed_proof(
    new_url: Callable[[], str], tmp_path: Path
) -> None:
    seal = Seal(tmp_path / "audit")
    with Store(new_url()) as store:
        assert store.audit.cut(5.0, 50.0, seal) is None
        write(store, 10)
        write(store, 1, from_s=3.0)  # a clock that went back: younger entries stay before it
        cut = store.audit.cut(4.0, 50.0, seal)
        assert cut is not None and (cut.first, cut.last.seq, cut.count) == (1, 4, 4)
        assert store.audit.cut(4.0, 50.0, seal) is None
        assert [one.seq for one in store.audit.entries(0, 100)] == [11, 10, 9, 8, 7, 6, 5]
        assert store.audit.verify(keys=[seal.public_key]).faults == ()
        rest = store.audit.cut(100.0, 60.0, seal)
        assert rest is not None and (rest.first, rest.count) == (5, 7)
        write(store, 2)
        assert [one.seq for one in store.audit.entries(0, 100)] == [13, 12]
        report = store.audit.verify(keys=[seal.public_key])
        assert (report.faults, report.start.seq, report.keys) == ((), 11, (seal.public_key,))


def test_entries_of_an_older_version_go_on_in_the_same_chain(url: str, tmp_path: Path) -> None:
    database = Database(url)
    migrate.upgrade(database, "0007")
    before = GENESIS
    with database.writing() as connection:
        for seq in (1, 2, 3):
            content: dict[str, object] = dict.fromkeys(("who", "action", "target", "why"), "x")
            content |= {"at_s": float(seq), "origin": "", "detail": "{}"}
            own = digest(seq, content, before)
            row = {**content, "seq": seq, "prev_hash": before, "hash": own}
            names = ", ".join(row)
            values = ", ".join(f":{name}" for name in row)
            insert = f"INSERT INTO audit ({names}) VALUES ({values})"  # noqa: S608
            connection.execute(text(insert), row)
            before = own
        # As that version cut it: without a signature.
        first = connection.execute(text("SELECT hash FROM audit WHERE seq = 1")).scalar_one()
        connection.execute(text("INSERT INTO audit_anchor VALUES (1, :h)"), {"h": first})
        connection.execute(text("DELETE FROM audit WHERE seq = 1"))
    database.close()
    seal = Seal(tmp_path / "audit")
    with Store(url) as store:
        write(store, 1)
        store.audit.checkpoint(seal, 9.0, "Ville")  # as a start does: it vouches for the beginning
        report = store.audit.verify(seal.checkpoints, [seal.public_key])
        assert (report.faults, report.start.seq, report.end.seq) == ((), 1, 4)
