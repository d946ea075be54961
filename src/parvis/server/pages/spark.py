"""A small line in a row of a table, drawn on the server as SVG coordinates."""

from collections.abc import Sequence
from dataclasses import dataclass

from parvis.server.i18n import Words
from parvis.server.pages.drawing import Box, Stretch, gap_stretches, path, runs


@dataclass(frozen=True, slots=True)
class Spark:
    """A row's last two hours, drawn small: 108 by 28 pixels."""

    lines: tuple[str, ...]
    gaps: tuple[Box, ...]
    last: tuple[float, float] | None
    about: str


def spark(counts: Sequence[Stretch], words: Words) -> Spark:
    """The last hours of a camera as one small line from 0."""
    width, height = 108.0, 28.0
    if not counts:
        return Spark((), (Box(0, width),), None, words._("no measure"))
    start_s, end_s = counts[0].start_s, counts[-1].end_s
    top = max(max((count.value or 0.0 for count in counts), default=0.0), 1.0)

    def at(count: Stretch) -> tuple[float, float]:
        x = ((count.start_s + count.end_s) / 2 - start_s) / (end_s - start_s) * width
        return x, height - 3 - (count.value or 0.0) / top * (height - 6)

    shown = [count for count in counts if count.value is not None]
    values = ", ".join(words.number(count.value) for count in counts)
    return Spark(
        tuple(path([at(count) for count in run]) for run in runs(counts) if len(run) > 1),
        tuple(
            Box(
                (a - start_s) / (end_s - start_s) * width,
                (b - a) / (end_s - start_s) * width,
            )
            for a, b in gap_stretches(counts)
        ),
        at(shown[-1]) if shown and shown[-1] is counts[-1] else None,
        values,
    )
