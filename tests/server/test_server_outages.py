"""Interruptions as they leave: in civil time, to those who may see the health, and logged."""

from server_world import NOON_S, World, entries

from parvis.policy.terms import Role
from parvis.store.outages import Outage


def test_outages_of_a_range_in_civil_time_and_the_look_is_logged(world: World) -> None:
    for one in (
        Outage("quai", NOON_S - 7200, NOON_S - 7100, "long ago"),
        Outage("quai", NOON_S - 3600, NOON_S - 60, "no route to host"),
        Outage("", NOON_S - 1800, NOON_S - 1700, "Parvis was stopped"),
        Outage("gare", NOON_S - 30, None, "its worker says nothing"),
    ):
        world.store.outages.record(one)
    asked = {"start": "2026-11-23T11:00", "end": "2026-11-23T12:00"}
    answer = world.signed_in(Role.DPO).get("/api/v1/outages", params=asked)
    assert answer.status_code == 200, answer.text
    assert answer.json()["outages"] == [
        {
            "camera": "quai",
            "start": "2026-11-23T11:00:00+01:00",
            "end": "2026-11-23T11:59:00+01:00",
            "reason": "no route to host",
        },
        {
            "camera": None,
            "start": "2026-11-23T11:30:00+01:00",
            "end": "2026-11-23T11:31:40+01:00",
            "reason": "Parvis was stopped",
        },
        {
            "camera": "gare",
            "start": "2026-11-23T11:59:30+01:00",
            "end": None,
            "reason": "its worker says nothing",
        },
    ]
    looks = [one for one in entries(world) if one.action == "outages.look"]
    assert [one.target for one in looks] == ["2026-11-23T11:00:00+01:00/2026-11-23T12:00:00+01:00"]
    assert looks[0].who
