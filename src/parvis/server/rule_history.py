"""What the store holds of that which a rule watches, subject by subject."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from parvis.alerts.kinds import Ground
from parvis.alerts.ladder import Bounds, rising
from parvis.alerts.replay import Firing, Minutes, firings, scaled, stored_as
from parvis.alerts.rule import Rule
from parvis.site.place import PlaceLadder
from parvis.site.shapes import Camera, Site
from parvis.store import Store
from parvis.store.table import MeasureTable
from parvis.values.alerts import AlertBasis, AlertKind, Form, Subject
from parvis.values.civil import Bin
from parvis.values.series import PLACE, WHOLE_VIEW, Aggregation, Series, SeriesKind

Floats = npt.NDArray[np.float64]

LONGEST_S = 31 * 86_400.0
"""Most that is played at once: minutes of a month."""

_OF_VIEWS = (SeriesKind.GATHERED_MAX, SeriesKind.GROUP_SIZE)
_PERSON, _ALL = "person", "all"
"""The classes under which people, and car parks, are stored."""


@dataclass(frozen=True, slots=True)
class Watched:
    """One subject of a rule, as the store knows it.

    Args:
        subject: which.
        ladder: the one that the rule climbs there.
        series: what stands for it; of a closed measure every class and direction.
        per: what a stored value is divided by to be in the unit of the rule.
        length: of the stretches that the rule looks at.
    """

    subject: Subject
    ladder: Bounds
    series: tuple[Series, ...]
    per: float = 1.0
    length: Bin = Bin.MINUTE


@dataclass(frozen=True, slots=True)
class Played:
    """A rule played over what is stored of one subject.

    Args:
        watched: what of.
        minutes: what was measured.
        firings: when the rule would have fired.
    """

    watched: Watched
    minutes: Minutes
    firings: tuple[Firing, ...]


def watched_by(site: Site, rule: Rule) -> list[Watched]:
    """The subjects of a rule that the store has minutes of; empty where its kind is not stored."""
    kind = stored_as(rule)
    if kind is None:
        return []
    length = Bin.QUARTER if rule.basis is AlertBasis.CLOSED else Bin.MINUTE
    found = []
    for name, camera in site.cameras.items():
        own = site.ladders_of(name)
        for subject, use, per in _subjects(name, camera, rule, kind):
            if rule.watches(subject, Form.PLAIN, use):
                ladder = rule.bounds_on(use, _densities(own.get(subject.shape)))
                series = _series(subject, kind, camera, length)
                found.append(Watched(subject, ladder, series, per, length))
    for name in site.places:
        subject = Subject(f"{PLACE}{name}")
        if subject in rule.on and kind is SeriesKind.OCCUPANCY:
            series = (Series(subject.camera, kind, subject.shape, _PERSON),)
            found.append(Watched(subject, rule.bounds_on(""), series, length=length))
    return found


def play(
    store: Store,
    rule: Rule,
    watched: Sequence[Watched],
    span: tuple[float, float],
    lowest: float | None = None,
) -> list[Played]:
    """Play a rule over the minutes of its subjects.

    Args:
        store: where they rest.
        rule: which.
        watched: see :func:`watched_by`.
        span: from when to when, seconds since the epoch; at most ``LONGEST_S``.
        lowest: its lowest bound, to try; None: its own.

    Raises:
        ValueError: an empty or too long span, or a bound that is not positive.
    """
    return fired(rule, stored(store, rule, watched, span), lowest)


def stored(
    store: Store, rule: Rule, watched: Sequence[Watched], span: tuple[float, float]
) -> list[tuple[Watched, Minutes]]:
    """What the store holds of the subjects of a rule, each with its minutes; calm outside of the
    hours at which the rule watches.

    Raises:
        ValueError: an empty or too long span.
    """
    start_s, end_s = span
    if not 0 < end_s - start_s <= LONGEST_S:
        raise ValueError(f"a rule is played over {LONGEST_S / 86_400:.0f} days at most")
    found = []
    for length, some in groupby(watched, key=lambda one: one.length):
        these = list(some)
        wanted = list(dict.fromkeys(series for one in these for series in one.series))
        table = store.measures_table(wanted, start_s, end_s, length)
        rows = {series: i for i, series in enumerate(wanted)}
        step_s = float(np.min(table.ends_s - table.starts_s, initial=np.inf))
        for one in these:
            held = table.value[[rows[series] for series in one.series]] / one.per
            values = _together(held, one.series[0].kind)
            minutes = Minutes(table.starts_s, _in_hours(rule, store, table, values), step_s)
            found.append((one, minutes))
    return found


def _in_hours(rule: Rule, store: Store, table: MeasureTable, values: Floats) -> Floats:
    if not rule.schedule.hours:
        return values
    holds = [rule.schedule.holds(at_s, store.zone) for at_s in table.starts_s.tolist()]
    calm = np.inf if rule.spec.bounds.falling else -np.inf
    return np.where(np.array(holds) | np.isnan(values), values, calm)


def _together(values: Floats, kind: SeriesKind) -> Floats:
    """Classes and directions of a stretch as one number, shape (m,), as the rule is told them:
    counts added up, of all else the largest; NaN where nothing was seen of any.
    """
    unseen = np.isnan(values).all(axis=0)
    if kind.aggregation is Aggregation.SUM:
        return np.where(unseen, np.nan, np.nansum(values, axis=0))
    return np.where(unseen, np.nan, np.nanmax(np.where(np.isnan(values), -np.inf, values), axis=0))


def fired(
    rule: Rule, held: Sequence[tuple[Watched, Minutes]], lowest: float | None = None
) -> list[Played]:
    """Play a rule over minutes that were read already, with another lowest bound or its own.

    Raises:
        ValueError: a bound that is not positive.
    """
    return [
        Played(one, minutes, tuple(firings(rule, _ladder(one, lowest), minutes)))
        for one, minutes in held
    ]


def _ladder(watched: Watched, lowest: float | None) -> Bounds:
    return watched.ladder if lowest is None else scaled(watched.ladder, lowest)


def levels_to_try(played: Sequence[Played], steps: int = 20) -> list[float]:
    """Lowest bounds for a slider: from under its own, or the median of what was seen, to the peak.

    Rounded to three figures, rising, its own among them.
    """
    seen = np.concatenate([one.minutes.values for one in played]) if played else np.empty(0)
    seen = seen[np.isfinite(seen)]
    own = [one.watched.ladder.at[one.watched.ladder.lowest] for one in played]
    if not own:
        return []
    top = max(float(seen.max(initial=0.0)), max(own) * 1.5)
    low = min(min(own) * 0.5, top / 10)
    tried = {float(f"{value:.3g}") for value in np.linspace(low, top, steps)} | set(own)
    return sorted(value for value in tried if value > 0)


def _densities(own: PlaceLadder | None) -> Bounds | None:
    return None if own is None else rising(own.density)


def _subjects(
    name: str, camera: Camera, rule: Rule, kind: SeriesKind
) -> Iterator[tuple[Subject, str, float]]:
    if kind in _OF_VIEWS or rule.spec.looks_at is Ground.VIEW:
        yield Subject(name, WHOLE_VIEW), "", 1.0
        return
    if kind is SeriesKind.CROSSINGS:
        for key in camera.lines:
            yield Subject(name, key), "", 1.0
        return
    for key, zone in camera.zones.items():
        per = 1.0
        if rule.kind is AlertKind.PARKING_FULL:
            if zone.capacity is None:
                continue
            per = zone.capacity / 100.0
        if kind.on_ground and camera.ground is None:
            continue
        yield Subject(name, key), zone.use, per


def _series(subject: Subject, kind: SeriesKind, camera: Camera, length: Bin) -> tuple[Series, ...]:
    if length is Bin.MINUTE:
        of = _ALL if kind is SeriesKind.PARKING_TAKEN else _PERSON
        return (Series(subject.camera, kind, subject.shape, of),)
    classes = dict.fromkeys((*camera.classes, "vehicle", _ALL))
    directions = (0, 1) if kind is SeriesKind.CROSSINGS else (None,)
    return tuple(
        Series(subject.camera, kind, subject.shape, label, direction)
        for label in classes
        for direction in directions
    )
