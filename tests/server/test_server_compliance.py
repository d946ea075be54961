"""*Conformité*: the journal searched, its chain verified, deletions and stops shown; read-only."""

import csv
import io
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from server_world import NOON_S, World, entries

from parvis.policy.terms import Role
from parvis.server.app import create_app
from parvis.server.pages.compliance.deeds import DEEDS
from parvis.store.audit_seal import Seal, read_checkpoints

pytestmark = pytest.mark.law(14)
SOURCES = Path(__file__).parents[2] / "src" / "parvis"


@pytest.fixture
def sealed(world: World, tmp_path: Path) -> World:
    """A world whose journal is signed."""
    hub = replace(world.hub, seal=Seal(tmp_path / "audit"))
    return replace(world, hub=hub, app=create_app(hub))


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\u202f", " ")


def test_only_who_answers_for_it_reads_it(world: World) -> None:
    for role in Role:
        if role is Role.PUBLIC:
            continue
        browser = world.signed_in(role)
        wanted = 200 if role in (Role.DPO, Role.ADMINISTRATOR) else 403
        assert browser.get("/compliance").status_code == wanted, role
        assert browser.get("/compliance/journal.csv").status_code == wanted, role
        assert browser.post("/compliance/verify").status_code == wanted, role
    assert world.browser().get("/compliance").headers["location"].startswith("/login")


def test_the_journal_is_searched(world: World) -> None:
    for i in range(120):
        world.store.audit.record(
            at_s=NOON_S - 100 * i,
            who="ana" if i % 2 else "bob",
            action="camera.stop" if i == 7 else "export",
            target="quai",
            why=f"motif numéro {i}",
            origin="192.0.2.7",
            detail={"series": "quai"},
        )
    browser = world.signed_in(Role.DPO)
    page = browser.get("/compliance", headers={"accept-language": "fr"}).text
    # A page of fifty, the sign-in first; and the stop, in its own section.
    assert page.count("motif numéro") == 49 + 1
    older = re.search(r'href="(/compliance\?[^"]*before=\d+)', page)
    assert older is not None
    assert "motif numéro" in browser.get(older[1].replace("&amp;", "&")).text
    found = browser.get("/compliance?who=ana&deed=export&words=num%C3%A9ro+11&from=2026-11-20")
    assert set(re.findall(r"motif (numéro \d+)", found.text)) == {
        "numéro 11", "numéro 111", "numéro 113", "numéro 115", "numéro 117", "numéro 119",
        "numéro 7",
    }  # fmt: skip
    assert "192.0.2.7" in found.text
    assert "Aucune inscription" in browser.get("/compliance?words=xyzzy").text
    assert browser.get("/compliance?from=nonsense&to=2026-99-99").status_code == 200


def test_an_export_holds_every_entry_with_its_hash_and_is_logged(world: World) -> None:
    world.store.audit.record(at_s=NOON_S, who="=evil()", action="export", target="quai")
    browser = world.signed_in(Role.DPO)
    answer = browser.get("/compliance/journal.csv?from=2026-11-01&deed=export")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["who"] for row in rows] == ["dpo-1", "'=evil()"]
    assert rows[1]["hash"] == entries(world)[0].hash
    assert entries(world)[-1].action == "export.journal"
    assert entries(world)[-1].origin == "testclient"


def test_the_chain_is_verified_on_the_page_and_a_broken_entry_is_named(sealed: World) -> None:
    for i in range(30):
        sealed.store.audit.record(at_s=NOON_S + i, who="ana", action="export", target="quai")
    seal = sealed.hub.seal
    assert seal is not None
    sealed.store.audit.checkpoint(seal, NOON_S + 31, "Ville")
    browser = sealed.signed_in(Role.DPO)
    told = text_of(browser.post("/compliance/verify", headers={"accept-language": "fr"}).text)
    assert "La chaîne est entière" in told
    assert "répondent jusqu’à l’inscription 30" in told
    assert entries(sealed)[-1].detail["faults"] == []
    with closing(sqlite3.connect(sealed.path.parent / "parvis.db")) as connection:
        connection.execute("DROP TRIGGER audit_no_update")
        connection.execute("UPDATE audit SET who = 'bob' WHERE seq = 17")
        connection.commit()
    told = text_of(browser.post("/compliance/verify", headers={"accept-language": "fr"}).text)
    assert "La chaîne est rompue en 1 endroit" in told
    assert "L’inscription 17 a été changée" in told
    assert entries(sealed)[-1].detail["faults"] == ["changed 17–17"]
    kept = browser.get("/compliance/checkpoints.jsonl")
    assert kept.content == seal.checkpoints.read_bytes()
    assert len(list(read_checkpoints(seal.checkpoints, [seal.public_key]))) == 1


def test_deletions_stand_there_with_number_date_and_settings(world: World) -> None:
    world.store.audit.record(
        at_s=NOON_S,
        who="system",
        action="retention.delete",
        target="alerts",
        detail={"count": 1234, "before_s": NOON_S - 86_400, "configuration_hash": "ab12" * 16},
    )
    browser = world.signed_in(Role.DPO)
    told = text_of(browser.get("/compliance", headers={"accept-language": "fr"}).text)
    assert "Alertes 1 234 dimanche 22 novembre 2026" in told.replace("\u00a0", " ")
    assert "ab12ab12ab12" in told


def test_stops_stand_there_with_who_and_why(world: World) -> None:
    technician = world.signed_in(Role.TECHNICIAN)
    technician.post("/api/v1/stop", json={"camera": "quai", "reason": "Demande de la déléguée"})
    browser = world.signed_in(Role.DPO)
    told = text_of(browser.get("/compliance", headers={"accept-language": "fr"}).text)
    assert "Arrêté : Quai Nord." in told.replace("\u00a0", " ")
    assert "technician-1 Demande de la déléguée testclient" in told


def test_every_deed_that_the_code_logs_has_its_words() -> None:
    said = set()
    for path in (
        one
        for room in ("server", "fleet", "jobs", "store")
        for one in SOURCES.glob(f"{room}/**/*.py")
    ):
        for call in re.finditer(
            r'(?:note\(\s*(?:here\.)?request,\s*|hub\.note\(|action=|_tell\()"([a-z.-]+)"',
            path.read_text(encoding="utf-8"),
        ):
            said.add(call[1])
    assert {"camera.add", "export", "system.start", "site.reload"} <= said
    assert said - DEEDS.keys() == set()
