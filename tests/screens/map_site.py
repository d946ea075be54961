"""The town with its places on a map: cameras whose ground is known, people on its squares."""

import math
import random
from datetime import datetime

import numpy as np
from town import NOW_S, PARIS, SITE, pace

from parvis.ground.plane import LocalPlane
from parvis.store import Store
from parvis.values.ground_minute import FlowCell, GroundQuarter, Journey
from parvis.values.minute import ClosedMinute
from parvis.values.speeds import Passers, SpeedHistogram

VIEW = (
    ((0.0781, 0.5729), (-4.36, 4.28)),
    ((0.2344, 0.9028), (-9.05, -2.97)),
    ((0.5208, 0.9722), (-8.52, -5.93)),
    ((0.7292, 0.5208), (1.46, -3.52)),
    ((0.9375, 0.9028), (-5.83, -8.92)),
    ((0.4297, 0.3819), (5.11, 4.43)),
    ((0.9635, 0.4514), (5.66, -5.86)),
    ((0.1562, 0.434), (0.61, 7.49)),
)
"""A view of a square from 7 m up: parts of the picture, and metres about the square's middle."""

MARKET, STATION, QUAY = (2.35200, 48.85660), (2.35050, 48.85720), (2.35310, 48.85590)


def ground(lon: float, lat: float, bearing_deg: float) -> str:
    """The ``ground`` of a camera that looks at a square there."""
    plane = LocalPlane(lon, lat, bearing_deg)
    rows = []
    for (x, y), metres in VIEW:
        at = plane.to_wgs84(np.array([metres]))[0]
        rows.append(f"        - {{{{image: [{x}, {y}], wgs84: [{at[0]:.7f}, {at[1]:.7f}]}}}}")
    return "    ground:\n      points:\n" + "\n".join(rows) + "\n"


def _with_ground(text: str, camera: str, spot: tuple[float, float], bearing_deg: float) -> str:
    head, mark, rest = text.partition(f"  {camera}:\n")
    label, end, rest = rest.partition("\n")
    return head + mark + label + end + ground(*spot, bearing_deg) + rest


def _zone(name: str) -> str:
    area = "[[0.15, 0.4], [0.8, 0.4], [0.9, 0.9], [0.1, 0.9]]"
    return f"    zones: {{{{{name}: {{{{polygon: {area}}}}}}}}}\n"


def _site() -> str:
    text = SITE
    for camera, spot, bearing in (("marche", MARKET, 40.0), ("gare", STATION, 160.0)):
        text = _with_ground(text, camera, spot, bearing)
    text = text.replace("  haute:\n    label", _zone("parvis") + "  haute:\n    label", 1)
    text = text.replace("  quai:\n    label", _zone("rue") + "  quai:\n    label", 1)
    return text + _zone("quai") + PLACES


PLACES = """\
places:
  marche:
    label: Place du Marché
    capacity: 60
    at: [2.3520, 48.8566]
    polygon: [[2.3518, 48.8565], [2.35215, 48.85645], [2.3522, 48.8567], [2.35185, 48.85675]]
    zones: [marche.terrasse]
    lines: [marche.fontaine, marche.halle]
    entrances: {{marche.fontaine: first, marche.halle: first}}
    ladder: {{density: [0.05, 0.3, 0.6], source: jauge de la préfecture}}
  gare:
    label: Parvis de la Gare
    capacity: 8
    at: [2.3505, 48.8572]
    zones: [gare.parvis]
    lines: [gare.tram]
    entrances: {{gare.tram: second}}
    ladder: {{density: [0.01, 0.03, 0.6]}}
  haute:
    label: Rue Haute
    capacity: 200
    at: [2.3536, 48.8570]
    zones: [haute.rue]
    lines: [haute.haute]
  quai:
    label: Quai des Tanneurs
    capacity: 3
    at: [2.3531, 48.8559]
    zones: [quai.quai]
    lines: [quai.quai]
"""
MAP_SITE = _site()


def walk(store: Store, hours: float = 8.0) -> None:
    """People on the squares of two grounds, quarter by quarter up to now, more at noon."""
    first = NOW_S - hours * 3600
    start_s = math.ceil(first / 900) * 900
    while start_s + 900 <= NOW_S:
        store.record([_quarter(camera, start_s) for camera in ("marche", "gare")])
        start_s += 900


def _quarter(camera: str, start_s: float) -> ClosedMinute:
    at = datetime.fromtimestamp(start_s, PARIS)
    dice = random.Random(f"{camera} {start_s}")  # noqa: S311
    busy = pace(at, camera) * 40
    cells = []
    for x in range(-9, 7):
        for y in range(-8, 6):
            near = math.exp(-(((x * 0.5 - y + 1) / 4) ** 2)) * math.exp(-((x / 8) ** 2))
            seconds = busy * near * (0.7 + 0.6 * dice.random())
            if seconds > 2:
                speed = 1.3 - 0.8 * math.exp(-((x / 3) ** 2))
                cells.append(FlowCell(x + 0.5, y + 0.5, seconds, speed, speed / 2, 0.2, 1))
    went = {Journey("nord", "sud", "person"): round(busy), Journey("sud", "nord", "person"): 31}
    speeds = {Passers("fontaine", "person", 0): SpeedHistogram.of([1.1, 1.2, 1.3, 1.4])}
    quarter = GroundQuarter(start_s, 900.0, 1.0, tuple(cells), went)
    return ClosedMinute(camera, "01GROUND", start_s + 840, 0.0, (), speeds, (quarter,))
