"""Recorded acts: what is refused, who may, what is logged, and that what they open follows."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from server_world import NOON_S, World, entries, live_state
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from parvis.policy.terms import Role
from parvis.server.law import ActBook, Gates, law_in, law_remarks
from parvis.site import check, load
from parvis.store.instruments import Instruments, NewerVersionError

ACT: dict[str, Any] = {
    "authority": "Préfecture de l'Exemple",
    "reference": "Arrêté n° 2026-123",
    "events": ["excessive-density"],
    "perimeter": "Quai Nord",
    "cameras": ["quai"],
    "starts": "2026-11-23T11:00",
    "ends": "2026-11-24T12:00",
    "attestation": "C. Martin, DGS",
    "reason": "Marché de Noël",
}
ADDRESS = "/api/v1/instruments"
FIELDS = (
    "authority",
    "reference",
    "events",
    "perimeter",
    "cameras",
    "starts",
    "ends",
    "attestation",
)


@pytest.fixture
def operational(world: World) -> World:
    """The same world under the profile ``operational``, with the gate of the running hub."""
    path = world.path
    path.write_text(path.read_text().replace("profile: statistics", "profile: operational"))
    world.site.take(load(path))
    book = ActBook(world.store)
    gates = Gates(world.site.loaded, world.clock, book.acts)
    object.__setattr__(world.hub, "gate", gates)
    object.__setattr__(world.hub, "acts_changed", book.refresh)
    return world


@pytest.mark.law(3)
@pytest.mark.parametrize("field", FIELDS)
def test_an_act_without_one_of_its_fields_is_refused_by_that_field(
    operational: World, field: str
) -> None:
    browser = operational.signed_in(Role.ADMINISTRATOR)
    lacking = {key: value for key, value in ACT.items() if key != field}
    for body in (lacking, {**ACT, field: [] if isinstance(ACT[field], list) else "  "}):
        answer = browser.post(ADDRESS, json=body)
        assert answer.status_code == 422
        assert field in {one["key"] for one in answer.json()["errors"]}
        assert field in answer.json()["detail"]
    assert browser.get(ADDRESS).json()["instruments"] == []


@pytest.mark.law(4)
def test_an_event_that_the_public_road_does_not_offer_is_refused(operational: World) -> None:
    browser = operational.signed_in(Role.ADMINISTRATOR)
    for events in (["gathering"], ["excessive-density", "queue"], ["flying-saucer"]):
        answer = browser.post(ADDRESS, json={**ACT, "events": events})
        assert answer.status_code == 422
        assert {one["key"] for one in answer.json()["errors"]} == {"events"}


@pytest.mark.law(20)
def test_an_administrator_records_and_the_dpo_reads(operational: World) -> None:
    done = operational.signed_in(Role.ADMINISTRATOR).post(ADDRESS, json=ACT)
    assert done.status_code == 201, done.text
    for role in set(Role) - {Role.PUBLIC}:
        browser = operational.signed_in(role)
        reads = role in (Role.ADMINISTRATOR, Role.DPO)
        assert (browser.get(ADDRESS).status_code == 200) == reads
        assert (browser.get("/compliance/acts").status_code == 200) == reads
        assert (browser.get("/compliance/acts/1").status_code == 200) == reads
        assert (browser.post(ADDRESS, json=ACT).status_code == 201) == (role is Role.ADMINISTRATOR)


@pytest.mark.law(3)
def test_what_an_act_opens_follows_its_beginning_its_versions_and_its_end(
    operational: World,
) -> None:
    world = operational
    administrator, operator = world.signed_in(Role.ADMINISTRATOR), world.signed_in(Role.OPERATOR)

    def people() -> dict[str, Any]:
        world.hub.board.put(live_state(time_s=world.clock.now_s))
        states = operator.get("/api/v1/states").json()
        found: dict[str, Any] = next(one for one in states if one["camera"] == "quai")
        return found["occupancy"] if isinstance(found["occupancy"], dict) else {}

    assert not people()
    later = {**ACT, "starts": "2026-11-23T12:10"}
    assert administrator.post(ADDRESS, json=later).status_code == 201
    assert not people(), "it has not begun"
    world.clock.now_s = NOON_S + 600
    assert people()
    changed = administrator.post(
        f"{ADDRESS}/1/versions",
        json={**later, "version": 1, "ends": "2026-11-23T12:20", "reason": "plus court"},
    )
    assert changed.status_code == 201 and changed.json()["version"] == 2
    assert people()
    world.clock.now_s = NOON_S + 1200
    assert not people(), "over, by itself"
    stale = administrator.post(f"{ADDRESS}/1/versions", json={**ACT, "version": 1})
    assert stale.status_code == 409
    again = administrator.post(f"{ADDRESS}/1/versions", json={**ACT, "version": 2})
    assert again.status_code == 201
    assert people()
    gone = administrator.post(f"{ADDRESS}/1/withdrawal", json={"version": 3, "reason": "retiré"})
    assert gone.status_code == 201 and gone.json()["standing"] == "over"
    assert not people()
    versions = administrator.get(f"{ADDRESS}/1").json()["instruments"]
    assert [one["version"] for one in versions] == [4, 3, 2, 1]
    logged = [one for one in entries(world) if one.action.startswith("instrument.")]
    assert [one.action for one in logged] == ["instrument.record", *["instrument.change"] * 3]
    assert logged[1].why == "plus court" and logged[1].detail["ends_s"] == NOON_S + 1200
    assert world.store.audit.verify().faults == ()


@pytest.mark.law(3)
def test_an_end_is_logged_once(operational: World) -> None:
    operational.signed_in(Role.ADMINISTRATOR).post(ADDRESS, json=ACT)
    book = ActBook(operational.store)
    book.refresh()
    ends_s = operational.store.instruments.present()[0].ends_s
    assert book.note_ends(ends_s - 0.01) == 0
    assert book.note_ends(ends_s) == 1
    assert book.note_ends(ends_s + 5) == 0
    (over,) = [one for one in entries(operational) if one.action == "instrument.end"]
    assert over.at_s == ends_s and over.detail["reference"] == ACT["reference"]


@pytest.mark.law(3)
def test_a_version_is_never_edited_silently(operational: World) -> None:
    operational.signed_in(Role.ADMINISTRATOR).post(ADDRESS, json=ACT)
    database = operational.store._database
    for statement in ("UPDATE instrument SET ends_s = 9e9", "DELETE FROM instrument"):
        with pytest.raises(IntegrityError, match="never changed"), database.writing() as connection:
            connection.execute(text(statement))
    acts = Instruments(database)
    (one,) = acts.present()
    with pytest.raises(NewerVersionError):
        acts.record(replace(one, version=7))


def test_the_screen_records_warns_and_ends(operational: World) -> None:
    world = operational
    browser = world.signed_in(Role.ADMINISTRATOR)
    page = browser.get("/compliance/acts/new")
    assert page.status_code == 200 and "Mouvement de foule" in page.text
    token = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert token is not None
    form = {**ACT, "csrf": token[1], "purposes": "", "act": "record"}
    refused = browser.post("/compliance/acts/new", data={**form, "authority": " "})
    assert refused.status_code == 422 and "Autorité" in refused.text
    assert ACT["reference"].replace("°", "°") in refused.text, "what was typed comes back"
    done = browser.post("/compliance/acts/new", data=form)
    assert done.status_code == 303, done.text
    listed = browser.get("/compliance/acts").text
    assert "1 acte en cours" in listed and "se termine" in listed
    ended = browser.post(
        "/compliance/acts/1",
        data={"csrf": token[1], "act": "withdraw", "version": "1", "why": "fin anticipée"},
    )
    assert ended.status_code == 303, ended.text
    assert world.store.instruments.present()[0].ends_s == world.clock.now_s


def written(path: Path, policy: str, text: str = "") -> Path:
    path.joinpath("lois").mkdir()
    path.joinpath("lois", "ville.yaml").write_text(text, encoding="utf-8")
    site = path / "site.yaml"
    site.write_text(
        f"site: {{name: Ville}}\npolicy: {policy}\ncameras:\n"
        "  quai: {label: Quai, source: 'rtsp://192.0.2.1/a', space: public-road}\n",
        encoding="utf-8",
    )
    return site


OWN = """\
name: ville
dated: 2026-11-25
title: {fr: Ville, en: Town}
spaces: [public-road]
modes:
  statistics: {based_on: fr-public-road/statistics, min_cell: MIN}
