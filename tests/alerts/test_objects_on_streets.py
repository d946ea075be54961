"""Signals of single objects on real tracks (ETH, Hotel, Zara01), and on edits of these.

The edits are made when a test runs and are never written down. ETH's streets are walked both ways
and stood about on: what a rule may tell depends on what is drawn.
"""

import os
from pathlib import Path

import numpy as np
import pytest

from parvis.alerts.kinds import KINDS
from parvis.alerts.ladder import Bounds
from parvis.alerts.rule import Direction, Rule
from parvis.alerts.scenario import Scenario, Walks, alerts_of, changes_of
from parvis.alerts.scene import Scene, WatchedZone
from parvis.alerts.signals.objects import KINDS as OF_OBJECTS
from parvis.measures.ground.shapes import GroundLine, GroundZone
from parvis.values.alerts import Alert, AlertKind, Severity

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("PARVIS_ASSETS", ROOT.parent / "shared")) / "data/trajectories"

# Frame numbers a second; those of seq_eth are of 15 a second (data/MANIFEST.md).
SETS = {"ETH/seq_eth": 15.0, "ETH/seq_hotel": 25.0, "UCY/zara01": 25.0}

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="no trajectories")

Tracks = dict[int, np.ndarray]
"""Rows of (seconds, x, y) by number."""


def street(name: str) -> Tracks:
    rows = np.loadtxt(DATA / name / "obsmat.txt")
    found = {}
    for one in np.unique(rows[:, 1]):
        mine = rows[rows[:, 1] == one]
        times_s = np.round(mine[:, 0] / SETS[name], 2)
        found[int(one)] = np.column_stack((times_s, mine[:, 2], mine[:, 4]))
    return found


def walks(tracks: Tracks) -> Walks:
    rows = np.concatenate([np.column_stack((np.full(len(t), i), t)) for i, t in tracks.items()])
    rows = rows[np.argsort(rows[:, 1], kind="stable")]
    n = len(rows)
    return Walks(
        rows[:, 1].copy(), rows[:, 0].astype(np.int64), rows[:, 2:].copy(), np.zeros(n, np.int8)
    )


def box(low: tuple[float, float], high: tuple[float, float]) -> GroundZone:
    (x0, y0), (x1, y1) = low, high
    return GroundZone(((x0, y0), (x1, y0), (x1, y1), (x0, y1)))


def raised(tracks: Tracks, rules: list[Rule], scene: Scene) -> list[Alert]:
    played = Scenario("street", scene, walks(tracks), tuple(rules))
    return alerts_of(changes_of(played), played.rules)


def one_rule(kind: AlertKind, level: float | None = None) -> list[Rule]:
    bounds = None if level is None else Bounds({Severity.WATCH: level})
    return [Rule("rule", kind, bounds=bounds, cooldown_s=0.0)]


@pytest.mark.parametrize("name", SETS)
def test_ordinary_streets_raise_nothing_by_default(name: str) -> None:
    tracks = street(name)
    points = np.concatenate([one[:, 1:] for one in tracks.values()])
    low, high = points.min(axis=0), points.max(axis=0)
    whole = WatchedZone(box(tuple(low.tolist()), tuple(high.tolist())), "walkway")
    scene = Scene("scene", {"street": whole}, {})
    rules = [Rule(k.value, k) for k in OF_OBJECTS if KINDS[k].by_default]
    rules += [Rule("loitering", AlertKind.LOITERING), Rule("speed", AlertKind.SPEED)]
    assert not raised(tracks, rules, scene)


def heading(track: np.ndarray) -> float:
    """How far it goes along Zara's street on the whole, metres."""
    return float(track[-1, 2] - track[0, 2])


def test_one_who_goes_against_all_others_is_told() -> None:
    tracks = {i: t for i, t in street("UCY/zara01").items() if heading(t) > 6}
    assert len(tracks) > 30
    middle = np.median(np.concatenate([t[:, 1:] for t in tracks.values()]), axis=0)
    x, y = middle.tolist()
    zone = box((x - 6, y - 5), (x + 6, y + 5))
    scene = Scene("scene", {"street": WatchedZone(zone, "one-way", (0.0, 1.0))})
    rules = one_rule(AlertKind.WRONG_WAY)
    assert not raised(tracks, rules, scene)
    chosen = list(tracks)[::8]
    for one in chosen:
        track = tracks[one]
        back = np.column_stack((track[:, 0], track[::-1, 1:]))
        (alert, *more) = raised({**tracks, one: back}, rules, scene)
        assert not more
        inside = back[np.abs(back[:, 2] - y) < 5]
        assert inside[0, 0] <= alert.raised_s <= inside[-1, 0] + 1.0
        assert alert.raised_s - inside[0, 0] <= 1.0 + 5.0


