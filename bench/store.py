"""How fast the store is: rows written, and queries on one and on 200 series.

    python bench/store.py [--rows 1000000] [--url postgresql://…]

Ten cameras of twenty series each, minute after minute, as the recorder writes them; then what the
screens ask. Medians of several queries on an open store.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from parvis.store import Kept, Store, sqlite_url
from parvis.store.spool import Spool
from parvis.store.wire import decode, encode, key_of
from parvis.values.civil import Bin
from parvis.values.measure import Measure, Spread
from parvis.values.minute import ClosedMinute
from parvis.values.series import Series, SeriesKind

CAMERAS, SERIES = 10, 20
START = 1_780_264_800.0
LABELS = ("person", "bicycle", "car", "bus", "truck", "motorcycle", "vehicle")


def series_of(camera: int) -> list[Series]:
    name = f"camera{camera}"
    lines = [
        Series(name, SeriesKind.CROSSINGS, "pont", label, direction)
        for label in LABELS
        for direction in (0, 1)
    ]
    kinds = (SeriesKind.OCCUPANCY, SeriesKind.OCCUPANCY_MAX, SeriesKind.DWELL)
    zones = [Series(name, kind, f"zone{zone}", "person") for zone in (0, 1) for kind in kinds]
    return [*lines, *zones]


def minute(camera: int, start_s: float, values: list[float]) -> ClosedMinute:
    measures = tuple(
        Measure(one, start_s, start_s + 60, value, Spread(0.1, 0.2, value), 60.0, 60.0)
        for one, value in zip(series_of(camera), values, strict=True)
    )
    return ClosedMinute(f"camera{camera}", "01BENCH", start_s, 60.0, measures)


def median_ms(ask: Callable[[], object], times: int = 7) -> float:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        took.append(time.perf_counter() - began)
    return statistics.median(took) * 1000


def report(what: str, figure: str) -> None:
    print(f"{what:<58}{figure:>20}", flush=True)


def write(store: Store, minutes: int) -> None:
    dice = np.random.default_rng(7)
    took = 0.0
    for first in range(0, minutes, 60):  # an hour of all cameras a transaction
        batch = []
        for number in range(first, min(first + 60, minutes)):
            drawn = dice.poisson(2.0, (CAMERAS, SERIES)).astype(float).tolist()
            batch += [minute(i, START + number * 60, drawn[i]) for i in range(CAMERAS)]
        began = time.perf_counter()
        store.record(batch)
        took += time.perf_counter() - began
    report("recorded in batches of an hour", f"{minutes * CAMERAS * SERIES / took:,.0f} rows/s")


def live(store: Store, minutes: int) -> None:
    values = [2.0] * SERIES
    times = [START + (minutes + 60 + i) * 60 for i in range(30)]
    took = []
    for start_s in times:
        batch = [minute(i, start_s, values) for i in range(CAMERAS)]
        began = time.perf_counter()
        store.record(batch)
        took.append((time.perf_counter() - began) * 1000)
    report(f"one minute of {CAMERAS} cameras, on disk", f"{statistics.median(took):.1f} ms")
    report("  the worst of 30", f"{max(took):.1f} ms")
    again = [minute(i, times[0], values) for i in range(CAMERAS)]
    report("  the same minute again", f"{median_ms(lambda: store.record(again)):.1f} ms")


def ask(store: Store, minutes: int) -> None:
    every = store.series()
    one = every[:1]
    end_s = START + minutes * 60
    day_s, week_s = end_s - 86400, max(START, end_s - 7 * 86400)
    for what, series, from_s, length in (
        ("1 series, a day by 15 minutes", one, day_s, Bin.QUARTER),
        ("1 series, the last 7 days by 15 minutes", one, week_s, Bin.QUARTER),
        ("1 series, the last 7 days by hour", one, week_s, Bin.HOUR),
        ("1 series, the last 7 days by day", one, week_s, Bin.DAY),
        (f"{len(every)} series, the last quarter", every, end_s - 900, Bin.QUARTER),
        (f"{len(every)} series, a day by 15 minutes", every, day_s, Bin.QUARTER),
        (f"{len(every)} series, the last 7 days by hour", every, week_s, Bin.HOUR),
        (f"{len(every)} series, the last 7 days by day", every, week_s, Bin.DAY),
    ):
        table = median_ms(
            lambda s=series, f=from_s, n=length: store.measures_table(s, f, end_s, n)  # type: ignore[misc]
        )
        report(what, f"{table:.1f} ms")


def spool(folder: Path) -> None:
    written = [minute(0, START + i * 60, [2.0] * SERIES) for i in range(200)]
    with Spool(folder / "bench.spool") as queue:
        began = time.perf_counter()
        for one in written:
            queue.append(one)
        report("spooled, each minute on disk", f"{(time.perf_counter() - began) * 5:.2f} ms")
        queue.acknowledge([key_of(one) for one in written])
    line = encode(written[0])
    report(f"a minute of {SERIES} series on the wire", f"{len(line):,} bytes")
    report("  encoded and decoded", f"{median_ms(lambda: decode(encode(written[0])), 200):.3f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--url")
    arguments = parser.parse_args()
    minutes = arguments.rows // (CAMERAS * SERIES)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "bench.db"
        with Store(arguments.url or sqlite_url(path), ZoneInfo("Europe/Paris")) as store:
            report("rows", f"{minutes * CAMERAS * SERIES:,}")
            write(store, minutes)
            live(store, minutes)
            ask(store, minutes)
            if path.exists():
                report("database", f"{path.stat().st_size / 1e6:.0f} MB")
            began = time.perf_counter()
            gone = store.purge(Kept.MINUTES, START + minutes * 30)
            report(f"purge of {gone.count:,} rows", f"{time.perf_counter() - began:.2f} s")
        spool(Path(place))


if __name__ == "__main__":
    main()
