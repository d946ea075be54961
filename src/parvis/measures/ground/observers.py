"""Everything that watches one camera's ground, as one thing."""

from collections.abc import Iterable

import numpy as np

from parvis.measures.coverage import MINUTE_S, Coverage, Stretch, by_minute, longest_step_s
from parvis.measures.ground.buckets import Buckets
from parvis.measures.ground.cells import CELL_M, CellObserver
from parvis.measures.ground.companions import Companions
from parvis.measures.ground.crowding import CrowdingObserver
from parvis.measures.ground.drawn import GroundNow, GroundShapes
from parvis.measures.ground.edie import EdieObserver
from parvis.measures.ground.filling import FillingObserver
from parvis.measures.ground.gatherings import GatheringRule, Gatherings
from parvis.measures.ground.journeys import JourneyObserver
from parvis.measures.ground.minutes import edie_readings, parking_readings, queue_readings
from parvis.measures.ground.moment import Moment
from parvis.measures.ground.motion import GroundFrame, Motion
from parvis.measures.ground.parking import STANDING_MPS, ParkingObserver
from parvis.measures.ground.quarters import QuarterBook
from parvis.measures.ground.queues import QueueObserver
from parvis.measures.ground.segments import FloatArray
from parvis.measures.ground.shapes import Borders, ZoneUse
from parvis.measures.ground.speeds import LineSpeeds, Speeds, ZoneSpeeds
from parvis.measures.ground.stays import Entry, Stay, ZoneStays
from parvis.values.classes import ObjectClass
from parvis.values.ground_minute import GroundMinute, Reading, nothing_of
from parvis.values.ground_tracks import GroundTracks
from parvis.values.series import WHOLE_VIEW, SeriesKind

LOOK_S = 1.0
"""Densities, gatherings and parking are looked at once a second."""

VEHICLES = [
    ObjectClass.CAR, ObjectClass.BUS, ObjectClass.TRUCK, ObjectClass.MOTORCYCLE,
    ObjectClass.VEHICLE,
]  # fmt: skip


