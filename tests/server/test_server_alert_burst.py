"""Ten thousand alerts in a burst, on the real server: usable, bounded, and no screen is flooded."""

import os
import threading
import time
from dataclasses import replace
from pathlib import Path

from server_world import NOON_S, World, live_state
from sqlalchemy import insert
from test_server_alerts import RAISED
from test_server_live import Event, client, listen, named, served

from parvis.alerts import life
from parvis.alerts.rule import Rule
from parvis.policy.terms import Role
from parvis.server.inbox.inbox import MOST_ROWS
from parvis.server.live import MOST_TOLD
from parvis.store.alert_rows import row_of
from parvis.store.schema import alert
from parvis.values.alerts import Alert, AlertKind, Severity, Subject

BURST = 10_000
BATCH = 500
GROWTH_BYTES = 96 << 20
"""Room for a page, its rows, and what the allocator keeps; the burst itself takes 60 MB as
objects, and none of it may stay."""


def burst() -> list[Alert]:
    """Of a town: two cameras, many zones, one alert in a thousand grave."""
    rule = Rule("density", AlertKind.DENSITY)
    found = []
    for n in range(1, BURST + 1):
        said = replace(
            RAISED,
            episode=f"b-{n}",
            subject=Subject(("quai", "gare")[n % 2], f"z{n % 400}"),
            time_s=NOON_S - 600 + n * 0.05,
            severity=Severity.ALARM if n % 1000 == 7 else Severity.WATCH,
            replay=None,
        )
        found.append(replace(life.opened(said, rule), number=n))
    return found


def keep(world: World, alerts: list[Alert]) -> None:
    """In the store, as the hub writes them."""
    with world.store._database.writing() as connection:
        rows = [row_of(one) | {"raised_day": "2026-11-23"} for one in alerts]
        connection.execute(insert(alert), rows)


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def test_a_burst_leaves_the_inbox_usable_and_memory_bounded(demonstration: World) -> None:
    world = demonstration
    alerts = burst()
    keep(world, alerts)
    with served(world) as url, client(world, url, Role.OPERATOR) as http:
        assert http.get("/alerts").status_code == 200
        before = resident_bytes()
        for address in ("/alerts", "/api/v1/alerts?limit=200", "/", f"/alerts/{alerts[-1].id}"):
            for _ in range(3):
                began_s = time.thread_time()
                answer = http.get(address, timeout=60)
                assert answer.status_code == 200, address
                assert len(answer.content) < 400_000, f"{address} fits a slow line"
                assert time.thread_time() - began_s < 1.0, "reading it costs the client little"
        assert resident_bytes() - before < GROWTH_BYTES
        told = http.get("/api/v1/alerts").json()
        page = http.get("/alerts").text
    assert told["waiting"] == BURST
    assert page.count('class="alert-row') <= MOST_ROWS
    assert "10 000 alertes à vérifier" in page.replace("\u202f", " ").replace("\u00a0", " ")
    told_apart = page.replace("\u202f", " ").replace("\u00a0", " ")
    assert told_apart.count("×5 000") == 2, "one row a place and cause says how many there are"
    grave = [one for one in alerts if one.severity is Severity.ALARM]
    assert f"/alerts/{grave[-1].id}" in page, "the gravest opens, however much came after it"


def test_a_screen_hears_of_a_burst_in_a_few_words(demonstration: World) -> None:
    """Latest wins: so many alerts at once and that there are more, never ten thousand."""
    world, alerts = demonstration, burst()

    def act() -> None:
        while not world.hub.board.follower_count:
            time.sleep(0.01)
        time.sleep(0.5)
        for start in range(0, BURST, BATCH):
            world.hub.board.put_alerts(alerts[start : start + BATCH])
        time.sleep(2.0)
        world.hub.board.put(live_state())

    with served(world) as url, client(world, url, Role.OPERATOR) as http:
        thread = threading.Thread(target=act)
        thread.start()
        events = listen(http, lambda found: _fresh(found[-1]))
        thread.join()
    news = named(events, "alerts")
    assert 1 <= len(news) <= BURST // BATCH
    assert all(len(one.data["alerts"]) <= MOST_TOLD for one in news)
    assert news[0].data["more"], "ask for the list"


def _fresh(event: Event) -> bool:
    """The camera has spoken: what came before it has been told."""
    return event.name == "states" and any(one["freshness"] == "fresh" for one in event.data)
