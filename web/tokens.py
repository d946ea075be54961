#!/usr/bin/env python3
"""The design tokens: one table of colours, checked before it becomes a style sheet.

    python web/tokens.py            check, then write src/parvis/server/static/tokens.css
    python web/tokens.py --check    check, and fail when the written style sheet is not this one

Three things are checked, in light and in dark. Contrast by WCAG 2.2: text 4.5, shapes and controls
3. Distance (CIEDE2000) between colours that must be told apart, in normal sight and in full
deuteranopia, protanopia and tritanopia as Machado, Oliveira and Fernandes (2009) simulate them.
And the lightness of the level fills, which must rise or fall from Busy to Critical so that a
photocopy ranks them as well.
"""

import math
import sys
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path

SHEET = Path(__file__).resolve().parent.parent / "src/parvis/server/static/tokens.css"

# name: (light, dark). Neutrals carry no hue that could be read as a state; blue is link or data.
COLOURS: dict[str, tuple[str, str]] = {
    "bg": ("#EEF0F2", "#14191E"),
    "surface": ("#FFFFFF", "#1D242B"),
    "sunken": ("#E3E7EA", "#0F1418"),
    "ink": ("#17212B", "#E9EDF1"),
    "ink-2": ("#485460", "#A9B4BF"),
    "line": ("#C8CFD6", "#35414C"),
    "edge": ("#6F7B87", "#7C8995"),
    "accent": ("#1B5FAA", "#8CBBF5"),
    "accent-hover": ("#124579", "#B4D3FA"),
    "on-accent": ("#FFFFFF", "#0C1B2B"),
    "accent-tint": ("#E4EEF9", "#22364C"),
    "focus": ("#1B5FAA", "#8CBBF5"),
    "focus-halo": ("#FFFFFF", "#0F1418"),
    "calm-fill": ("#FFFFFF", "#1D242B"),
    "calm-edge": ("#68747F", "#8C98A4"),
    "calm-tint": ("#FFFFFF", "#1D242B"),
    "busy-fill": ("#F6CF4A", "#80620F"),
    "busy-edge": ("#7A5800", "#F0CB62"),
    "busy-tint": ("#FFF8DF", "#2E2917"),
    "dense-fill": ("#E2631A", "#F9843F"),
    "dense-edge": ("#8A3300", "#FFC2A0"),
    "dense-tint": ("#FFEDE1", "#3A261B"),
    "crit-fill": ("#7D0F4E", "#FFB3DA"),
    "crit-edge": ("#4D0530", "#FFFFFF"),
    "crit-tint": ("#FBE6F0", "#4A1835"),
    "on-crit": ("#FFFFFF", "#3B0624"),
    "data": ("#1B5FAA", "#8CBBF5"),
    "data-band": ("#BBD3EC", "#2F4A68"),
    "data-2": ("#69757F", "#97A3AF"),
    "usual-band": ("#DEE3E8", "#2B343D"),
    "grid": ("#E3E7EA", "#2B343D"),
    "hatch": ("#8A95A0", "#6C7883"),
    "people": ("#174F8F", "#8CBBF5"),
    "bike": ("#0A8060", "#2BA583"),
    "vehicle": ("#23282E", "#F4F6F8"),
    "other": ("#69757F", "#97A3AF"),
    "map-land": ("#F1F3F4", "#1A2026"),
    "map-water": ("#CFD8DF", "#0F1A24"),
    "map-green": ("#E3E9E3", "#1B241F"),
    "map-building": ("#DFE3E6", "#252D35"),
    "map-road": ("#FFFFFF", "#333E48"),
    "map-label": ("#3D4853", "#B9C3CC"),
    "map-flow": ("#17212B", "#E9EDF1"),
    "seq-1": ("#DDEBF3", "#1F3344"),
    "seq-2": ("#A3C8DE", "#27597F"),
    "seq-3": ("#5C9DC4", "#3F86B5"),
    "seq-4": ("#2A6FA3", "#7DB8DC"),
    "seq-5": ("#0B3C6B", "#D5ECFA"),
    "on-seq-3": ("#0D1620", "#0D1620"),
    "on-seq-4": ("#FFFFFF", "#0D1620"),
    "on-seq-5": ("#FFFFFF", "#0D1620"),
    "div-n2": ("#54278F", "#C4B5F0"),
    "div-n1": ("#A89CCB", "#7C6BB0"),
    "div-0": ("#EDEDED", "#3A434C"),
    "div-p1": ("#E8A85B", "#B5732B"),
    "div-p2": ("#A34C00", "#FFB866"),
}
MODES = ("light", "dark")
LEVELS = ("calm", "busy", "dense", "crit")
GROUNDS = ("bg", "surface", "sunken")
RAMP = tuple(f"seq-{step}" for step in range(1, 6))
DIFFERENCES = ("div-n2", "div-n1", "div-0", "div-p1", "div-p2")