class GroundObservers:
    """All ground observers of one camera in one run.

    Per settled frame ``observe``; when the stream breaks, the calibration is suspended or the view
    has moved ``gap``; for every minute that closes ``take``; at the end ``gap`` and ``take`` of
    what is open.

    Args:
        shapes: what is drawn, in metres.
        rate: analysed frames a second that are wished for.
        classes: what is counted.
        gathering: what a gathering is here.
        cell_m: side of the flow cells.
    """

    def __init__(
        self,
        shapes: GroundShapes,
        *,
        rate: float,
        classes: Iterable[ObjectClass],
        gathering: GatheringRule = GatheringRule(),  # noqa: B008 - frozen
        cell_m: float = CELL_M,
    ) -> None:
        self._classes = tuple(sorted(classes))
        self._zones = shapes.zones
        self._names = tuple(shapes.zones)
        self._borders = Borders(list(shapes.zones.values()))
        gates = shapes.journey_gates()
        self._gates = Borders(list(gates.values())) if shapes.gates else None
        self._zone_gates = [i for i, name in enumerate(self._names) if name in gates]
        self._is_vehicle = np.isin(np.arange(len(ObjectClass)), VEHICLES)
        self._motion = Motion()
        capacity, zones = self._motion.capacity, len(shapes.zones)
        self._edie = EdieObserver(zones, capacity)
        self._lines = LineSpeeds(shapes.lines, self._motion)
        self._speeds = ZoneSpeeds(self._names, self._motion)
        self._stays = ZoneStays(self._borders, capacity)
        self._journeys = JourneyObserver(tuple(gates), capacity)
        grid = shapes.grid(cell_m)
        self._cells = CellObserver(grid, (int(ObjectClass.PERSON),), capacity)
        self._quarters = QuarterBook(grid)
        self._companions = Companions(capacity)
        self._gatherings = Gatherings(gathering)
        self._crowding = CrowdingObserver(shapes.zones, shapes.walkable, shapes.ladders)
        self._filling = FillingObserver(zones)
        used = {name: zone.use for name, zone in shapes.zones.items()}
        self._queues = {
            i: QueueObserver() for i, n in enumerate(self._names) if used[n] is ZoneUse.QUEUE
        }
        self._parking = {
            i: ParkingObserver(shapes.zones[n].capacity or 1)
            for i, n in enumerate(self._names)
            if used[n] is ZoneUse.PARKING
        }
        self._rate = rate
        self._coverage = Coverage(longest_step_s(rate))
        self._seen: Buckets[list[float]] = Buckets(lambda: [0.0])
        self._gathered: Buckets[list[int]] = Buckets(list)
        self._groups: Buckets[list[int]] = Buckets(list)
        self._people = np.zeros(zones, dtype=np.int64)
        self._last_s: float | None = None
        self._look_s = self._closed_to_s = -np.inf

    def paced(self, interval_s: float) -> None:
        """Note how far apart the frames are that the camera sends, seconds; 0 if unknown."""
        self._coverage.longest_step_s = longest_step_s(self._rate, interval_s)

    def observe(self, tracks: GroundTracks) -> Moment | None:
        """Take the objects of one settled frame; return what was worked out of it.

        A frame that is not later than the one before is a gap: the clock went back. One of a
        minute already closed is not counted, and None is returned: its time is a gap until the
        clock has caught up.
        """
        if self._last_s is not None and tracks.time_s <= self._last_s:
            self.gap()
        if tracks.time_s < self._closed_to_s:
            self.gap()
            return None
        stretch = self._coverage.frame(tracks.time_s)
        self._last_s = tracks.time_s
        if stretch is not None:
            for minute_s, part in by_minute(stretch):
                self._seen.at(minute_s)[0] += part.length_s
                for zone, queue in self._queues.items():
                    queue.seen(minute_s, part.length_s, int(self._people[zone]))
        frame = self._motion.observe(tracks)
        entries, stays, holds = self._walk(frame, seen=stretch is not None)
        self._lines.observe(frame)
        people = frame.classes == ObjectClass.PERSON
        self._people = self._stays.inside(frame.rows[people]).sum(axis=0)
        self._moved(frame.time_s, entries, stays, stretch)
        gates = self._gates.holds(frame.points) if self._gates else holds[:, self._zone_gates]
        self._journeys.observe(frame, gates)
        self._part(frame.time_s, self._companions.observe(frame, people), frame.ended)
        looked = frame.time_s - self._look_s >= LOOK_S - 1e-6
        velocities = frame.velocities
        if looked:
            since_s, self._look_s = frame.time_s - self._look_s, frame.time_s
            self._look(frame, velocities, people, holds, since_s if stretch is not None else 0.0)
        return Moment(frame, velocities, holds, looked)

    def gap(self) -> None:
        """What comes next does not continue what was: every object ends."""
        now_s = self._last_s
        rows = self._motion.end_all()
        if now_s is not None:
            entries, stays = self._stays.end_all(rows)
            self._moved(now_s, entries, stays, None)
            self._part(now_s, self._companions.end(rows), rows)
        self._edie.end(rows)
        self._cells.end(rows)
        self._lines.end(rows)
        self._speeds.end(rows)
        self._journeys.end(rows)
        self._gatherings.end_all()
        self._crowding.gap()
        for parking in self._parking.values():
            parking.gap()
        self._people = np.zeros_like(self._people)
        self._coverage.cut()
        self._last_s, self._look_s = None, -np.inf

    def take(self, minute_s: float) -> GroundMinute:
        """Close a minute, some seconds after its end; minutes are closed in order."""
        self._closed_to_s = max(self._closed_to_s, minute_s + MINUTE_S)
        seen_s = min(self._seen.take(minute_s)[0], MINUTE_S)
        totals = self._edie.take(minute_s)
        crowding = list(self._crowding.take(minute_s))
        speeds: Speeds = {**self._lines.take(minute_s), **self._speeds.take(minute_s)}
        queues = {i: one.take(minute_s) for i, one in self._queues.items()}
        parking = {i: one.take(minute_s) for i, one in self._parking.items()}
        gathered, groups = self._gathered.take(minute_s), self._groups.take(minute_s)
        cells, journeys = self._cells.take(minute_s), self._journeys.take(minute_s)
        quarters = self._quarters.add(minute_s, seen_s, cells, journeys)
        if seen_s <= 0:
            return GroundMinute(minute_s, 0.0, (), speeds, quarters)
        readings = list(
            edie_readings(totals, self._names, self._borders.areas_m2, self._classes, seen_s)
        )
        readings += crowding
        for i, queue in queues.items():
            readings += queue_readings(self._names[i], queue)
        for i, one in parking.items():
            readings += parking_readings(self._names[i], one)
        readings += _group_readings(gathered, groups)
        return GroundMinute(minute_s, seen_s, tuple(readings), speeds, quarters)

    def now(self) -> GroundNow:
        """The ground at the last look."""
        filling = self._filling.now(self._people)
        return GroundNow(
            dict(self._crowding.now),
            dict(zip(self._names, filling, strict=True)) if filling else {},
            {self._names[i]: int(self._people[i]) for i in self._queues},
            {self._names[i]: one.taken for i, one in self._parking.items()},
            tuple(self._gatherings.now()),
            tuple(sorted((len(group) for group in self._companions.groups()), reverse=True)),
        )

    def _walk(
        self, frame: GroundFrame, *, seen: bool
    ) -> tuple[list[Entry], list[Stay], np.ndarray]:
        """Steps through zones and cells; what passed while nothing was seen adds no time."""
        borders, moved = self._borders, frame.moved
        holds = borders.holds(frame.points)
        held = borders.holds(moved.start)
        shares, step, zone, _, at = borders.inside_shares(
            moved.start, moved.end, held, holds[frame.movers]
        )
        spans_s = moved.end_s - moved.start_s
        for minute_s, part in moved.by_minute() if seen else ():
            if part is not moved:
                began, ended = borders.holds(part.start), borders.holds(part.end)
                inside = borders.inside_shares(part.start, part.end, began, ended)[0]
            else:
                inside = shares
            self._edie.add(minute_s, part, inside, frame.capacity)
            self._cells.add(minute_s, part)
        self._edie.end(frame.ended)
        self._cells.end(frame.ended)
        self._speeds.observe(frame, shares * (spans_s[:, None] if seen else 0.0))
        passages = moved.rows[step], zone, moved.start_s[step] + at * spans_s[step]
        entries, stays = self._stays.observe(frame, holds, passages)
        return entries, stays, holds

    def _moved(
        self, now_s: float, entries: list[Entry], stays: list[Stay], stretch: Stretch | None
    ) -> None:
        """Tell queues and balances who came and went."""
        came, went = np.zeros((2, len(self._names)), dtype=np.int64)
        for entry in entries:
            if entry.object_class is ObjectClass.PERSON:
                came[entry.zone] += 1
                if entry.zone in self._queues:
                    self._queues[entry.zone].entry(entry)
        for stay in stays:
            if stay.object_class is ObjectClass.PERSON:
                went[stay.zone] += stay.went
                if stay.zone in self._queues:
                    self._queues[stay.zone].stay(stay)
        seen_s = stretch.length_s if stretch is not None else 0.0
        self._filling.observe(now_s, came, went, seen_s)

    def _part(self, now_s: float, groups: list[list[int]], rows: np.ndarray) -> None:
        """Note in how large groups those walked who are gone now."""
        walked = [i for i, group in enumerate(groups) if group]
        if walked:
            minute = self._groups.at(now_s // MINUTE_S * MINUTE_S)
            minute += self._companions.sizes(rows[walked]).tolist()

    def _look(
        self,
        frame: GroundFrame,
        known: FloatArray,
        people: np.ndarray,
        holds: np.ndarray,
        seen_s: float,
    ) -> None:
        minute_s = frame.time_s // MINUTE_S * MINUTE_S
        falls = self._filling.outflow_falls().tolist()
        speeds = np.hypot(known[:, 0], known[:, 1])
        self._cells.stops(minute_s, frame, speeds)
        points, velocities = frame.points[people], known[people]
        self._crowding.look(
            frame.time_s, minute_s, points, velocities, holds[people], filling=falls
        )
        self._gatherings.look(frame.time_s, points, speeds[people])
        self._gathered.at(minute_s).append(sum(g.people for g in self._gatherings.now()))
        if self._parking:
            standing = self._is_vehicle[frame.classes] & ~(speeds >= STANDING_MPS)
            for zone, parking in self._parking.items():
                n = int(np.count_nonzero(standing & holds[:, zone]))
                parking.observe(frame.time_s, minute_s, n, seen_s)


def _group_readings(gathered: list[int], groups: list[int]) -> list[Reading]:
    readings = []
    if gathered:
        most = float(max(gathered))
        readings.append(
            Reading(SeriesKind.GATHERED_MAX, WHOLE_VIEW, "person", most, 0.0, len(gathered), 0.0)
        )
    if groups:
        n, mean = len(groups), float(np.mean(groups))
        readings.append(
            Reading(
                SeriesKind.GROUP_SIZE,
                WHOLE_VIEW,
                "person",
                mean,
                float(np.var(groups)) / n,
                n,
                float(n),
            )
        )
    else:
        readings.append(nothing_of(SeriesKind.GROUP_SIZE, WHOLE_VIEW, "person"))
    return readings
