"""The hub judges hours as they close, from the weeks that lie in the store."""

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from parvis.alerts.rule import Rule
from parvis.alerts.unusual.learned import LEAST_DAYS
from parvis.fleet.hub_rules import HubRules, Now
from parvis.fleet.unusual_signals import AT_ONCE, CLOSED_AFTER_S, UnusualWatch, together, watched
from parvis.policy.gate import Gate
from parvis.site.public_holidays import is_public_holiday
from parvis.site.shapes import Site
from parvis.store.table import MeasureTable
from parvis.values.alerts import AlertKind, Change, Form, Severity, Signal, Step, Subject
from parvis.values.civil import Bin, bins
from parvis.values.series import Series, SeriesKind

PARIS = ZoneInfo("Europe/Paris")
FIRST = datetime(2026, 1, 5, tzinfo=PARIS)
"""A Monday; the clock changes on 29 March."""
RULE = Rule("unusual", AlertKind.UNUSUAL)
PONT = tuple(Series("quai", SeriesKind.CROSSINGS, "pont", "person", way) for way in (0, 1))
TERRASSE = Series("quai", SeriesKind.OCCUPANCY, "terrasse", "person")
MARCHE = Series("place:marche", SeriesKind.OCCUPANCY, "*", "person")


class Street:
    """Fifteen weeks of hours; what lies in them can be changed before it is read."""

    def __init__(self, *series: Series) -> None:
        self.series = list(series)
        end_s = (FIRST + timedelta(days=105)).timestamp()
        stretches = np.array(list(bins(FIRST.timestamp(), end_s, Bin.HOUR, PARIS)))
        self.starts_s, self.ends_s = stretches.T
        hours = np.array([datetime.fromtimestamp(s, PARIS).hour for s in self.starts_s])
        level = 20 + 300 * np.clip(np.sin((hours - 6) / 18 * np.pi), 0, None)
        rng = np.random.default_rng(1)
        self.values = {one: rng.poisson(level).astype(float) for one in series}
        self.coverage_s = np.full(len(hours), 3600.0)
        self.reads = 0

    def at(self, when: datetime) -> int:
        return int(np.searchsorted(self.starts_s, when.timestamp()))

    def hours(self, series: Sequence[Series], start_s: float, end_s: float) -> MeasureTable:
        """As the store gives them: every stretch of the range, gaps where nothing was recorded."""
        self.reads += 1
        stretches = np.array(list(bins(start_s, end_s, Bin.HOUR, PARIS)))
        at = np.searchsorted(self.starts_s, stretches[:, 0])
        held = (stretches[:, 0] >= self.starts_s[0]) & (at < len(self.starts_s))
        at = np.minimum(at, len(self.starts_s) - 1)
        shape = (len(series), len(stretches))
        values = np.array([np.where(held, self.values[one][at], np.nan) for one in series])
        zeros = np.zeros(shape)
        coverage = np.broadcast_to(np.where(held, self.coverage_s[at], 0.0), shape)
        return MeasureTable(
            tuple(series), stretches[:, 0], stretches[:, 1], values, zeros, zeros, zeros,
            coverage, zeros,
        )  # fmt: skip

    def watch(self) -> UnusualWatch:
        return UnusualWatch(PARIS, lambda: self.series, self.hours)


TODAY = FIRST + timedelta(days=100)


def closed(hour: int, day: datetime = TODAY) -> float:
    """When the hour that ends then has arrived."""
    return day.replace(hour=hour).timestamp() + CLOSED_AFTER_S


def looked(watch: UnusualWatch, now_s: float, rules: Sequence[Rule] = (RULE,)) -> list[Signal]:
    """What is told of that hour once everything is learned."""
    told = watch.look(now_s, rules)
    while watch.learn_next():
        told += watch.look(now_s, rules)
    while more := watch.look(now_s, rules):
        told += more
    return told


def by_form(signals: list[Signal]) -> dict[Form, Signal]:
    return {one.form: one for one in signals}