"""


@pytest.mark.law(1)
def test_a_town_names_its_own_profile_by_name_or_path(tmp_path: Path) -> None:
    site = written(tmp_path, "{folder: lois, profile: ville}", OWN.replace("MIN", "50"))
    assert not check(site, {}, [law_remarks(tmp_path)])
    loaded = load(site)
    assert law_in(loaded.site.policy, loaded.folder).strictest.min_cell == 50
    site.write_text(
        site.read_text().replace("folder: lois, profile: ville", "profile: lois/ville.yaml")
    )
    loaded = load(site)
    assert law_in(loaded.site.policy, loaded.folder).strictest.min_cell == 50


def test_check_names_the_file_the_key_and_the_remedy(tmp_path: Path) -> None:
    site = written(tmp_path, "{folder: lois, profile: ville}", OWN.replace("MIN", "'many'"))
    (problem,) = check(site, {}, [law_remarks(tmp_path)])
    assert problem.key == "policy.profile"
    assert "lois/ville.yaml: modes.statistics.min_cell" in problem.message and problem.remedy


@pytest.mark.law(1)
def test_a_profile_that_is_not_for_a_space_is_told_at_the_camera(tmp_path: Path) -> None:
    site = written(tmp_path, "{profile: fr-private}")
    (problem,) = check(site, {}, [law_remarks(tmp_path)])
    assert problem.key == "cameras.quai.space"


@pytest.mark.law(2)
def test_a_profile_that_cannot_be_read_leaves_the_strictest_in_force(tmp_path: Path) -> None:
    site = written(tmp_path, "{folder: lois, profile: ville}", OWN.replace("MIN", "0"))
    loaded = load(site)
    gates = Gates(lambda: loaded, lambda: NOON_S)
    assert gates().profile.min_cell == 0
    (tmp_path / "lois" / "ville.yaml").write_text("name: [", encoding="utf-8")
    assert gates().profile.min_cell == 20
    assert gates.problems and gates().law.name == "statistics"
    (tmp_path / "lois" / "ville.yaml").write_text(OWN.replace("MIN", "30"), encoding="utf-8")
    assert gates().profile.min_cell == 30 and not gates.problems


def test_a_typo_in_the_profile_is_told(tmp_path: Path) -> None:
    site = written(tmp_path, "{profile: statistcs}")
    problems = check(site, {}, [law_remarks(tmp_path)])
    assert [one.key for one in problems] == ["policy.profile"]
    assert "did you mean statistics" in problems[0].remedy.lower()
