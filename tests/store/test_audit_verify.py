"""Whatever is done to the trail is found and located."""

import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from forging import forge, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parvis.store import Store, StoreError, sqlite_url
from parvis.store.audit_chain import (
    BEGINNING,
    CONTENT,
    Fault,
    Link,
    RawEntry,
    Walk,
    canonical,
    checkpoint_faults,
    digest,
)
from parvis.store.audit_chain import FaultKind as K
from parvis.store.audit_seal import Checkpoint, Seal, public_key, read_checkpoints
from parvis.store.audit_verify import Report, reading_copy, verify

pytestmark = pytest.mark.law(14)

UNLIKELY = "0" * 63 + "1"


def faults(url: str, seal: Seal | None = None) -> list[Fault]:
    with Store(url) as store:
        report = (
            store.audit.verify()
            if seal is None
            else store.audit.verify(seal.checkpoints, [seal.public_key])
        )
        return list(report.faults)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit SET who = 'anb' WHERE seq = 3", Fault(K.CHANGED, 3, 3)),
        ("UPDATE audit SET at_s = at_s + 0.001 WHERE seq = 3", Fault(K.CHANGED, 3, 3)),
        ("UPDATE audit SET detail = '{}' WHERE seq = 3", Fault(K.CHANGED, 3, 3)),
        ("UPDATE audit SET hash = prev_hash WHERE seq = 2", Fault(K.CHANGED, 2, 2)),
        ("UPDATE audit SET prev_hash = hash WHERE seq = 2", Fault(K.CHANGED, 2, 2)),
        ("DELETE FROM audit WHERE seq = 2", Fault(K.MISSING, 2, 2)),
        ("DELETE FROM audit WHERE seq IN (2, 3)", Fault(K.MISSING, 2, 3)),
        ("DELETE FROM audit WHERE seq = 1", Fault(K.MISSING, 1, 1)),
        ("DELETE FROM audit WHERE seq > 3", Fault(K.CUT_OFF, 4, 5)),
        ("DELETE FROM audit", Fault(K.CUT_OFF, 1, 5)),
        (
            "INSERT INTO audit SELECT 0, at_s, who, action, target, why, origin, detail,"
            " prev_hash, hash FROM audit WHERE seq = 1",
            Fault(K.STRANGE, 0, 0),
        ),
    ],
)
def test_one_forgery_is_located(url: str, statement: str, found: Fault) -> None:
    with Store(url) as store:
        write(store, 5)
    forge(url, statement)
    assert found in faults(url)
    assert all(one.kind is not K.REWRITTEN for one in faults(url))


def test_entries_that_exchange_their_numbers_are_told_as_such(url: str) -> None:
    with Store(url) as store:
        write(store, 6)
    forge(
        url,
        "UPDATE audit SET seq = -1 WHERE seq = 2",
        "UPDATE audit SET seq = 2 WHERE seq = 5",
        "UPDATE audit SET seq = 5 WHERE seq = -1",
    )
    told = [one for one in faults(url) if one.kind is K.EXCHANGED]
    assert told == [Fault(K.EXCHANGED, 2, 2), Fault(K.EXCHANGED, 5, 5)]


def test_a_chain_that_is_written_anew_from_an_entry_on_differs_from_a_checkpoint(
    url: str, tmp_path: Path
) -> None:
    seal = Seal(tmp_path / "audit")
    with Store(url) as store:
        for _ in range(3):
            write(store, 3)
            store.audit.checkpoint(seal, 1.0, "Ville")
    rewrite(url, 5)
    assert faults(url) == [], "hashes, links and the database's own note of the end fit again"
    assert faults(url, seal) == [Fault(K.REWRITTEN, 4, 6)]


def test_an_end_that_is_cut_off_with_every_trace_in_the_database_differs_from_a_checkpoint(
    url: str, tmp_path: Path
) -> None:
    seal = Seal(tmp_path / "audit")
    with Store(url) as store:
        write(store, 7)
        store.audit.checkpoint(seal, 1.0, "Ville")
    forge(
        url,
        "DELETE FROM audit WHERE seq > 4",
        "UPDATE audit_head SET seq = 4, hash = (SELECT hash FROM audit WHERE seq = 4)",
    )
    assert faults(url) == []
    assert faults(url, seal) == [Fault(K.CUT_OFF, 5, 7)]


