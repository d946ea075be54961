"""The intervals of the pages are those of the measures, rounded outwards."""

from zoneinfo import ZoneInfo

import pytest

from parvis.server import counts
from parvis.server.i18n import Words
from parvis.server.ways_out import Released
from parvis.values.measure import Measure, Spread
from parvis.values.series import Series, SeriesKind

FR, EN = (Words(language, ZoneInfo("Europe/Paris")) for language in ("fr", "en"))
SERIES = {
    kind: Series("quai", kind, "pont", "person", 0 if kind is SeriesKind.CROSSINGS else None)
    for kind in SeriesKind
}


@pytest.mark.parametrize("kind", SeriesKind)
@pytest.mark.parametrize("seen_s", [10.0, 450.0, 890.0, 900.0])
@pytest.mark.parametrize("value", [0.0, 7.0])
def test_a_page_says_the_interval_of_the_measure(
    kind: SeriesKind, seen_s: float, value: float
) -> None:
    measure = Measure(SERIES[kind], 0, 900, value, Spread(0.5, 0.5, 0.2), seen_s)
    count = counts.of_stretch(0, 900, [Released(0, 900, measure, None)], now_s=1000)
    assert count.high == (None if measure.high is None else pytest.approx(measure.high))
    assert count.low is not None
    assert count.low <= (measure.low or 0) + 1e-9


def test_a_day_is_widened_for_the_quarters_that_nobody_saw() -> None:
    seen = Measure(SERIES[SeriesKind.CROSSINGS], 0, 900, 40.0, Spread(), 900)
    row = [
        counts.of_stretch(0, 900, [Released(0, 900, seen, None)], now_s=2000),
        counts.of_stretch(900, 1800, [], now_s=2000),
    ]
    total = counts.over(row)
    assert total.value == 40
    assert total.high is not None
    assert total.high > 80


def test_intervals_are_rounded_outwards() -> None:
    assert EN.interval(0.0, 0.12) == "0–1"
    assert EN.interval(170.99, 203.0000000001) == "170–203"
    assert EN.interval(0.26, 0.31, 1) == "0.2–0.4"
    assert EN.interval(7.2, None) == "7 or more"
    assert FR.interval(7.2, None) == "au moins 7"
    assert EN.interval(None, None) == ""


def test_little_seen_has_no_upper_bound_in_words() -> None:
    """Ten hours of nothing, then one minute: 29 crossings are 29 or more, not up to 23,168."""
    measure = Measure(SERIES[SeriesKind.CROSSINGS], 0, 60, 29.0, Spread(7, 7, 1.0), 60)
    unseen = counts.of_stretch(60, 36_000, [], now_s=40_000)
    day = counts.over([counts.of_stretch(0, 60, [Released(0, 60, measure, None)], 40_000), unseen])
    assert counts.interval(day, EN) == counts.interval_in_words(day, EN) == "21 or more"
    assert counts.interval_in_words(day, FR) == "au moins 21"
    assert day.high is not None
    half = counts.of_stretch(60, 120, [], now_s=40_000)
    seen = counts.over([counts.of_stretch(0, 60, [Released(0, 60, measure, None)], 40_000), half])
    assert counts.interval_in_words(seen, EN).startswith("from 21 to ")
