"""The town on a plan: a drawn market square, and a camera whose ground is in its metres."""

import struct
import zlib
from pathlib import Path

from map_site import VIEW
from town import SITE

WIDE, HIGH, METRES_A_PIXEL = 400, 300, 0.1
ORIGIN = (-20.0, -16.0)
"""Metres of the plan's lower left corner: the square's middle is [0, 0]."""

_GROUND = (
    "    ground:\n      points:\n"
    + "\n".join(
        f"        - {{{{image: [{x}, {y}], ground: [{east}, {north}]}}}}"
        for (x, y), (east, north) in VIEW
    )
    + "\n"
)
_HEAD = "  marche:\n    label: Place du Marché\n"
_PLAN = f"{{image: plan.png, metres_per_pixel: {METRES_A_PIXEL}, origin: {list(ORIGIN)}}}"
_PLACES = """\
places:
  marche:
    label: Place du Marché
    at: [0.0, 0.0]
    polygon: [[-10, -10], [8, -10], [8, 9], [-10, 9]]
    zones: [marche.terrasse]
"""
PLAN_SITE = (
    SITE.replace(_HEAD, _HEAD + _GROUND)
    + f"map: {{plan: {_PLAN}}}\n".replace("{", "{{").replace("}", "}}")
    + _PLACES
)

BUILDINGS = ((-20, 10, -4, 14), (0, 10, 20, 14), (10, -16, 20, 6), (-20, -16, -13, 8))
TREES = ((-8, 7), (-4, 7), (0, 7), (4, 7), (-11, -12), (-7, -12), (-3, -12))


def draw_plan(path: Path) -> None:
    """Write the plan: paving, houses around it, trees."""
    rows = b""
    for row in range(HIGH):
        y = ORIGIN[1] + (HIGH - row) * METRES_A_PIXEL
        line = bytearray(b"\0")
        for column in range(WIDE):
            line += bytes(_colour(ORIGIN[0] + column * METRES_A_PIXEL, y))
        rows += bytes(line)

    def chunk(kind: bytes, body: bytes) -> bytes:
        told = struct.pack(">I", len(body)) + kind + body
        return told + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", WIDE, HIGH, 8, 2, 0, 0, 0)
    picture = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + picture)


def _colour(x: float, y: float) -> tuple[int, int, int]:
    if any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in BUILDINGS):
        return 196, 178, 158
    if any((x - a) ** 2 + (y - b) ** 2 < 1.4 for a, b in TREES):
        return 130, 170, 120
    paving = (int(x * 0.5) + int(y * 0.5)) % 2
    return (238, 236, 230) if paving else (230, 227, 220)
