"""Twenty closings on an accelerated clock, a client at every channel: nothing early or small."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from server_world import NOON_S, PORT, World, live_state, minute
from test_server_live import client, served

from parvis.policy.terms import Role

CLOSINGS = 20
QUARTER_S = 900.0
FIRST_S = NOON_S - QUARTER_S
"""Start of the first quarter that is measured."""

BIG = {n: 30_011 + 10 * (n * 7919 % 4001) for n in range(CLOSINGS + 2)}
"""What is counted in each quarter: figures that nothing else gives, over the smallest cell."""

SMALL = {5, 11}
"""Quarters in which few passed: a viewer is never told of them."""


def counted(n: int) -> float:
    return 15.0 * 0.6 if n in SMALL else float(BIG[n])


def figures(text: str) -> set[int]:
    """Whole figures of five digits in a text, however it writes thousands."""
    plain = re.sub("[\u202f\u00a0 ,](?=\\d{3}(?!\\d))", "", text)
    return {int(one) for one in re.findall(r"(?<!\d)\d{5}(?!\d)", plain)}


def looks(role: Role) -> Iterator[tuple[str, dict[str, str]]]:
    """Every channel that shows measures, as an address and its parameters."""
    day = "2026-11-23"
    for length in ("15min", "hour", "day"):
        yield "/api/v1/measures", {"bin": length, "start": f"{day}T10:00", "camera": "quai"}
    yield "/api/v1/measures", {"bin": "15min", "format": "csv", "start": f"{day}T10:00"}
    yield "/api/v1/states", {}
    yield "/api/v1/occupancy", {}
    yield "/api/v1/places", {}
    yield "/api/v1/map/flows", {}
    yield "/api/v1/health", {}
    yield "/metrics", {}
    yield "/", {}
    yield "/history", {"camera": "quai"}
    yield "/history.csv", {"camera": "quai"}


class Watch:
    """What one client may have been told by now."""

    def __init__(self, role: Role) -> None:
        self.role = role
        self.told: set[int] = set()

    def look(self, text: str, closed: int, where: str) -> None:
        """No figure of a quarter that is not closed, in any of its forms."""
        early = {BIG[n] for n in BIG if n >= closed} - {BIG[n] for n in range(closed)}
        found = figures(text)
        assert not found & early, (where, self.role, closed, found & early)
        self.told |= found


@pytest.mark.law(2)
@pytest.mark.law(26)
def test_no_channel_tells_a_value_early_or_small_through_twenty_closings(world: World) -> None:
    """All measures are there from the beginning; only the clock says what may be told."""
    for n in range(CLOSINGS + 2):
        share = counted(n) / 15
        world.store.record(
            [minute(FIRST_S + QUARTER_S * n + 60 * i, share, run="run-1") for i in range(15)]
        )
    watches = {role: Watch(role) for role in (Role.VIEWER, Role.ANALYST, Role.OPERATOR)}
    with served(world) as url:
        clients = {role: client(world, url, role) for role in watches}
        https = {role: one.__enter__() for role, one in clients.items()}
        try:
            for n in range(1, CLOSINGS + 1):
                closes_s = FIRST_S + QUARTER_S * n
                for now_s, closed in ((closes_s - 1.0, n - 1), (closes_s, n)):
                    world.clock.now_s = now_s
                    world.hub.board.put(live_state(time_s=now_s))
                    for role, watch in watches.items():
                        every = list(looks(role))
                        # Each closing at the series itself, and in turn at one other channel.
                        for path, query in (*every[:2], every[2 + (n + closed) % (len(every) - 2)]):
                            answer = https[role].get(path, params=query)
                            watch.look(answer.text, closed, f"{path} {query}")
                            small(answer, role, closed)
                        stream(https[role], watch, closed)
        finally:
            for one in clients.values():
                one.__exit__(None, None, None)
    for role, watch in watches.items():
        closed = {BIG[n] for n in range(CLOSINGS) if n not in SMALL}
        assert watch.told >= closed, (role, "what has closed is told")


def small(answer: Any, role: Role, closed: int) -> None:
    """A viewer is told of no small cell, nor of the totals that would give it away."""
    if role is not Role.VIEWER or not answer.headers["content-type"].startswith("application/json"):
        return
    found = answer.json()
    if not isinstance(found, dict) or "series" not in found:
        return
    for one in found["series"]:
        if one["series"] != PORT.key:
            continue
        for value in one["values"]:
            assert value["value"] is None or value["value"] >= 20
    quarters = [one for one in found["series"] if one["series"] == PORT.key]
    if found["bin"] == "15min" and quarters:
        flagged = [one["status"] for one in quarters[0]["values"]]
        assert flagged.count("suppressed") == len([n for n in SMALL if n < closed])


def stream(http: Any, watch: Watch, closed: int) -> None:
    """What the live stream says first: states, and the last closed quarter."""
    with http.stream("GET", "/api/v1/live") as answer:
        name = ""
        for line in answer.iter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                watch.look(line, closed, f"live {name}")
                if name == "states":
                    for one in json.loads(line.removeprefix("data: ")):
                        assert not one["dots"] and not one["occupancy"] and not one["open_counts"]
                if name == "closed":
                    return
