"""PMTiles archives (version 3) of one tile, byte by byte: a picture, or a town of three shapes."""

import math
import struct
from collections.abc import Sequence

Spot = tuple[float, float]

ZOOM, EXTENT = 12, 4096
PNG, VECTORS = 2, 1


def of_picture(tile: bytes) -> bytes:
    """One picture of the whole Earth."""
    return _archive(tile, PNG, 0, 0)


def of_town(roads: Sequence[Sequence[Spot]], water: Sequence[Spot]) -> bytes:
    """Roads and a water, longitude and latitude, in the Protomaps schema; all in one tile."""
    column, row = (int(part) for part in _tile(*water[0]))
    layers = b""
    for name, kind, shapes in (("water", 3, [water]), ("roads", 2, roads)):
        features = b"".join(
            _field(2, _number(3, kind) + _field(4, _packed(_commands(shape, column, row, kind))))
            for shape in shapes
        )
        layer = _number(15, 2) + _field(1, name.encode()) + features + _number(5, EXTENT)
        layers += _field(3, layer)
    return _archive(layers, VECTORS, ZOOM, _tile_id(ZOOM, column, row))


def _archive(tile: bytes, kind: int, zoom: int, tile_id: int) -> bytes:
    # One entry: its number, a run of 1, its length, offset 0 (written plus one).
    root = b"".join(map(_varint, (1, tile_id, 1, len(tile), 1)))
    notes = b"{}"
    at = 127 + len(root)
    sizes = (127, len(root), at, len(notes), at + len(notes), 0, at + len(notes), len(tile))
    kinds = bytes((1, 1, 1, kind, zoom, zoom))  # clustered, plain, plain, kind, zooms
    edges = struct.pack("<4i", -1800000000, -850000000, 1800000000, 850000000)
    middle = bytes((0,)) + struct.pack("<2i", 0, 0)
    head = b"PMTiles" + bytes((3,)) + struct.pack("<8Q3Q", *sizes, 1, 1, 1) + kinds + edges + middle
    assert len(head) == 127
    return head + root + notes + tile


def _tile(lon: float, lat: float) -> Spot:
    """Column and row of the tile, with their fractions."""
    side = 1 << ZOOM
    y = math.asinh(math.tan(math.radians(lat)))
    return (lon + 180) / 360 * side, (1 - y / math.pi) / 2 * side


def _tile_id(zoom: int, x: int, y: int) -> int:
    """Number of a tile along the Hilbert curves of the zooms."""
    number = ((1 << (zoom * 2)) - 1) // 3
    for a in range(zoom - 1, -1, -1):
        s = 1 << a
        rx, ry = s & x, s & y
        number += ((3 * rx) ^ ry) << a
        if ry == 0:
            x, y = (s - 1 - y, s - 1 - x) if rx else (y, x)
    return number


def _commands(shape: Sequence[Spot], column: int, row: int, kind: int) -> list[int]:
    """Move, lines and, of a polygon, the close, as the vector tile specification 2.1 has them."""
    spots = [
        (round((x - column) * EXTENT), round((y - row) * EXTENT))
        for x, y in (_tile(*spot) for spot in shape)
    ]
    found, at = [], (0, 0)
    for i, spot in enumerate(spots):
        if i < 2:
            found.append(9 if i == 0 else 2 | (len(spots) - 1) << 3)
        found += [(d << 1) ^ (d >> 31) for d in (spot[0] - at[0], spot[1] - at[1])]
        at = spot
    return [*found, 15] if kind == 3 else found


def _varint(n: int) -> bytes:
    found = b""
    while n > 127:
        found += bytes((n & 127 | 128,))
        n >>= 7
    return found + bytes((n,))


def _number(field: int, n: int) -> bytes:
    return _varint(field << 3) + _varint(n)


def _field(field: int, body: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(body)) + body


def _packed(numbers: Sequence[int]) -> bytes:
    return b"".join(map(_varint, numbers))
