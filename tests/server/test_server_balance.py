"""Who is inside a place: the day closes, a gap ends what is known, nothing is invented."""

from typing import Any

import pytest
from server_world import NOON_S, World, minute

from parvis.policy.terms import Role
from parvis.site import load

PLACES = """\
places:
  halle: {label: Halle, at: [2.0, 48.0], entrances: {quai.pont: first}, empty_at: "10:00"}
  sans: {label: Sans, at: [2.0, 48.0]}
"""
TEN_S = NOON_S - 7200
"""Ten in the morning of 23 November, in Paris."""


def ask(world: World, place: str = "halle", **query: Any) -> Any:
    text = world.path.read_text(encoding="utf-8")
    world.path.write_text(text.partition("places:")[0] + PLACES, encoding="utf-8")
    world.site.take(load(world.path))
    query.setdefault("day", "2026-11-23")
    return world.signed_in(Role.ANALYST).get(f"/api/v1/places/{place}/balance", params=query)


def fill(world: World, from_s: float, to_s: float, came: float) -> None:
    """So many come each minute; one leaves."""
    world.store.record([minute(float(at), came) for at in range(int(from_s), int(to_s), 60)])


def test_a_running_day_adds_up_and_grows_less_sure(world: World) -> None:
    fill(world, TEN_S, NOON_S, 3.0)
    told = ask(world).json()
    assert (told["closed"], told["ratio"]) == (False, 1.0)
    assert [one["inside"] for one in told["quarters"]] == pytest.approx(
        [30 * n for n in range(1, 9)]
    )
    widths = [one["high"] - one["low"] for one in told["quarters"]]
    assert widths == sorted(widths)
    assert told["quarters"][0]["start"] == "2026-11-23T10:00:00+01:00"


def test_a_closed_day_is_empty_at_its_end(world: World) -> None:
    fill(world, TEN_S - 86400, TEN_S, 1.1)
    told = ask(world, day="2026-11-22").json()
    assert told["closed"]
    assert told["ratio"] == pytest.approx(1.1)
    assert told["quarters"][-1]["inside"] == pytest.approx(0, abs=1e-6)
    assert told["quarters"][-1]["high"] == pytest.approx(0, abs=1e-3)
    assert len(told["quarters"]) == 96


def test_a_gap_ends_what_is_known(world: World) -> None:
    fill(world, TEN_S, TEN_S + 1800, 3.0)
    fill(world, TEN_S + 3600, NOON_S, 3.0)
    told = ask(world).json()["quarters"]
    assert [one["inside"] is None for one in told] == [False] * 2 + [True] * 6
    assert told[2]["status"] == "gap"


def test_a_place_without_entrances_says_so(world: World) -> None:
    answer = ask(world, "sans")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:parvis:problem:no-entrances")
    assert ask(world, "foire").status_code == 404
    assert ask(world, day="9999-12-31").status_code == 422
