"""Places added, changed and removed over the API: comments kept, no update lost, all logged."""

from typing import Any

import pytest
from server_world import World, entries

from parvis.policy.terms import Role
from parvis.site import load

AT = "/api/v1/places/marche"
PLACE = {"label": "Place du Marché", "at": [2.352, 48.8566], "capacity": 400}


def version(world: World) -> dict[str, str]:
    """The headers of a change of what is in the file now."""
    return {"if-match": f'"{load(world.path).etag}"'}


def test_a_place_is_added_changed_and_removed_with_every_comment_kept(world: World) -> None:
    browser = world.signed_in(Role.TECHNICIAN)
    diff = browser.post(f"{AT}/diff", json=PLACE).json()["diff"]
    assert "+  marche:" in diff and "+    capacity: 400" in diff
    assert browser.put(AT, json=PLACE, headers=version(world)).status_code == 204
    measured = PLACE | {
        "capacity": 300,
        "lines": ["quai.pont"],
        "entrances": {"quai.pont": "first"},
        "ladder": {"density": [0.5, 1.0, 2.0], "source": "jauge"},
    }
    saved = browser.put(AT, json=measured, headers=version(world))
    assert saved.status_code == 204, saved.text
    assert saved.headers["etag"] == f'"{load(world.path).etag}"'
    held = load(world.path).site.places["marche"]
    assert (held.capacity, held.lines, held.entrances) == (
        300,
        ("quai.pont",),
        {"quai.pont": "first"},
    )
    assert "this comment must survive" in world.path.read_text(encoding="utf-8")
    assert browser.get("/api/v1/places/marche").json()["capacity"] == 300, "in force at once"
    assert browser.delete(AT, headers=version(world)).status_code == 204
    assert browser.delete(AT, headers=version(world)).status_code == 404
    assert "marche" not in load(world.path).site.places
    assert "this comment must survive" in world.path.read_text(encoding="utf-8")
    done = [one.action for one in entries(world)][-3:]
    assert done == ["place.add", "place.change", "place.remove"]


def test_a_place_changed_by_someone_else_is_not_overwritten(world: World) -> None:
    browser = world.signed_in(Role.TECHNICIAN)
    seen = version(world)
    assert browser.put(AT, json=PLACE, headers=seen).status_code == 204
    assert browser.put(AT, json=PLACE | {"capacity": 1}, headers=seen).status_code == 412
    assert browser.delete(AT, headers=seen).status_code == 412
    assert browser.put(AT, json=PLACE).status_code == 428
    assert load(world.path).site.places["marche"].capacity == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"label": "Nulle part"},
        PLACE | {"zones": ["quai.nowhere"]},
        PLACE | {"capacity": 0},
        PLACE | {"ladder": {"density": [3, 2, 1]}},
        PLACE | {"colour": "red"},
    ],
)
def test_a_place_that_makes_no_sense_is_refused_and_nothing_written(
    world: World, wrong: dict[str, Any]
) -> None:
    browser = world.signed_in(Role.TECHNICIAN)
    before = world.path.read_bytes()
    assert browser.put(AT, json=wrong, headers=version(world)).status_code == 422
    assert world.path.read_bytes() == before


def test_a_place_that_a_rule_watches_is_not_removed(world: World) -> None:
    text = world.path.read_text(encoding="utf-8")
    more = """\
places:
  marche: {label: Marché, at: [2.35, 48.86]}
rules:
  plein: {kind: density, on: ["place:marche"]}
"""
    world.path.write_text(text + more, encoding="utf-8")
    world.site.take(load(world.path))
    browser = world.signed_in(Role.TECHNICIAN)
    answer = browser.delete(AT, headers=version(world))
    assert answer.status_code == 422
    assert "plein" in answer.json()["errors"][0]["key"]


def test_only_a_technician_opens_the_editor_of_a_place(world: World) -> None:
    for address in ("/map/add-place", "/places/marche/edit"):
        asked = world.browser().get(address, follow_redirects=False)
        assert asked.headers["location"] == f"/login?next={address}"
        assert world.signed_in(Role.ANALYST).get(address).status_code == 403
    assert world.signed_in(Role.TECHNICIAN).get("/places/nowhere/edit").status_code == 404