Matrix = tuple[tuple[float, float, float], ...]
SIGHTS: dict[str, Matrix] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
Linear = tuple[float, float, float]


def linear(colour: str) -> Linear:
    """Linear-light red, green, blue in [0, 1] of ``#RRGGBB``."""

    def channel(at: int) -> float:
        value = int(colour[at : at + 2], 16) / 255
        return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)

    return channel(1), channel(3), channel(5)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two colours, 1 to 21."""
    low, high = sorted(
        0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (linear(one), linear(other))
    )
    return (high + 0.05) / (low + 0.05)


def seen(colour: str, sight: str) -> Linear:
    """The colour as that sight sees it, linear light."""
    light = linear(colour)
    r, g, b = (
        min(1.0, max(0.0, sum(k * c for k, c in zip(row, light, strict=True))))
        for row in SIGHTS[sight]
    )
    return r, g, b


def lab(light: Linear) -> tuple[float, float, float]:
    """CIELAB (D65) of a linear-light colour."""
    r, g, b = light

    def root(t: float) -> float:
        return t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116

    x = root((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047)
    y = root(0.2126729 * r + 0.7151522 * g + 0.0721750 * b)
    z = root((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def delta_e(one: Linear, other: Linear) -> float:
    """CIEDE2000 difference of two linear-light colours (Sharma, Wu and Dalal 2005)."""
    (l1, a1, b1), (l2, a2, b2) = lab(one), lab(other)
    c7 = ((math.hypot(a1, b1) + math.hypot(a2, b2)) / 2) ** 7
    stretch = 1.5 - 0.5 * math.sqrt(c7 / (c7 + 25**7))
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2 = math.hypot(a1, b1), math.hypot(a2, b2)
    h1, h2 = (math.degrees(math.atan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    hue = h1 + turn / 2 if c1 * c2 else h1 + h2
    d_hue = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2))
    chroma, lightness = (c1 + c2) / 2, (l1 + l2) / 2

    def cosine(times: int, shift: float) -> float:
        return math.cos(math.radians(times * hue + shift))

    weight = 1 - 0.17 * cosine(1, -30) + 0.24 * cosine(2, 0) + 0.32 * cosine(3, 6)
    weight -= 0.20 * cosine(4, -63)
    s_l = 1 + 0.015 * (lightness - 50) ** 2 / math.sqrt(20 + (lightness - 50) ** 2)
    s_c, s_h = 1 + 0.045 * chroma, 1 + 0.015 * chroma * weight
    twist = math.radians(60 * math.exp(-(((hue % 360 - 275) / 25) ** 2)))
    r_t = -2 * math.sqrt(chroma**7 / (chroma**7 + 25**7)) * math.sin(twist)
    d_l, d_c, d_h = (l2 - l1) / s_l, (c2 - c1) / s_c, d_hue / s_h
    return math.sqrt(d_l**2 + d_c**2 + d_h**2 + r_t * d_c * d_h)


def contrast_needs() -> Iterator[tuple[str, str, float]]:
    """Every pair (in front, behind, least contrast) that the screens use."""
    for ground in GROUNDS:
        yield from ((text, ground, 4.5) for text in ("ink", "ink-2", "accent"))
        yield from ((shape, ground, 3.0) for shape in ("edge", "focus"))
    for level in LEVELS:
        yield from ((text, f"{level}-tint", 4.5) for text in ("ink", "ink-2", "accent"))
        places = (f"{level}-tint", *GROUNDS, "map-land", "map-road")
        yield from ((f"{level}-edge", place, 3.0) for place in places)
    yield from (("on-accent", button, 4.5) for button in ("accent", "accent-hover"))
    yield from ((text, "accent-tint", 4.5) for text in ("ink", "ink-2", "accent"))
    yield "on-crit", "crit-fill", 4.5
    for drawn in ("data", "data-2", "people", "bike", "vehicle", "other"):
        yield from ((drawn, behind, 3.0) for behind in ("surface", "bg", "usual-band"))
    yield from ((label, "surface", 4.5) for label in ("people", "bike", "vehicle", "other"))
    for drawn in ("people", "bike", "vehicle", "map-flow"):
        yield from ((drawn, behind, 3.0) for behind in ("map-land", "map-building"))
    yield "data", "data-band", 3.0
    yield from (("map-label", behind, 4.5) for behind in ("map-land", "map-green", "map-building"))
    yield "map-flow", "map-road", 3.0
    yield from (("ink", step, 4.5) for step in ("seq-1", "seq-2"))
    yield from ((f"on-{step}", step, 4.5) for step in ("seq-3", "seq-4", "seq-5"))


def distance_needs() -> Iterator[tuple[str, str, float]]:
    """Every pair that must be told apart in any sight, with the least CIEDE2000 difference."""
    yield from ((a, b, 15.0) for a, b in combinations([f"{level}-fill" for level in LEVELS], 2))
    yield from ((a, b, 10.0) for a, b in combinations(("people", "bike", "vehicle"), 2))
    yield from ((a, b, 8.0) for a, b in pairwise(RAMP))
    yield from ((a, b, 8.0) for a, b in combinations(DIFFERENCES, 2))


def failures() -> list[str]:
    """Sentences about every check that fails; empty when all hold."""
    found = []
    for at, mode in enumerate(MODES):
        colour = {name: pair[at] for name, pair in COLOURS.items()}
        for front, behind, least in contrast_needs():
            ratio = contrast(colour[front], colour[behind])
            if ratio < least:
                found.append(f"{mode}: {front} on {behind} has contrast {ratio:.2f}, not {least}")
        for sight in SIGHTS:
            for one, other, least in distance_needs():
                apart = delta_e(seen(colour[one], sight), seen(colour[other], sight))
                if apart < least:
                    found.append(
                        f"{mode}, {sight}: {one} and {other} are {apart:.1f} apart, not {least}"
                    )
            lightness = [lab(seen(colour[f"{level}-fill"], sight))[0] for level in LEVELS[1:]]
            if lightness != sorted(lightness, reverse=mode == "light"):
                found.append(f"{mode}, {sight}: the lightness of the levels is not monotone")
    return found


def sheet() -> str:
    """The style sheet: light by default, dark by the system's wish or by the person's choice."""
    light, dark = (
        "".join(f"\n  --{name}: {pair[at]};" for name, pair in COLOURS.items())
        for at in range(len(MODES))
    )
    return (
        "/* Written by web/tokens.py: change it there. */\n"
        f":root {{\n  color-scheme: light dark;{light}\n}}\n"
        "@media (prefers-color-scheme: dark) {\n:root:not([data-theme='light']) {"
        f"{dark}\n}}\n}}\n"
        ":root[data-theme='light'] {\n  color-scheme: light;\n}\n"
        f":root[data-theme='dark'] {{\n  color-scheme: dark;{dark}\n}}\n"
    )


def main(arguments: list[str]) -> int:
    """Check, then write the sheet or compare it with the written one; 1 when something fails."""
    say = sys.stdout.write
    found = failures()
    for sentence in found:
        say(f"{sentence}\n")
    if found:
        return 1
    say(f"{2 * len(list(contrast_needs()))} contrasts and the distances in four sights hold\n")
    if "--check" in arguments:
        if SHEET.read_text(encoding="utf-8") != sheet():
            say(f"{SHEET.name} is not what the table says: run python web/tokens.py\n")
            return 1
        return 0
    SHEET.parent.mkdir(parents=True, exist_ok=True)
    SHEET.write_text(sheet(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
