"""Zones on the ground, now: on the live page of a demonstration, never under statistics."""

from dataclasses import replace

import pytest
from server_world import World, live_state

from parvis.policy.terms import Role
from parvis.values.live import GatheringNow, ZoneNow

ZONE = ZoneNow(12, 1.234, "E", "watch", alarm_since_s=1.0, speed_mps=0.8)


def put(world: World) -> None:
    told = replace(
        live_state("quai"), ground={"terrasse": ZONE}, gatherings=(GatheringNow(1.0, 2.0, 6, 1.0),)
    )
    world.hub.board.put(told)


def test_a_demonstration_shows_people_density_and_level(demonstration: World) -> None:
    put(demonstration)
    page = demonstration.signed_in(Role.ANALYST).get("/?camera=quai").text
    assert 'data-zone="terrasse"' in page
    assert "1,23" in page
    assert ">E</td>" in page
    [told] = [
        one
        for one in demonstration.signed_in(Role.ANALYST).get("/api/v1/states").json()
        if one["camera"] == "quai"
    ]
    assert told["ground"]["terrasse"]["density_pm2"] == 1.234
    assert told["gatherings"][0]["people"] == 6


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST, Role.TECHNICIAN])
def test_statistics_show_nothing_of_it(world: World, role: Role) -> None:
    put(world)
    browser = world.signed_in(role)
    assert 'data-zone="terrasse"' not in browser.get("/?camera=quai").text
    for told in browser.get("/api/v1/states").json():
        assert told["ground"] == {}
        assert told["gatherings"] == []
