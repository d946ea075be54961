"""What the store holds of that which a rule watches, subject by subject."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from parvis.alerts.kinds import Ground
from parvis.alerts.ladder import Bounds, rising
from parvis.alerts.replay import Firing, Minutes, firings, scaled, stored_as
from parvis.alerts.rule import Rule
from parvis.site.place import PlaceLadder
from parvis.site.shapes import Camera, Site
from parvis.store import Store
from parvis.values.alerts import AlertKind, Form, Subject
from parvis.values.civil import Bin
from parvis.values.series import PLACE, WHOLE_VIEW, Series, SeriesKind

LONGEST_S = 31 * 86_400.0
"""Most that is played at once: minutes of a month."""

_ALL = "all"
"""The class under which car parks are stored."""


@dataclass(frozen=True, slots=True)
class Watched:
    """One subject of a rule, as the store knows it.

    Args:
        subject: which.
        ladder: the one that the rule climbs there.
        series: what stands for it.
        per: what a stored value is divided by to be in the unit of the rule.
    """

    subject: Subject
    ladder: Bounds
    series: Series
    per: float = 1.0


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
    found = []
    for name, camera in site.cameras.items():
        own = site.ladders_of(name)
        for subject, use, per in _subjects(name, camera, rule, kind):
            if rule.watches(subject, Form.PLAIN, use):
                ladder = rule.bounds_on(use, _densities(own.get(subject.shape)))
                found.append(Watched(subject, ladder, _series(subject, kind), per))
    for name in site.places:
        subject = Subject(f"{PLACE}{name}")
        if subject in rule.on and kind is SeriesKind.OCCUPANCY:
            found.append(Watched(subject, rule.bounds_on(""), _series(subject, kind)))
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
    start_s, end_s = span
    if not 0 < end_s - start_s <= LONGEST_S:
        raise ValueError(f"a rule is played over {LONGEST_S / 86_400:.0f} days at most")
    table = store.measures_table([one.series for one in watched], start_s, end_s, Bin.MINUTE)
    played = []
    for i, one in enumerate(watched):
        minutes = Minutes(table.starts_s, table.value[i] / one.per)
        ladder = one.ladder if lowest is None else scaled(one.ladder, lowest)
        played.append(Played(one, minutes, tuple(firings(rule, ladder, minutes))))
    return played


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
    if rule.kind is AlertKind.GATHERING or rule.spec.looks_at is Ground.VIEW:
        yield Subject(name, WHOLE_VIEW), "", 1.0
        return
    for key, zone in camera.zones.items():
        per = 1.0
        if rule.kind is AlertKind.PARKING_FULL:
            if zone.capacity is None:
                continue
            per = zone.capacity / 100.0
        if kind is not SeriesKind.OCCUPANCY and camera.ground is None:
            continue
        yield Subject(name, key), zone.use, per


def _series(subject: Subject, kind: SeriesKind) -> Series:
    of = _ALL if kind is SeriesKind.PARKING_TAKEN else "person"
    return Series(subject.camera, kind, subject.shape, of)