def test_a_zone_that_one_person_enters_raises_once_and_one_that_nobody_does_never() -> None:
    tracks = street("UCY/zara01")
    points = np.concatenate([t[:, 1:] for t in tracks.values()])
    who = np.concatenate([np.full(len(t), i) for i, t in tracks.items()])
    rng = np.random.default_rng(3)
    rules = one_rule(AlertKind.INTRUSION)
    told = silent = 0
    while told < 4 or silent < 2:
        corner = rng.uniform(points.min(axis=0), points.max(axis=0) - 2.0)
        near = np.all((points > corner - 0.6) & (points < corner + 2.6), axis=1)
        deep = np.all((points > corner + 0.4) & (points < corner + 1.6), axis=1)
        people = set(who[near].tolist())
        zone = box(tuple(corner.tolist()), tuple((corner + 2.0).tolist()))
        scene = Scene("scene", {"closed": WatchedZone(zone, "forbidden")})
        if not people and silent < 2:
            assert not raised(tracks, rules, scene)
            silent += 1
        elif len(people) == 1 and np.count_nonzero(deep) >= 3 and told < 4:
            alerts = raised(tracks, rules, scene)
            assert len(alerts) == 1
            times = tracks[int(people.pop())][:, 0]
            assert times[0] <= alerts[0].raised_s <= times[-1] + 1.0
            told += 1


def test_one_who_stops_for_long_is_told_and_the_others_are_not() -> None:
    tracks = street("ETH/seq_hotel")
    points = np.concatenate([t[:, 1:] for t in tracks.values()])
    low, high = points.min(axis=0), points.max(axis=0)
    whole = box(tuple(low.tolist()), tuple(high.tolist()))
    scene = Scene("scene", {"street": WatchedZone(whole, "walkway")})
    longest_s = max(float(np.ptp(t[:, 0])) for t in tracks.values())
    rules = one_rule(AlertKind.LOITERING, longest_s + 20.0)
    assert not raised(tracks, rules, scene)
    rng = np.random.default_rng(5)
    for one in [i for i, t in tracks.items() if len(t) > 10][::40]:
        track = tracks[one]
        half = len(track) // 2
        stay_s = np.arange(0.4, longest_s + 40.0, 0.4)
        at = track[half, 1:] + rng.normal(0, 0.1, (len(stay_s), 2))
        still = np.column_stack((track[half, 0] + stay_s, at))
        after = track[half + 1 :] + np.array((stay_s[-1], 0.0, 0.0))
        frozen = np.concatenate((track[: half + 1], still, after))
        steps = np.round((frozen[:, 0] - frozen[0, 0]) / 0.4)
        frozen[:, 0] = np.round(frozen[0, 0] + 0.4 * steps, 2)
        alerts = raised({**tracks, one: frozen}, rules, scene)
        assert len(alerts) == 1
        due_s = frozen[0, 0] + longest_s + 20.0
        assert due_s - 0.5 <= alerts[0].raised_s <= due_s + 3.0


def test_a_line_that_is_crossed_one_way_only_raises_at_each_crossing_and_never_the_other_way() -> (
    None
):
    tracks = street("UCY/zara01")
    middle = float(np.median(np.concatenate([t[:, 2] for t in tracks.values()])))
    one_way = {i: t for i, t in tracks.items() if heading(t) > 6}
    line = GroundLine(((-20.0, middle), (20.0, middle)))  # right to left: the second direction
    crossing_s = [
        float(t[np.argmax(t[:, 2] > middle), 0])
        for t in one_way.values()
        if t[0, 2] < middle - 1 and t[-1, 2] > middle + 1
    ]
    assert len(crossing_s) > 30
    scene = Scene("scene", {}, {"line": line})
    kind = AlertKind.FORBIDDEN_CROSSING
    ends = {d: [Rule("rule", kind, direction=d, cooldown_s=0.0)] for d in Direction}
    assert not raised(one_way, ends[Direction.FIRST], scene)
    alerts = raised(one_way, ends[Direction.SECOND], scene)
    for at_s in crossing_s:
        assert any(one.raised_s <= at_s + 3.0 and at_s <= (one.over_s or at_s) for one in alerts)