def test_every_line_zone_and_place_is_told_of_once_an_hour() -> None:
    street = Street(*PONT, TERRASSE, MARCHE)
    watch = street.watch()
    told = looked(watch, closed(12))
    subjects = [Subject("quai", "pont"), Subject("quai", "terrasse"), Subject("place:marche")]
    assert [(one.subject, one.form) for one in told] == [
        (subject, form) for subject in subjects for form in (Form.MORE, Form.LESS)
    ]
    assert {(one.time_s, one.rule) for one in told} == {(closed(12) - CLOSED_AFTER_S, "unusual")}
    assert all(one.value is not None and 0 <= one.value < 1 for one in told)
    assert len(watch.look(closed(13), [RULE])) == 6, "what was learned serves the next hour"
    assert watch.look(closed(13) + 1, [RULE]) == []


def test_an_hour_of_three_times_the_people_is_more_and_an_empty_one_is_less() -> None:
    street = Street(*PONT)
    street.values[PONT[0]][street.at(TODAY.replace(hour=11))] *= 5
    street.values[PONT[0]][street.at(TODAY.replace(hour=15)) :] = 0
    street.values[PONT[1]][street.at(TODAY.replace(hour=15)) :] = 0
    watch = street.watch()
    noon = by_form(looked(watch, closed(12)))
    assert noon[Form.MORE].value is not None and noon[Form.MORE].value >= 1
    assert noon[Form.LESS].value == 0
    assert by_form(looked(watch, closed(16)))[Form.LESS].value >= 1  # type: ignore[operator]


def test_an_hour_that_was_hardly_seen_has_no_verdict() -> None:
    street = Street(*PONT)
    at = street.at(TODAY.replace(hour=11))
    street.coverage_s[at] = 0.79 * 3600
    for one in PONT:
        street.values[one][at] = 0
    noon = by_form(looked(street.watch(), closed(12)))
    assert noon[Form.LESS].value is None and noon[Form.MORE].value is None


def test_a_count_of_most_of_an_hour_is_brought_to_the_whole() -> None:
    street = Street(*PONT, TERRASSE)
    street.coverage_s[:] = 0.9 * 3600
    start_s = FIRST.timestamp()
    counts = street.hours(PONT, start_s, start_s + 7200)
    levels = street.hours([TERRASSE], start_s, start_s + 7200)
    assert together(counts) == pytest.approx(counts.value.sum(axis=0) / 0.9)
    assert together(levels) == pytest.approx(levels.value[0])


def test_a_hub_that_was_away_tells_the_last_hour_only() -> None:
    street = Street(*PONT)
    for day in (98, 99):
        at = street.at(FIRST + timedelta(days=day, hours=10))
        for one in PONT:
            street.values[one][at : at + 8] *= 4
    watch = street.watch()
    before = looked(watch, closed(9, FIRST + timedelta(days=98)))
    after = looked(watch, closed(12))
    assert {one.time_s for one in after} == {closed(12) - CLOSED_AFTER_S}
    assert all(one.value is not None and one.value < 1 for one in (*before, *after))


def test_a_young_series_is_silent_and_not_read_every_hour() -> None:
    street = Street(*PONT)
    watch = street.watch()
    early = FIRST + timedelta(days=30)
    assert [looked(watch, closed(h, early)) for h in range(8, 20)] == [[]] * 12
    assert street.reads == 1, "asked again the next day"
    looked(watch, closed(9, early + timedelta(days=1)))
    assert street.reads == 2


def test_what_lacks_history_says_how_many_days() -> None:
    street = Street(*PONT)
    watch = street.watch()
    assert watch.young() == {}
    looked(watch, closed(12, FIRST + timedelta(days=30)))
    assert watch.young() == {Subject("quai", "pont"): LEAST_DAYS - 30}
    looked(watch, closed(12))
    assert watch.young() == {}


def test_the_change_of_the_clock_leaves_no_hole_behind() -> None:
    street = Street(*PONT)
    sunday = datetime(2026, 3, 29, tzinfo=PARIS)
    watch = street.watch()
    told = [looked(watch, closed(h, sunday)) for h in (2, 3, 4, 5)]
    values = [by_form(one)[Form.MORE].value for one in told if one]
    assert values and all(value is not None and value < 1 for value in values)
    assert by_form(looked(watch, closed(12, sunday)))[Form.LESS].value is not None


