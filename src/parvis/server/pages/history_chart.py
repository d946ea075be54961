"""What the chart of *Historique* is drawn from."""

from collections.abc import Sequence
from typing import Any

from parvis.server.pages.history_drawn import Drawn
from parvis.values.civil import Bin


def data(length: Bin, lines: Sequence[Drawn]) -> dict[str, Any]:
    """What the chart's script reads: null where there is no value."""

    def rounded(value: float | None) -> float | None:
        return None if value is None else round(value, 2)

    times = [count.start_s for count in lines[0].counts] if lines else []
    return {
        "bin": length.value,
        "times": times,
        "end": lines[0].counts[-1].end_s if lines and lines[0].counts else None,
        "lines": [
            {
                "label": line.label,
                "value": [rounded(c.value) for c in line.counts],
                "low": [rounded(c.low) for c in line.counts],
                "high": [rounded(c.high) for c in line.counts],
                "mark": [c.mark for c in line.counts],
                "corrected": [
                    None if one is None else rounded(one.value) for one in line.corrected
                ],
                "correction": [one.named if one else None for one in line.corrected],
                "before": [rounded(c.value) for c in line.before][: len(times)],
            }
            for line in lines
        ],
    }
