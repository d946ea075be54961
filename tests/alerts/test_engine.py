"""Rules followed at subjects: raised once, told as they change, silent where they may not speak."""

from collections.abc import Sequence
from datetime import time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.alerts.engine import RuleEngine
from parvis.alerts.ladder import Bounds, Timing
from parvis.alerts.rule import Rule
from parvis.alerts.schedule import Hours, Schedule
from parvis.values.alerts import AlertKind, Change, Severity, Signal, Step, Subject

SUBJECT = Subject("place", "esplanade")
RULE = Rule(
    "dense",
    AlertKind.DENSITY,
    bounds=Bounds({Severity.WATCH: 1.0, Severity.WARN: 2.0}),
    timing=Timing(2.0, 0.9, 2.0),
)


def engine(*rules: Rule, permitted: bool = True) -> RuleEngine:
    return RuleEngine(
        rules,
        {SUBJECT: "walkway"},
        zone=ZoneInfo("Europe/Paris"),
        run="run",
        permitted=lambda rule: permitted,
    )


def played(
    watching: RuleEngine, values: Sequence[float | None], start_s: float = 0.0
) -> list[Change]:
    changes = []
    for i, value in enumerate(values):
        changes += watching.look([Signal(AlertKind.DENSITY, SUBJECT, start_s + i, value)])
    return changes


def test_an_episode_from_its_rise_to_its_end() -> None:
    changes = played(engine(RULE), [1.5] * 4 + [2.5] * 4 + [1.5] * 4 + [0.1] * 4)
    assert [one.step for one in changes] == [Step.RAISED, Step.ROSE, Step.FELL, Step.OVER]
    assert [one.number for one in changes] == [0, 1, 2, 3]
    assert {one.episode for one in changes} == {"run.1-1"}
    assert [one.threshold for one in changes[:2]] == [1.0, 2.0]
    assert changes[0].since_s == 0.0


def test_two_episodes_have_two_ids() -> None:
    changes = played(engine(RULE), ([1.5] * 4 + [0.1] * 4) * 2)
    assert [one.episode for one in changes if one.step is Step.RAISED] == ["run.1-1", "run.1-2"]


def test_what_may_not_be_raised_is_counted_and_never_told() -> None:
    watching = engine(RULE, permitted=False)
    assert not played(watching, [1.5] * 4 + [2.5] * 4 + [0.1] * 4)
    (counted,) = watching.not_raised(Subject("place"), 1000.0)
    assert (counted.rule, counted.subject, counted.quarter_s) == ("dense", Subject("place"), 900.0)
    assert watching.not_raised(Subject("place"), 1000.0) == []


def test_what_was_not_raised_is_counted_for_its_own_rule_each_time() -> None:
    there = frozenset({SUBJECT})
    other = Rule("other", AlertKind.QUEUE, on=there, bounds=RULE.bounds, timing=RULE.timing)
    watching = engine(RULE, other, permitted=False)
    counted = []
    for n, kind in enumerate((AlertKind.DENSITY, AlertKind.QUEUE, AlertKind.DENSITY)):
        for i, value in enumerate([1.5] * 4 + [0.1] * 4):
            watching.look([Signal(kind, SUBJECT, n * 8.0 + i, value)])
            counted += watching.not_raised(Subject("place"), 0.0)
    assert [one.rule for one in counted] == ["dense", "other", "dense"]
    assert len({one.episode for one in counted}) == 3


def test_a_rule_looks_only_where_it_is_told_to() -> None:
    elsewhere = Rule("other", AlertKind.DENSITY, on=frozenset({Subject("place", "quai")}))
    parking = engine(RULE)
    assert not played(engine(elsewhere), [9.0] * 100)
    assert played(parking, [9.0] * 4)


def test_outside_its_hours_a_rule_neither_begins_nor_goes_on() -> None:
    nights = Schedule((Hours(frozenset(range(7)), time(22), time(6)),))
    rule = Rule("night", AlertKind.DENSITY, bounds=RULE.bounds, timing=RULE.timing, schedule=nights)
    noon_s, dawn_s = 12 * 3600.0, 5 * 3600.0 - 10  # 1 January 1970, Paris is an hour ahead
    assert not played(engine(rule), [1.5] * 60, noon_s)
    changes = played(engine(rule), [1.5] * 60, dawn_s)
    assert [one.step for one in changes] == [Step.RAISED, Step.OVER]


def test_what_lasted_before_its_hours_does_not_count_within_them() -> None:
    nights = Schedule((Hours(frozenset(range(7)), time(22), time(6)),))
    rule = Rule("night", AlertKind.DENSITY, bounds=RULE.bounds, timing=RULE.timing, schedule=nights)
    watching = engine(rule)
    dawn_s, evening_s = 5 * 3600.0 - 1, 21 * 3600.0  # Paris is an hour ahead
    assert not played(watching, [1.5] * 3, dawn_s)
    (raised,) = played(watching, [1.5] * 4, evening_s)
    assert (raised.since_s, raised.time_s) == (evening_s, evening_s + 2.0)


@pytest.mark.parametrize("away_s", [RULE.hold_s - 1, RULE.hold_s + 1])
def test_what_is_seen_after_an_alert_was_held_for_too_long_is_another(away_s: float) -> None:
    """Where alerts are kept it ended by then: the same condition must be told anew."""
    watching = engine(RULE)
    begun = played(watching, [1.5] * 4 + [None] * 3)
    after = played(watching, [1.5] * 4, 3.0 + away_s)
    told = [one.episode for one in (*begun, *after) if one.step is Step.RAISED]
    assert told == (["run.1-1"] if away_s < RULE.hold_s else ["run.1-1", "run.1-2"])