def test_many_series_are_judged_little_by_little() -> None:
    series = [Series("quai", SeriesKind.OCCUPANCY, f"z{i}", "person") for i in range(6)]
    watch = Street(*series).watch()
    assert len(looked(watch, closed(12))) == 12
    looks = [len(watch.look(closed(13) + n, [RULE])) for n in range(3)]
    assert looks == [2 * AT_ONCE, 2 * (6 - AT_ONCE), 0]


def test_the_hour_is_told_again_to_those_who_did_not_hear_it() -> None:
    watch = Street(*PONT).watch()
    first = looked(watch, closed(12))
    watch.again()
    assert looked(watch, closed(12) + 60) == first


def test_a_rule_counts_the_classes_that_it_names() -> None:
    cars = dataclasses.replace(PONT[0], object_class="car")
    all_of_it = list(watched([RULE], [*PONT, cars]))
    people = dataclasses.replace(RULE, name="people", classes=frozenset())
    assert [one.series for one in all_of_it] == [(*PONT, cars)]
    assert [one.rules for one in watched([RULE, people], PONT)] == [("unusual", "people")]
    on_zone = dataclasses.replace(RULE, on=frozenset({Subject("quai", "terrasse")}))
    assert [one.subject.shape for one in watched([on_zone], [*PONT, TERRASSE])] == ["terrasse"]


@pytest.mark.parametrize("profile", ["statistics", "demonstration"])
@pytest.mark.law(2)
def test_the_hub_raises_it_under_every_profile_and_ends_it(profile: str) -> None:
    street = Street(*PONT)
    at = street.at(TODAY.replace(hour=11))
    for one in PONT:
        street.values[one][at : at + 2] *= 4
    site = Site.model_validate(
        {
            "site": {"name": "Test", "timezone": "Europe/Paris"},
            "policy": {"profile": profile},
            "cameras": {"quai": {"label": "Q", "space": "private", "source": "clips/quai.mp4"}},
        }
    )
    gate = Gate.of(profile, site.recorded)
    watch = street.watch()
    hub = HubRules(
        "hub",
        PARIS,
        lambda rule: gate.permit(rule.basis.value, rule.kind, rule.purposes).raises,
        lambda start_s, end_s: [],
        watch,
    )
    watch.look(closed(10), [RULE])
    watch.learn_next()
    changes = [
        said
        for at_s in np.arange(closed(10), closed(19), 3.0)
        for said in hub.look(Now(float(at_s), {}, {}, lambda name: False), site, [RULE])
        if isinstance(said, Change)
    ]
    raised, over = changes[0], changes[-1]
    assert (raised.step, raised.form, raised.severity) == (Step.RAISED, Form.MORE, Severity.WATCH)
    assert raised.subject == Subject("quai", "pont")
    assert raised.time_s == TODAY.replace(hour=12).timestamp()
    assert over.step is Step.OVER and over.time_s <= TODAY.replace(hour=18).timestamp()
    assert {one.episode for one in changes} == {raised.episode}, "one episode, not one an hour"


def test_holidays_are_those_of_the_calendar_given() -> None:
    street = Street(*PONT)
    day = TODAY.date()
    asked: set[date] = set()

    def is_holiday(when: date) -> bool:
        asked.add(when)
        return when == day

    watch = UnusualWatch(PARIS, lambda: street.series, street.hours, is_holiday)
    looked(watch, closed(12))
    assert day in asked and FIRST.date() in asked


@pytest.mark.parametrize(("place", "usual"), [("FR", False), ("FR-57", True)])
def test_good_friday_is_a_sunday_in_moselle_and_an_empty_friday_elsewhere(
    place: str, usual: bool
) -> None:
    street, friday = Street(*PONT), datetime(2026, 4, 3, tzinfo=PARIS)
    days = [datetime.fromtimestamp(start_s, PARIS) for start_s in street.starts_s]
    quiet = np.array([one.weekday() == 6 or one.date() == friday.date() for one in days])
    for one in PONT:
        street.values[one] = np.where(quiet, np.round(0.3 * street.values[one]), street.values[one])
    watch = UnusualWatch(
        PARIS, lambda: street.series, street.hours, partial(is_public_holiday, place)
    )
    less = by_form(looked(watch, closed(15, friday)))[Form.LESS]
    assert less.value is not None and (less.value < 1) is usual
    if not usual:
        assert less.usual is not None and less.usual.value < less.usual.low < less.usual.expected
