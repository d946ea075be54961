"""From an event before a camera to the operator's screen: p50 and p95 on this machine.

``parvis run`` on the staged PETS clip, so many cameras over RTSP on loopback, each with a zone that
people walk into; an operator's browser follows the live stream. Each alert is timed from its
frame's moment in the stream to its arrival over server-sent events.

Usage: .venv/bin/python bench/alerts.py [--cameras 8] [--seconds 120]
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.fleet.town import Running, running  # noqa: E402
from tests.rtsp import RtspServer, wait_until  # noqa: E402

from parvis.fleet import clip  # noqa: E402
from parvis.site import load  # noqa: E402

PETS = ROOT / "bench" / "sites" / "pets.yaml"
ASSETS = Path(os.environ.get("PARVIS_ASSETS", ROOT.parent / "shared"))
SCENE = ASSETS / "data/video/pets2009_s2l1_view001_vtest.avi"

HEAD = """\
site: {name: Alerts, timezone: Europe/Paris, language: fr}
policy: {profile: demonstration}
server: {port: 0}
rules:
  presence: {kind: intrusion, for_s: 0, release_s: 0.5, cooldown_s: 0, cap_per_hour: 1000}
cameras:
"""

CAMERA = """\
  c{n}:
    label: Campus {n}
    source: {source}
    space: private
    rate: 5
    classes: [person]
    zones:
      bande: {{polygon: [[0.48, 0.2], [0.52, 0.2], [0.52, 0.95], [0.48, 0.95]], use: forbidden}}
    ground: {ground}
"""


def written(folder: Path, source: str, cameras: int) -> Path:
    """A site.yaml with so many cameras on one stream."""
    ground = load(PETS).site.cameras["pets"].ground
    if ground is None:
        raise ValueError("the site of the bench has lost its ground")
    told = json.dumps(ground.model_dump(mode="json", by_alias=True, exclude_none=True))
    path = folder / "site.yaml"
    rows = (CAMERA.format(n=n, source=source, ground=told) for n in range(cameras))
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    return path


def delays_s(town: Running, seconds: float) -> tuple[list[float], list[float]]:
    """Seconds from the frame's moment to the reader, of alerts raised, and of all news of them."""
    raised: dict[str, float] = {}
    all_news: list[float] = []
    with town.administrator() as browser, browser.stream("GET", "/api/v1/live") as answer:
        until_s, name = time.monotonic() + seconds, ""
        for line in answer.iter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: ") and name == "alerts":
                now_s = time.time()
                for alert in json.loads(line.removeprefix("data: "))["alerts"]:
                    _note(alert, now_s, raised, all_news)
            if time.monotonic() > until_s:
                break
    return list(raised.values()), all_news


def _note(
    alert: dict[str, Any], now_s: float, raised: dict[str, float], all_news: list[float]
) -> None:
    if alert["kind"] != "intrusion":
        return
    all_news.append(now_s - alert["changed_s"])
    if alert["over_s"] is None and alert["changed_s"] == alert["raised_s"]:
        raised.setdefault(alert["id"], now_s - alert["raised_s"])


def told(what: str, delays: list[float]) -> str:
    """One line of the result."""
    if len(delays) < 2:
        return f"{what}: {len(delays)}"
    cuts = statistics.quantiles(delays, n=100, method="inclusive")
    p50_s, p95_s = cuts[49], cuts[94]
    return f"{what}: {len(delays)}, p50 {p50_s:.2f} s, p95 {p95_s:.2f} s, max {max(delays):.2f} s"


def main() -> None:
    """Run it and print the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cameras", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=120.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "clips").mkdir()
        clip.transcode(SCENE, folder / "clips/pets.mp4", 0.0)
        server = RtspServer(folder / "clips").start()
        try:
            site = written(folder, server.url("pets.mp4"), asked.cameras)
            with running(site) as town:
                wait_until(lambda: bool(town.metrics()), 60, "the hub serves")
                names = [f"c{n}" for n in range(asked.cameras)]
                wait_until(lambda: min(map(town.analysed, names)) >= 20, 240, "cameras analysed")
                raised, news = delays_s(town, asked.seconds)
                rates = _rates(town, asked.cameras)
                town.stop()
                stored = _stored_s(town)
        finally:
            server.stop()
    print(f"{asked.cameras} cameras, {rates:.1f} frames a second each analysed on average")
    print(f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(told("alerts raised, frame to store", stored))
    print(told("alerts raised, frame to reader", raised))
    print(told("all news of alerts", news))


def _stored_s(town: Running) -> list[float]:
    """Seconds from the frame's moment to the store."""
    rows = town.rows(
        "SELECT at_s - raised_s FROM audit JOIN alert ON alert.id = audit.target"
        " WHERE action = 'alert.raise' AND kind = 'intrusion'"
    )
    return [row[0] for row in rows]


def _rates(town: Running, cameras: int) -> float:
    before_s, before = time.monotonic(), sum(town.analysed(f"c{n}") for n in range(cameras))
    time.sleep(10)
    frames = sum(town.analysed(f"c{n}") for n in range(cameras)) - before
    return frames / (time.monotonic() - before_s) / cameras


if __name__ == "__main__":
    try:
        main()
    except httpx.HTTPError as error:
        raise SystemExit(f"the hub did not answer: {error}") from error
