"""Ten thousand alerts in a burst: the inbox answers at once, in bounded memory."""

import time
import tracemalloc
from dataclasses import replace

from samples import NOON
from sqlalchemy import insert

from parvis.store import Kept, Store
from parvis.store.alert_rows import row_of
from parvis.store.alerts import MOST, Tray
from parvis.store.database import Database
from parvis.store.schema import alert
from parvis.values.alerts import (
    Alert,
    AlertKind,
    Change,
    Form,
    Judgement,
    Severity,
    Step,
    Subject,
    Verdict,
)

BURST = 10_000
RAISED = Change(
    "e", 0, "dense", "0123456789ab", AlertKind.DENSITY, Form.PLAIN, Subject("quai", "terrasse"),
    Step.RAISED, NOON, NOON - 30, Severity.WATCH, 1.4, 1.1, 1.7, 1.0,
)  # fmt: skip
ALERT = Alert(
    "e", 0, "e", "dense", "0123456789ab", AlertKind.DENSITY, Form.PLAIN,
    Subject("quai", "terrasse"), NOON, NOON, NOON - 30, Severity.WATCH, Severity.WATCH, 1.4, 1.1,
    1.7, 1.0,
)  # fmt: skip


def raise_many(store: Store, count: int, at_s: float = NOON, first: int = 0) -> None:
    for i in range(first, first + count, 500):
        with store.alerts.stepping() as steps:
            for n in range(i, min(i + 500, first + count)):
                episode, time_s = f"r-{n}", at_s + n * 0.001
                change = replace(RAISED, episode=episode, time_s=time_s)
                raised = replace(ALERT, id=episode, episode=episode, raised_s=time_s)
                steps.open(raised, change)


def test_the_inbox_stays_usable_and_its_memory_bounded(url: str, store: Store) -> None:
    rows = [
        row_of(replace(ALERT, id=f"r-{n}", episode=f"r-{n}", number=n, raised_s=NOON + n * 0.001))
        | {"raised_day": "2026-11-23"}
        for n in range(1, BURST + 1)
    ]
    database = Database(url)
    with database.writing() as connection:
        connection.execute(insert(alert), rows)
    database.close()
    del rows
    tracemalloc.start()
    began_s = time.process_time()
    for _ in range(10):
        page = store.alerts.page(Tray.INBOX, limit=BURST)
        waiting = store.alerts.count(Tray.INBOX)
    spent_s = (time.process_time() - began_s) / 10
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [one.number for one in page] == list(range(BURST, BURST - MOST, -1))
    assert waiting == BURST
    assert spent_s < 0.1, "traced, so several times slower than it is"
    assert peak < 4 << 20
    last = store.alerts.page(Tray.INBOX, before=51, limit=50)
    assert [one.number for one in last] == list(range(50, 0, -1))


def test_pages_go_through_all_while_new_ones_come(store: Store) -> None:
    raise_many(store, 120)
    seen: list[int] = []
    before: int | None = None
    while page := store.alerts.page(Tray.INBOX, before=before, limit=50):
        seen += [one.number for one in page]
        before = page[-1].number
        raise_many(store, 10, first=1000 + len(seen))
    assert seen == list(range(120, 0, -1))


def test_alerts_go_when_their_time_is_over_and_their_numbers_never_come_again(
    store: Store,
) -> None:
    raise_many(store, 70)
    with store.alerts.stepping() as steps:
        for n in range(70):
            one = steps.get(f"r-{n}")
            assert one is not None
            verdict = Judgement(Verdict.CONFIRMED, "ana", NOON + 50) if n % 2 else None
            steps.set(replace(one, over_s=NOON + 60 + n, judgement=verdict))
    assert store.purge(Kept.ALERTS, NOON + 60 + 60).count == 60
    assert store.alerts.history("r-5") == []
    assert store.purge(Kept.ALERTS, NOON + 1e6).count == 10
    raise_many(store, 1, first=900)
    (left,) = store.alerts.page(Tray.ALL)
    assert left.number == 71, "a number means one alert for ever"


def test_days_of_a_rule_are_the_sites(store: Store) -> None:
    midnight_s = NOON + 12 * 3600
    raise_many(store, 1, midnight_s - 1)
    raise_many(store, 2, midnight_s, first=1)
    (tally,) = store.alerts.tallies(NOON, midnight_s + 3600, midnight_s)
    assert [(day.day, day.raised) for day in tally.days] == [("2026-11-23", 1), ("2026-11-24", 2)]
    assert tally.delay_s is not None
