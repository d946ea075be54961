"""``parvis audit``: offline, on a copy, with a status that a script can read."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from parvis.cli import app
from parvis.fleet.layout import DataFolder
from parvis.store import Store
from parvis.store.audit_seal import Seal

pytestmark = pytest.mark.law(14)

SITE = "site: {name: Ville, timezone: Europe/Paris, language: fr}\ncameras: {}\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site that has run: entries, a checkpoint, a key."""
    path = tmp_path / "site.yaml"
    path.write_text(SITE, encoding="utf-8")
    folder = DataFolder(tmp_path / "data")
    folder.root.mkdir()
    seal = Seal(folder.audit)
    with Store(folder.database_url) as store:
        for i in range(12):
            store.audit.record(at_s=i, who="ana", action="export", target="quai", why="étude")
        store.audit.checkpoint(seal, 12.0, "Ville")
    return path


def said(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["audit", *map(str, words)], env={"COLUMNS": "200"})
    return result.exit_code, result.output


def test_a_whole_trail_verifies_where_it_lies_and_as_a_copy(site: Path, tmp_path: Path) -> None:
    code, told = said("verify", site)
    assert code == 0 and "the last entry they vouch for: 12" in told and "whole" in told
    code, told = said("checkpoint", site)
    key = next(line.split()[-1] for line in told.splitlines() if line.startswith("public key"))
    assert code == 0 and "last entry      12" in told
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(tmp_path / "data" / "parvis.db", elsewhere / "copy.db")
    shutil.copy(tmp_path / "data" / "audit" / "checkpoints.jsonl", elsewhere)
    kept = ["--checkpoints", elsewhere / "checkpoints.jsonl", "--key", key]
    assert said("verify", elsewhere / "copy.db", *kept)[0] == 0
    assert said("verify", elsewhere / "copy.db")[0] == 0, "the chain alone"
    other = Seal(tmp_path / "other").public_key
    code, told = said("verify", elsewhere / "copy.db", *kept[:2], "--key", other)
    assert code == 1 and "The checkpoint on line 1 is forged" in told


def test_a_broken_trail_is_said_with_its_entry_and_ends_with_status_1(
    site: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "data" / "parvis.db")) as connection:
        connection.execute("DROP TRIGGER audit_no_update")
        connection.execute("UPDATE audit SET why = 'Étude' WHERE seq = 7")
        connection.commit()
    code, told = said("verify", site)
    assert code == 1 and "Entry 7 was changed" in told and "broken: 1 fault" in told


def test_what_is_no_database_is_said(tmp_path: Path) -> None:
    assert said("verify", tmp_path / "none.db")[0] == 1
    (tmp_path / "x.db").write_bytes(b"")
    code, told = said("verify", tmp_path / "x.db")
    assert code == 1 and "holds no audit trail" in told
