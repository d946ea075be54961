"""Minutes for the tests, by hand and at random, and the plain oracle of what a store must say."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

from hypothesis import strategies as st

from parvis.store.alert_wire import Said, SaidKey
from parvis.values.measure import Measure, Spread, combine
from parvis.values.minute import ClosedMinute
from parvis.values.series import Series, SeriesKind

NOON = 1_795_431_600.0
"""Monday 23 November 2026, 12:00 in Paris."""


def series_of(camera: str) -> tuple[Series, ...]:
    return (
        Series(camera, SeriesKind.CROSSINGS, "pont", "person", 0),
        Series(camera, SeriesKind.CROSSINGS, "pont", "person", 1),
        Series(camera, SeriesKind.OCCUPANCY, "terrasse", "person"),
        Series(camera, SeriesKind.OCCUPANCY_MAX, "terrasse", "person"),
        Series(camera, SeriesKind.DWELL, "terrasse", "person"),
    )


def minute(
    start_s: float, value: float = 3.0, run: str = "r1", camera: str = "quai", seen_s: float = 60.0
) -> ClosedMinute:
    """A minute in which every series has a value of its own."""
    measures = tuple(
        Measure(one, start_s, start_s + 60, value + i, Spread(0.1, 0.2, 1.0), seen_s, seen_s)
        for i, one in enumerate(series_of(camera))
    )
    return ClosedMinute(camera, run, start_s, seen_s, measures)


def nobody_speaks(said: Sequence[Said]) -> list[SaidKey]:
    """Takes what rules said where no rule is followed."""
    assert not said
    return []


quantities = st.one_of(
    st.integers(0, 50).map(float), st.floats(0, 1e4, allow_nan=False).map(lambda x: round(x, 6))
)
spreads = st.builds(Spread, quantities, quantities, quantities)


@st.composite
def measures(draw: st.DrawFn, series: Series, start_s: float) -> Measure:
    seen_s = draw(st.sampled_from([0.0, 12.5, 30.0, 59.9, 60.0]))
    if seen_s == 0:
        return Measure(series, start_s, start_s + 60, None, Spread(), 0.0)
    value = draw(st.one_of(st.none(), quantities))
    weight = draw(st.sampled_from([0.0, 1.0, 7.0, seen_s]))
    spread = draw(spreads) if value is not None else Spread()
    return Measure(series, start_s, start_s + 60, value, spread, seen_s, weight)


@st.composite
def minutes(draw: st.DrawFn, starts: st.SearchStrategy[int]) -> list[ClosedMinute]:
    """Distinct closed minutes of two cameras and three runs, in any order."""
    keys = draw(
        st.lists(
            st.tuples(st.sampled_from(["quai", "gare"]), st.sampled_from("abc"), starts),
            min_size=1,
            max_size=12,
            unique=True,
        )
    )
    found = []
    for camera, run, start in keys:
        held = draw(st.lists(st.sampled_from(series_of(camera)), unique=True))
        found.append(
            ClosedMinute(
                camera,
                run,
                float(start),
                draw(st.sampled_from([0.0, 30.0, 60.0])),
                tuple(draw(measures(one, float(start))) for one in held),
            )
        )
    return found


def expected(
    parts: Iterable[ClosedMinute], series: Series, start_s: float, end_s: float
) -> Measure:
    """What combining all parts that count in one go says."""
    of_runs = [
        (closed.run, measure)
        for closed in parts
        if start_s <= closed.start_s < end_s
        for measure in closed.measures
        if measure.series == series
    ]
    if not of_runs:
        return Measure(series, start_s, end_s, None, Spread(), 0.0)
    # The most covered first, of equals the earliest run, each that still fits in the minute.
    seen: dict[float, float] = defaultdict(float)
    found = []
    for _, part in sorted(of_runs, key=lambda pair: (-pair[1].coverage_s, pair[0])):
        if seen[part.start_s] + part.coverage_s <= 60.0:
            seen[part.start_s] += part.coverage_s
            found.append(part)
    return combine(found, start_s, end_s)


def same(got: Measure, want: Measure) -> bool:
    """Equal but for the rounding of sums made in another order."""

    def near(a: float, b: float) -> bool:
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)

    if (got.series, got.start_s, got.end_s) != (want.series, want.start_s, want.end_s):
        return False
    if (got.value is None) != (want.value is None):
        return False
    return (
        near(got.value or 0, want.value or 0)
        and near(got.spread.below, want.spread.below)
        and near(got.spread.above, want.spread.above)
        and near(got.spread.variance, want.spread.variance)
        and near(got.coverage_s, want.coverage_s)
        and near(got.weight, want.weight)
    )
