"""People in a place now: told where the profile shows the moment, withheld with its text else."""

from dataclasses import replace
from typing import Any

import pytest
from server_world import NOON_S, World

from parvis.policy.terms import Role
from parvis.site import load
from parvis.values.place_now import PlaceNow

PLACES = """\
places:
  place: {label: Place du Port, capacity: 40, at: [2.0, 48.0], zones: [quai.terrasse]}
"""
NOW = PlaceNow("place", NOON_S - 1, 25.0, 18.75, 31.25, 1.0, ())


def ask(world: World, role: Role, now: PlaceNow | None = NOW) -> Any:
    text = world.path.read_text(encoding="utf-8")
    world.path.write_text(text.partition("places:")[0] + PLACES, encoding="utf-8")
    world.site.take(load(world.path))
    seen = {} if now is None else {"place": now}
    world.app.state.services = replace(world.hub, places_now=lambda: seen)
    [place] = world.signed_in(role).get("/api/v1/occupancy").json()
    return place


def test_a_demonstration_tells_the_moment_with_its_interval(demonstration: World) -> None:
    place = ask(demonstration, Role.ANALYST)
    assert (place["people"], place["low"], place["high"]) == (25.0, 18.75, 31.25)
    assert (place["label"], place["capacity"], place["withheld"]) == ("Place du Port", 40, None)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST, Role.ADMINISTRATOR])
def test_statistics_tell_nothing_of_the_moment(world: World, role: Role) -> None:
    place = ask(world, role)
    assert (place["people"], place["low"], place["high"], place["time"]) == (None,) * 4
    assert place["withheld"]["verdict"] in ("delay", "refuse")
    assert place["withheld"]["article"]["fr"]


def test_a_place_that_nobody_sees_is_unknown(demonstration: World) -> None:
    assert ask(demonstration, Role.ANALYST, None)["people"] is None
