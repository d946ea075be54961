"""How fast the fastest vehicle goes."""

from collections.abc import Sequence

import numpy as np

from parvis.alerts.rule import Rule
from parvis.alerts.scene import Scene
from parvis.alerts.signals.asked import VEHICLES, ViewAsked, views_asked
from parvis.alerts.signals.presence import Presence
from parvis.alerts.signals.trails import Sighted
from parvis.measures.ground.moment import Moment
from parvis.measures.ground.segments import FloatArray
from parvis.values.alerts import AlertKind, Signal

KMH = 3.6
LEAST_S = 1.0
"""A speed is told when the track has held for a second without a leap."""

NEAR = 0.75
"""Speeds are fitted of who is at least so close to the lowest level; the others do not matter."""

STRAIGHT_M = 0.8
"""Root mean square of the distances from an even motion: beyond it, or four times the error of the
positions, the track is two that were mixed up, and has no speed."""

Z_90 = 1.645


class SpeedSignal:
    """Speed of the fastest vehicle, km/h, with its 90 % interval.

    Fitted robustly to the positions of up to two seconds with their errors (see
    ``ground.speed.fit_velocities``), never to less than one, and never over a leap. Bicycles and
    people count when the rule says so. The errors of the calibration, which are the same for
    everybody at a place, come on top. It is an estimate for looking after a street: it measures no
    offence, and knows nobody.

    Args:
        scene: whose zones.
        rules: of this kind.
        presence: who is where.
    """

    def __init__(self, scene: Scene, rules: Sequence[Rule], presence: Presence) -> None:
        self._asked = views_asked(scene, rules, VEHICLES)
        self._near_mps = min(
            (NEAR * min(one.rule.bounds_on("").at.values()) / KMH for one in self._asked),
            default=0.0,
        )
        self._trails = presence.trails

    def observe(self, moment: Moment, sighted: Sighted) -> Sequence[Signal]:
        """One signal a rule and place at every frame."""
        frame = moment.frame
        speeds = np.nan_to_num(moment.speeds_mps)
        told = self._trails.sure_from_s[sighted.trails] <= moment.time_s - LEAST_S + 1e-6
        errors = np.zeros(len(speeds))
        near = sighted.which[told & (speeds[sighted.which] >= self._near_mps)]
        # Who is not known for long enough, or is far from any level, has no speed worth a fit.
        values: FloatArray = np.where(speeds < self._near_mps, speeds, 0.0)
        if len(near):
            fitted = frame.motion.fit(frame.rows[near])
            sigma_m = frame.sigma_m[near]
            off_m = fitted.spreads * sigma_m
            even = off_m <= np.maximum(STRAIGHT_M, 4.0 * sigma_m)
            values[near] = np.where(even, fitted.speeds, 0.0)
            errors[near] = np.where(even, fitted.speed_errors, 0.0)
        return [self._signal(moment, values, errors, one) for one in self._asked]

    def gap(self) -> None:
        """Nothing is carried."""

    def _signal(
        self, moment: Moment, values: FloatArray, errors: FloatArray, one: ViewAsked
    ) -> Signal:
        frame = moment.frame
        counts = one.classes[frame.classes]
        if one.column is not None:
            counts &= moment.holds[:, one.column]
        who = np.flatnonzero(counts)
        if not len(who):
            return Signal(AlertKind.SPEED, one.subject, moment.time_s, 0.0, rule=one.rule.name)
        first = int(who[np.argmax(values[who])])
        value, error = KMH * float(values[first]), Z_90 * KMH * float(errors[first])
        x, y = frame.points[first].tolist()
        return Signal(
            AlertKind.SPEED,
            one.subject,
            moment.time_s,
            value,
            low=max(0.0, value - error),
            high=value + error,
            at=(x, y),
            rule=one.rule.name,
        )