def test_a_beginning_that_is_cut_off_has_no_signed_proof(url: str, tmp_path: Path) -> None:
    seal = Seal(tmp_path / "audit")
    with Store(url) as store:
        write(store, 7)
        store.audit.checkpoint(seal, 1.0, "Ville")
        store.audit.cut(2.0, 9.0, seal)
        store.audit.checkpoint(seal, 9.0, "Ville")
    assert faults(url, seal) == []
    drop = "DELETE FROM audit WHERE seq < 5"
    anchor = "INSERT INTO audit_anchor (through_seq, hash{more}) SELECT 4, hash{values} FROM audit"
    forge(url, (anchor + " WHERE seq = 4").format(more="", values=""), drop)
    assert faults(url, seal) == [Fault(K.CUT_UNSIGNED, 3, 4)]
    forge(
        url,
        "UPDATE audit_anchor SET at_s = 9, before_s = 2,"
        " key = (SELECT key FROM audit_anchor WHERE through_seq = 2),"
        " signature = (SELECT signature FROM audit_anchor WHERE through_seq = 2)"
        " WHERE through_seq = 4",
    )
    assert faults(url, seal) == [Fault(K.CUT_FORGED, 3, 4)]


def test_a_checkpoint_of_another_key_or_with_another_word_vouches_for_nothing(
    url: str, tmp_path: Path
) -> None:
    seal, other = Seal(tmp_path / "audit"), Seal(tmp_path / "other")
    with Store(url) as store:
        write(store, 2)
        store.audit.checkpoint(seal, 1.0, "Ville")
        store.audit.checkpoint(other, 1.0, "Ville")
    with seal.checkpoints.open("ab") as file:
        file.write(other.checkpoints.read_bytes())
        file.write(other.checkpoints.read_bytes().replace(b"Ville", b"Bille"))
    assert faults(url, seal) == [Fault(K.CHECKPOINT_FORGED, 2, 2), Fault(K.CHECKPOINT_FORGED, 3, 3)]


def test_the_key_is_the_owners_alone_and_stays(tmp_path: Path) -> None:
    seal = Seal(tmp_path / "audit")
    kept = tmp_path / "audit" / "signing-key.pem"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    assert Seal(tmp_path / "audit").public_key == seal.public_key
    written = (tmp_path / "audit" / "public-key.txt").read_text()
    assert public_key(written) == seal.public_key
    kept.write_text("nothing")
    with pytest.raises(StoreError, match="holds no key"):
        Seal(tmp_path / "audit")