def test_a_worsening_sign_is_one_rung_higher() -> None:
    watching = engine(RULE)
    changes = []
    for i in range(4):
        signal = Signal(AlertKind.DENSITY, SUBJECT, float(i), 1.5, worse=True)
        changes += watching.look([signal])
    assert [one.severity for one in changes] == [Severity.WARN]


@pytest.mark.law(15)
def test_the_version_follows_the_words() -> None:
    same = Rule("dense", AlertKind.DENSITY, bounds=RULE.bounds, timing=RULE.timing)
    other = Rule("dense", AlertKind.DENSITY, bounds=RULE.bounds, timing=Timing(3.0))
    assert same.version == RULE.version != other.version


def test_a_camera_stands_for_all_that_the_kind_looks_at_there() -> None:
    there = Rule("there", AlertKind.DENSITY, on=frozenset({Subject("place")}), timing=RULE.timing)
    changes = played(engine(there), [1.5] * 4)
    assert [one.subject for one in changes] == [SUBJECT]
    other = Rule("other", AlertKind.DENSITY, on=frozenset({Subject("quai")}), timing=RULE.timing)
    assert not played(engine(other), [1.5] * 4)


def test_a_rule_without_levels_climbs_the_ladder_of_the_place() -> None:
    brief = Timing(2.0, 0.9, 2.0)
    plain = Rule("plain", AlertKind.DENSITY, timing=brief)
    other = Rule("other", AlertKind.QUEUE, on=frozenset({SUBJECT}), timing=brief)
    watching = RuleEngine(
        (RULE, plain, other),
        {SUBJECT: "walkway"},
        zone=ZoneInfo("Europe/Paris"),
        run="run",
        densities={SUBJECT: Bounds({Severity.WATCH: 0.5, Severity.WARN: 9.0})},
    )
    assert {one.rule: one.threshold for one in played(watching, [2.5] * 4)} == {
        "dense": 2.0, "plain": 0.5,
    }  # fmt: skip
    queues = [Signal(AlertKind.QUEUE, SUBJECT, 9.0 + i, 1.0) for i in range(9)]
    assert [one for signal in queues for one in watching.look([signal])] == []


def test_a_signal_meant_for_one_rule_moves_no_other() -> None:
    other = Rule("other", AlertKind.DENSITY, bounds=RULE.bounds, timing=RULE.timing)
    watching = engine(RULE, other)
    changes = [
        change
        for t in range(4)
        for change in watching.look([Signal(RULE.kind, SUBJECT, t, 1.5, rule="other")])
    ]
    assert [one.rule for one in changes] == ["other"]


LOUD = Bounds({Severity.WATCH: 1.0})
QUIET = Bounds({Severity.WATCH: 2.0})
SAID = st.dictionaries(
    st.sampled_from("abcd"), st.tuples(st.sampled_from([LOUD, QUIET]), st.booleans()), max_size=4
)
"""By the name of a rule its ladder, and whether it may raise."""
VALUES = st.lists(st.sampled_from([0.0, 1.5, 2.5, None]), max_size=30)


def spoken(said: dict[str, tuple[Bounds, bool]]) -> list[Rule]:
    return [
        Rule(name, AlertKind.DENSITY, bounds=bounds, timing=Timing(2.0, 0.9, 2.0))
        for name, (bounds, _) in said.items()
    ]


@given(SAID, SAID)
def test_only_a_rule_that_says_something_else_begins_anew(
    before: dict[str, tuple[Bounds, bool]], after: dict[str, tuple[Bounds, bool]]
) -> None:
    watching = engine()
    watching.follow(spoken(before), lambda rule: before[rule.name][1])
    held = dict(zip(before, watching.following, strict=True))
    fresh = watching.follow(spoken(after), lambda rule: after[rule.name][1])
    now = dict(zip(after, watching.following, strict=True))
    same = {name for name in before.keys() & after.keys() if before[name] == after[name]}
    assert {rule.name for rule in fresh} == after.keys() - same
    assert {name for name in now if now[name] == held.get(name)} == same
    assert len({*held.values(), *now.values()}) == len(held) + len(now) - len(same)


@given(VALUES, st.integers(0, 30), SAID)
def test_what_is_done_to_other_rules_changes_nothing_of_one(
    values: list[float | None], at: int, others: dict[str, tuple[Bounds, bool]]
) -> None:
    """As if nobody had touched the file: the same changes, at the same moments."""

    def lived(*, touched: bool) -> list[tuple[Step, float, int]]:
        watching = engine(RULE)
        changes = played(watching, values[:at])
        if touched:
            watching.follow([*spoken(others), RULE])
        changes += played(watching, values[at:], float(len(values[:at])))
        mine = [one for one in changes if one.rule == RULE.name]
        return [(one.step, one.time_s, one.number) for one in mine]

    assert lived(touched=True) == lived(touched=False)


def test_a_place_that_gets_a_ladder_of_its_own_begins_only_the_rules_that_climb_it() -> None:
    plain, other = Rule("plain", AlertKind.DENSITY), Rule("other", AlertKind.QUEUE)
    watching = engine(RULE, plain, other)
    fresh = watching.follow((RULE, plain, other), densities={SUBJECT: LOUD})
    assert [rule.name for rule in fresh] == ["plain"], "one has levels, one counts no density"
