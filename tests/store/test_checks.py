"""Count checks and corrections at rest, in both engines."""

from dataclasses import replace

import pytest
from samples import NOON

from parvis.store import Kept, Store
from parvis.store.checks import Check, CheckPage
from parvis.store.corrections import Correction
from parvis.values.checks import Act, Entry, Light

CHECK = Check(
    "c1", "quai", "pont", "claire", "après réglage", NOON, NOON + 3600, Light.DAY, "f", "h", "omz"
)
TAPS = [Entry(f"e{i}", NOON + i, Act.TAP, i % 2, "person") for i in range(4)]
UNDO = Entry("e9", NOON + 9, Act.UNDO, of="e2")


def test_entries_that_come_again_change_nothing(store: Store) -> None:
    store.checks.begin(CHECK)
    assert store.checks.add("c1", TAPS[:3]) == 3
    assert store.checks.add("c1", [*TAPS[::-1], UNDO]) == 2
    assert store.checks.add("c1", []) == 0
    assert store.checks.entries("c1") == [*TAPS, UNDO]


def test_a_check_is_finished_settled_and_signed_once(store: Store) -> None:
    store.checks.begin(CHECK)
    store.checks.sign("c1", "too early", NOON)
    store.checks.end("c1", NOON + 900)
    store.checks.end("c1", NOON + 950)
    assert store.checks.open(NOON + 960) == [replace(CHECK, end_s=NOON + 900)]
    assert store.checks.open(NOON + 3600) == []
    store.checks.settle("c1", {"cells": []}, {"taps": [[NOON, 0, "person"]]})
    store.checks.settle("c1", {"cells": [1]}, {})
    store.checks.sign("c1", "claire", NOON + 970)
    store.checks.sign("c1", "paul", NOON + 980)
    (found,) = store.checks.page("quai", "pont").checks
    assert found == store.checks.get("c1")
    assert (found.result, found.signed_by, found.signed_s) == ({"cells": []}, "claire", NOON + 970)
    assert store.checks.open(NOON) == [] and store.checks.settled() == 1
    assert (
        store.checks.page("quai", "halle") == CheckPage((), None) and store.checks.get("c2") is None
    )


def test_pages_hold_every_check_once_the_newest_first(store: Store) -> None:
    for n in range(7):
        # Three of them began at the same moment.
        store.checks.begin(replace(CHECK, id=f"c{n}", start_s=NOON + max(0, n - 2)))
    store.checks.begin(replace(CHECK, id="other", line="halle"))
    pages, before = [], None
    while not pages or before is not None:
        page = store.checks.page("quai", "pont", before=before, limit=2)
        pages.append([check.id for check in page.checks])
        before = page.next
    assert pages == [["c6", "c5"], ["c4", "c3"], ["c0", "c1"], ["c2"]]
    assert store.checks.page("quai", "pont", limit=7).next is None
    assert [c.id for c in store.checks.page("quai").checks].count("other") == 1
    assert store.checks.page("quai", before="unknown").checks == ()


def test_results_are_the_newest_of_each_line_and_light(store: Store) -> None:
    wanted = [("pont", Light.DAY, 4), ("pont", Light.NIGHT, 1), ("halle", Light.DAY, 3)]
    for line, light, count in wanted:
        for n in range(count):
            name = f"{line}-{light.value}-{n}"
            store.checks.begin(replace(CHECK, id=name, line=line, light=light, start_s=NOON + n))
            if n != 3:
                store.checks.settle(name, {"cells": []}, {"taps": []})
    found = store.checks.results(each=2)
    assert {check.id for check in found} == {
        "pont-day-2",
        "pont-day-1",
        "pont-night-0",
        "halle-day-2",
        "halle-day-1",
    }
    assert all(check.result == {"cells": []} and check.events is None for check in found)
    assert [check.id for check in store.checks.results("quai", "halle", each=1)] == ["halle-day-2"]
    assert store.checks.results("gare", each=9) == []


def test_moments_go_with_their_retention_and_results_stay(store: Store) -> None:
    store.checks.begin(CHECK)
    store.checks.begin(replace(CHECK, id="c2", start_s=NOON + 100))
    for name in ("c1", "c2"):
        store.checks.add(name, TAPS)
        store.checks.settle(name, {"cells": []}, {"taps": []})
    assert store.purge(Kept.CHECK_EVENTS, NOON + 50).count == 5
    assert store.purge(Kept.CHECK_EVENTS, NOON + 50).count == 0
    old, new = store.checks.get("c1"), store.checks.get("c2")
    assert old is not None and old.events is None and old.result == {"cells": []}
    assert store.checks.entries("c1") == []
    assert new is not None and new.events == {"taps": []} and len(store.checks.entries("c2")) == 4


def test_corrections_are_dated_and_versioned(store: Store) -> None:
    first = Correction(
        "quai", "pont", Light.DAY, 0, "person", 1.1, 1.05, 1.2, NOON, "claire", "why", ("c1",)
    )
    assert store.corrections.accept(first) == 1
    assert store.corrections.accept(replace(first, factor=1.15, from_s=NOON + 100)) == 2
    assert store.corrections.accept(replace(first, direction=1)) == 1
    found = [c for c in store.corrections.all("quai") if c.direction == 0]
    assert [(c.version, c.from_s, c.to_s) for c in found] == [
        (1, NOON, NOON + 100),
        (2, NOON + 100, None),
    ]
    assert store.corrections.withdraw("quai", "pont", NOON + 200) == 2
    assert {c.to_s for c in store.corrections.all()} == {NOON + 100, NOON + 200}
    assert store.corrections.all("gare") == []
    with pytest.raises(ValueError, match="interval"):
        replace(first, factor=1.3)
