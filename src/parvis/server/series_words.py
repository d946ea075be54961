"""Kinds of measures as people call them; marked for translation."""

from parvis.server.problems import T
from parvis.values.series import SeriesKind

KIND_WORDS = {
    SeriesKind.CROSSINGS: T("crossings"),
    SeriesKind.ENTRIES: T("entries"),
    SeriesKind.EXITS: T("exits"),
    SeriesKind.OCCUPANCY: T("people or vehicles present, mean"),
    SeriesKind.OCCUPANCY_MAX: T("people or vehicles present, most"),
    SeriesKind.DWELL: T("mean stay, seconds"),
    SeriesKind.DENSITY: T("density, people a square metre"),
    SeriesKind.FLOW: T("flow, people a metre and second"),
    SeriesKind.SPEED: T("mean speed, metres a second"),
    SeriesKind.SPEED_RATIO: T("speed against the expected one"),
    SeriesKind.DENSITY_VORONOI: T("density by the room each has, people a square metre"),
    SeriesKind.DENSITY_VORONOI_MAX: T("density by the room each has, most"),
    SeriesKind.DENSITY_LOCAL_MAX: T("density around one person, most"),
    SeriesKind.PRESSURE_MAX: T("crowd pressure, most, per second squared"),
    SeriesKind.COUNTERFLOW: T("share of those who walk against the others"),
    SeriesKind.ENTROPY: T("disorder of directions, 0 to 1"),
    SeriesKind.QUEUE_LENGTH: T("people in the queue, mean"),
    SeriesKind.QUEUE_LENGTH_MAX: T("people in the queue, most"),
    SeriesKind.QUEUE_ARRIVALS: T("people who joined the queue"),
    SeriesKind.QUEUE_DEPARTURES: T("people who left the queue"),
    SeriesKind.QUEUE_WAIT: T("mean wait in the queue, seconds"),
    SeriesKind.QUEUE_WAIT_LITTLE: T("wait by length and departures, seconds"),
    SeriesKind.PARKING_TAKEN: T("parking spaces taken, mean"),
    SeriesKind.PARKING_ARRIVALS: T("vehicles parked"),
    SeriesKind.PARKING_DEPARTURES: T("vehicles that left"),
    SeriesKind.GATHERED_MAX: T("people gathered, most"),
    SeriesKind.GROUP_SIZE: T("people who walk together, mean size"),
}
"""What is counted, with its unit: the subtitle of a chart."""