def test_a_line_that_a_power_cut_left_unfinished_damages_no_other(tmp_path: Path) -> None:
    seal = Seal(tmp_path / "audit")
    one = Checkpoint(1.0, BEGINNING, Link(3, UNLIKELY), "Ville")
    seal.keep(one)
    with seal.checkpoints.open("ab") as file:
        file.write(b'{"at_s":2.0,"end":{"ha')
    seal.keep(one)
    found = list(read_checkpoints(seal.checkpoints, [seal.public_key]))
    assert found == [(1, one), (2, None), (3, one)]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database at rest, with its checkpoints beside it."""
    folder = tmp_path_factory.mktemp("sound")
    seal = Seal(folder / "audit")
    with Store(sqlite_url(folder / "p.db")) as store:
        write(store, 40)
        store.audit.cut(5.0, 99.0, seal)
        store.audit.checkpoint(seal, 99.0, "Ville")
    with closing(sqlite3.connect(folder / "p.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode=DELETE")
    return folder


def read(path: Path) -> Report:
    key = public_key((path.parent / "audit" / "public-key.txt").read_text())
    with reading_copy(str(path)) as connection:
        return verify(connection, path.parent / "audit" / "checkpoints.jsonl", [key])


def content(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute("SELECT * FROM audit ORDER BY seq").fetchall()


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_byte_of_the_file_that_changes_an_entry_is_found(
    sound: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    before = content(sound / "p.db")
    body = bytearray((sound / "p.db").read_bytes())
    spans = [i for i in range(0, len(body), 4096) if b"192.0.2.4" in body[i : i + 4096]]
    page = data.draw(st.sampled_from(spans))
    at = page + data.draw(st.integers(0, 4095))
    body[at] ^= data.draw(st.integers(1, 255))
    folder = tmp_path_factory.mktemp("damaged")
    shutil.copytree(sound / "audit", folder / "audit")
    (folder / "p.db").write_bytes(body)
    try:
        report = read(folder / "p.db")
    except StoreError:
        return
    finally:
        shutil.rmtree(folder / "audit")
    if not report.faults:
        assert content(folder / "p.db") == before


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_any_change_deletion_exchange_or_cut_of_rows_is_found_and_located(
    data: st.DataObject,
) -> None:
    rows = chain(data.draw(st.integers(2, 12)))
    vouched = Link(rows[-1].seq, rows[-1].hash)
    at = data.draw(st.integers(0, len(rows) - 1))
    forged = list(rows)
    match data.draw(st.sampled_from(["change", "delete", "exchange", "cut"])):
        case "change":
            name = data.draw(st.sampled_from(CONTENT))
            was = rows[at].content[name]
            other = data.draw(
                (
                    st.floats(allow_nan=False, allow_infinity=False)
                    if name == "at_s"
                    else st.text()
                ).filter(lambda new: canonical(new) != canonical(was))
            )
            changed = {**rows[at].content, name: other}
            forged[at] = RawEntry(rows[at].seq, changed, rows[at].prev_hash, rows[at].hash)
            expected = {rows[at].seq}
        case "delete":
            del forged[at]
            expected = {rows[at].seq}
        case "exchange":
            other_at = data.draw(st.integers(0, len(rows) - 1).filter(lambda i: i != at))
            one, two = rows[at], rows[other_at]
            forged[at] = RawEntry(one.seq, two.content, two.prev_hash, two.hash)
            forged[other_at] = RawEntry(two.seq, one.content, one.prev_hash, one.hash)
            expected = {one.seq, two.seq}
        case _:
            forged = forged[:at]
            expected = set(range(at + 1, len(rows) + 1))
    walk = Walk(BEGINNING, frozenset({vouched.seq}))
    found = list(walk.faults(forged))
    found += checkpoint_faults(walk, [vouched])
    assert expected <= {seq for one in found for seq in range(one.first, one.last + 1)}
    assert {one.first for one in found} <= expected | {seq + 1 for seq in expected}


def chain(count: int) -> list[RawEntry]:
    rows, before = [], BEGINNING.hash
    for seq in range(1, count + 1):
        said = dict.fromkeys(CONTENT, f"é{seq % 3}") | {"at_s": float(seq)}
        own = digest(seq, said, before)
        rows.append(RawEntry(seq, said, before, own))
        before = own
    return rows


def rewrite(url: str, seq: int) -> None:
    """Change an entry and write every hash after it anew, as a patient forger would."""
    with Store(url) as store:
        rows = store.audit.entries(0, 1e9)[::-1]
    before = rows[seq - 2].hash
    statements: list[tuple[str, dict[str, object]]] = []
    for row in rows[seq - 1 :]:
        said = {name: getattr(row, name) for name in CONTENT} | {"detail": canonical(row.detail)}
        said |= {"who": "nobody"} if row.seq == seq else {}
        own = digest(row.seq, said, before)
        statements.append(
            (
                "UPDATE audit SET who = :who, prev_hash = :before, hash = :own WHERE seq = :seq",
                {"who": said["who"], "before": before, "own": own, "seq": row.seq},
            )
        )
        before = own
    forge(url, *statements, ("UPDATE audit_head SET hash = :own", {"own": before}))


def test_a_copy_is_only_read(new_url: Callable[[], str], sound: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    shutil.copy(sound / "p.db", target)
    target.chmod(0o400)
    body = target.read_bytes()
    with reading_copy(str(target)) as connection:
        assert verify(connection).faults == ()
    assert target.read_bytes() == body
    assert [one.name for one in tmp_path.iterdir()] == ["copy.db"]
    url = new_url()
    with Store(url) as store:
        write(store, 3)
        with reading_copy(url) as connection:  # the running one as well, with what waits in its WAL
            assert verify(connection).count == 3
    with pytest.raises(StoreError, match="no file"), reading_copy(str(tmp_path / "none.db")):
        pass
    (tmp_path / "text.db").write_text("not a database at all, but long enough to look at" * 9)
    with pytest.raises(StoreError, match="cannot be read"), reading_copy(str(tmp_path / "text.db")):
        pass
