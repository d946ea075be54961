"""Count checks and corrections at rest, in both engines."""

from dataclasses import replace

import pytest
from samples import NOON

from parvis.store import Kept, Store
from parvis.store.checks import Check
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
    (found,) = store.checks.all("quai", "pont")
    assert found == store.checks.get("c1")
    assert (found.result, found.signed_by, found.signed_s) == ({"cells": []}, "claire", NOON + 970)
    assert store.checks.open(NOON) == [] and store.checks.settled() == 1
    assert store.checks.all("quai", "halle") == [] and store.checks.get("c2") is None


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
