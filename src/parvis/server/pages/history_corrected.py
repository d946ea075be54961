"""Corrected counts on *Historique*: a second value with its version and date, beside the count."""

from collections.abc import Iterable
from dataclasses import dataclass

from parvis.server.corrected import Corrected
from parvis.server.i18n import Words
from parvis.server.pages.check_words import LIGHTS, factor
from parvis.site.shapes import Camera
from parvis.store.corrections import Correction


@dataclass(frozen=True, slots=True)
class Beside:
    """The corrected value of one stretch.

    Args:
        value: unrounded.
        named: « version 1 du 23 novembre 2026 »; several where directions or classes differ.
        versions, dates: the same for files: numbers and ISO 8601 instants, blanks between them.
    """

    value: float
    named: str
    versions: str
    dates: str


def beside(found: Corrected | None, words: Words) -> Beside | None:
    """The corrected value of a stretch, in words; None where there is none."""
    if found is None:
        return None
    said = sorted({(one.from_s, one.version) for one in found.by})
    return Beside(
        found.value,
        " + ".join(named(version, from_s, words) for from_s, version in said),
        " ".join(str(version) for _, version in said),
        " ".join(words.local(round(from_s)).isoformat() for from_s, _ in said),
    )


def named(version: int, from_s: float, words: Words) -> str:
    """« version 1 du 23 novembre 2026 »."""
    return words._("version {n} of {date}", n=version, date=words.date(from_s))


def told(
    rows: Iterable[Corrected | None], camera: Camera | None, words: Words
) -> tuple[tuple[str, str], ...]:
    """The corrections behind a line of the chart: each factor, and when it was in force."""
    used: dict[Correction, None] = {}
    for row in rows:
        used |= dict.fromkeys(row.by if row else ())
    return tuple(
        (
            factor(one, camera.lines.get(one.line) if camera else None, words),
            _since(one, words),
        )
        for one in sorted(used, key=lambda one: (one.from_s, one.direction, one.tapped))
    )


def _since(one: Correction, words: Words) -> str:
    light, start = words._(LIGHTS[one.light.value].text), words.moment(one.from_s)
    if one.to_s is None:
        return words._(
            "version {n} ({light}), since {start}", n=one.version, light=light, start=start
        )
    return words._(
        "version {n} ({light}), from {start} to {end}",
        n=one.version,
        light=light,
        start=start,
        end=words.moment(one.to_s),
    )


def total(values: Iterable[float | None], row: Iterable[Beside | None]) -> float | None:
    """The corrected sum of a whole span; None unless all that was counted is corrected."""
    pairs = [(value, one) for value, one in zip(values, row, strict=True) if value is not None]
    if not any(one for _, one in pairs) or any(value and one is None for value, one in pairs):
        return None
    return sum(one.value for _, one in pairs if one is not None)
