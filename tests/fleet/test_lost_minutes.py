"""A minute that is lost is told where people look: here by the doctor."""

from pathlib import Path

from parvis.fleet.doctor import Finding, closed_minutes
from parvis.fleet.layout import DataFolder
from parvis.store import Store, sqlite_url
from parvis.store.recorder import Recorder
from parvis.store.spool import Spool
from parvis.values.minute import ClosedMinute


def test_the_doctor_names_the_cameras_of_minutes_that_could_not_be_recorded(
    tmp_path: Path,
) -> None:
    folder = DataFolder(tmp_path)
    assert closed_minutes(folder).finding is Finding.GOOD
    with Store(sqlite_url(tmp_path / "p.db")) as store:
        recorder = Recorder(store, folder.unrecorded)
        recorder.take([ClosedMinute("quai", "r1", 60e13 + i * 60, 60.0, ()) for i in range(2)])
        assert recorder.lost("quai") == 2
    found = closed_minutes(folder)
    assert found.finding is Finding.WARNING
    assert dict(found.said.fields) == {"n": 2, "cameras": "quai (2)"}
    assert found.remedy


def test_the_doctor_names_a_damaged_spool(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.spools.mkdir()
    folder.spool("w").write_bytes(b"no database" * 1000)
    Spool(folder.spool("w")).close()
    found = closed_minutes(folder)
    assert found.finding is Finding.WARNING
    assert "w.damaged-" in str(dict(found.said.fields)["names"])
