"""Write the scenarios of crowds: tests/alerts/suite/crowd-FAMILY-NN.csv and truth.

Every family in every size, each seen by another camera; the same seed writes the same files.

    python tools/scenarios/crowd_suite.py tests/alerts/suite
"""

import sys
import zlib
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scenarios import crowds, flights, waves
from scenarios.seen import degraded

RATES = (2.5, 5.0, 2.5, 2.5)
NOISE_M = (0.0, 0.1, 0.2, 0.3, 0.05)
BREAKS_S = (0.0, 15.0, 0.0)
STARTS_S = (0.0, 300.0)


def main(folder: Path) -> None:
    """Write all."""
    nth = 0
    parts = (
        *(flights.POSITIVES, flights.NEGATIVES, crowds.POSITIVES, crowds.NEGATIVES),
        *(waves.POSITIVES, waves.NEGATIVES),
    )
    for part in parts:
        for family, (make, sizes) in part.items():
            for n in sizes:
                rng = np.random.default_rng([zlib.crc32(family.encode()), n])
                rate = RATES[nth % len(RATES)] if part is flights.POSITIVES else 2.5
                played = degraded(
                    make(rng, n, rate),
                    rng,
                    noise_m=NOISE_M[nth % len(NOISE_M)],
                    break_s=BREAKS_S[nth % len(BREAKS_S)],
                    start_s=STARTS_S[nth % len(STARTS_S)],
                )
                played.write(folder, f"crowd-{family}-{n:02}")
                nth += 1


if __name__ == "__main__":
    main(Path(sys.argv[1]))
