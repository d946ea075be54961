"""Holds on deletion: made by an administrator for an authority, read by the DPO, ended by time."""

import pytest
from server_world import NOON_S, World, entries

from parvis.policy.terms import Role

pytestmark = pytest.mark.law(13)

ASKED = {
    "kind": "alerts",
    "reason": "Procédure en cours",
    "authority": "Tribunal, n° 118",
    "until_s": NOON_S + 86_400,
}


def test_a_hold_is_made_shown_and_ends_by_itself(world: World) -> None:
    administrator = world.signed_in(Role.ADMINISTRATOR)
    made = administrator.post("/api/v1/holds", json=ASKED)
    assert made.status_code == 201 and made.json()["state"] == "in-force"
    entry = entries(world)[-1]
    assert (entry.action, entry.who) == ("retention.hold", "administrator-1")
    page = world.signed_in(Role.DPO).get("/compliance", headers={"accept-language": "fr"}).text
    assert "Tribunal, n° 118" in page and 'action="/compliance/holds' not in page
    world.clock.now_s += 86_401
    (told,) = world.signed_in(Role.DPO).get("/api/v1/holds").json()["holds"]
    assert told["state"] == "over"
    gone = world.signed_in(Role.ADMINISTRATOR).post("/api/v1/holds/1/lift", json={"reason": "fini"})
    assert gone.status_code == 404


def test_a_hold_is_refused_without_what_it_needs(world: World) -> None:
    administrator = world.signed_in(Role.ADMINISTRATOR)
    for wrong in (
        {"kind": "pictures"},
        {"reason": " "},
        {"authority": ""},
        {"until_s": NOON_S - 1},
        {"until_s": NOON_S + 5 * 366 * 86_400},
    ):
        assert administrator.post("/api/v1/holds", json=ASKED | wrong).status_code == 422, wrong


def test_the_forms_of_the_page_hold_and_lift(world: World) -> None:
    administrator = world.signed_in(Role.ADMINISTRATOR)
    form = {
        "kind": "minutes", "authority": "Tribunal", "reason": "Procédure", "until": "2026-12-24",
        "first": "2026-11-01",
    }  # fmt: skip
    assert administrator.post("/compliance/holds", data=form).status_code == 303
    (held,) = world.store.holds.in_force(NOON_S)
    assert (held.kind, held.until_s) == ("minutes", 1_798_153_200.0)
    assert administrator.post("/compliance/holds/1", data={"reason": "Classé"}).status_code == 303
    assert world.store.holds.in_force(NOON_S + 1) == []
