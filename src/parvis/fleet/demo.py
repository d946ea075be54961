"""``parvis demo``: the product at work on a recorded clip, over a real RTSP stream on loopback."""

import asyncio
import os
import secrets
import shutil
import socket
import threading
import time
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from parvis.fleet import clip
from parvis.fleet.analysis import analyze_videos
from parvis.fleet.layout import DataFolder
from parvis.fleet.lease import Lease
from parvis.fleet.observing import classes_of
from parvis.fleet.progress import model_progress
from parvis.fleet.replay_server import HOST, ReplayServer, free_port
from parvis.fleet.replayed_past import repeated
from parvis.fleet.supervisor import Supervisor
from parvis.policy.terms import Role
from parvis.server.passwords import Passwords
from parvis.site import load
from parvis.store import Store
from parvis.store.spool import Spool
from parvis.values.civil import Bin, bins
from parvis.values.frame import FrameSize
from parvis.video.probe import probe
from parvis.video.sources import FileSource
from parvis.vision import detect
from parvis.vision.models import fetch
from parvis.vision.models.places import usual

CAMERA = "parvis"
CLIP = "pets2009-joined.mp4"
"""Named anew whenever it is made otherwise: a folder keeps the clip that it has."""
PLAN = Path(__file__).parent / "plans" / "campus.png"
"""A schematic plan of the place, drawn for Parvis beside its SVG."""
PAST_HOURS = 4
JOIN_S = 0.5
"""How long grey pictures stand between two rounds of the clip, seconds.

The place stays as it is: nothing else would tell the scene's watch that the people on it are others
now. At the camera's rate two analysed frames see them; more would leave more of the time unseen.
"""
_ACCOUNT = "demo"

_SITE = """\
# The demonstration site, written by `parvis demo`. Change it as you like, or delete the folder to
# begin anew.
site: {{name: Ville de démonstration, timezone: Europe/Paris, language: fr}}
policy: {{profile: demonstration}}   # recorded clips only: every screen says so
server: {{port: {port}}}
cameras:
  {camera}:
    label: Place du campus (clip rejoué)
    source: {source}
    space: private
    model: auto
    rate: 5
    classes: [person]
    credit: {credit}
    lines:
      allee:                          # people walk across it, left and right
        label: Allée
        points: [[0.5208, 0.2083], [0.5208, 0.9983]]
        directions: [vers la route, vers le bâtiment]
      traverse:
        label: Traverse
        points: [[0.3906, 0.3472], [0.9896, 0.5729]]
        directions: [vers la pelouse, vers le parking]
    zones:
      croisement:
        label: Croisement
        polygon: [[0.30, 0.42], [0.62, 0.38], [0.80, 0.62], [0.45, 0.80]]
        use: walkway
      pelouse:
        label: Pelouse
        polygon: [[0.02, 0.62], [0.30, 0.62], [0.30, 0.95], [0.02, 0.95]]
        use: forbidden                # two people of the clip walk on it
    ground:
      points:                         # of the scene's published calibration, rounded
        - {{image: [0.0781, 0.5729], ground: [-14.36, -2.72]}}
        - {{image: [0.2344, 0.9028], ground: [-19.05, -9.97]}}
        - {{image: [0.5208, 0.9722], ground: [-18.52, -12.93]}}
        - {{image: [0.7292, 0.5208], ground: [-8.54, -10.52]}}
        - {{image: [0.9375, 0.9028], ground: [-15.83, -15.92]}}
        - {{image: [0.4297, 0.3819], ground: [-4.89, -2.57]}}
        - {{image: [0.9635, 0.4514], ground: [-4.34, -12.86]}}
        - {{image: [0.1562, 0.434], ground: [-9.39, 0.49]}}
places:
  croisement:
    label: Croisement du campus
    capacity: 40
    at: [-9.5, -7.5]
    polygon: [[-7.69, -1.56], [-3.34, -5.94], [-11.05, -12.63], [-16.55, -10.85]]
    zones: [{camera}.croisement]
    lines: [{camera}.allee, {camera}.traverse]
    ladder: {{density: [0.03, 0.06, 0.12], source: seuils de démonstration}}
rules:                                # what raises an alert that a person judges
  pelouse:
    label: Passage sur la pelouse
    kind: intrusion
    on: [{camera}.pelouse]
    todo: {{watch: "Regarder qui traverse ; un jardinier n’est pas une alerte."}}
  croisement:
    label: Monde au croisement
    kind: threshold
    indicator: people
    on: [{camera}.croisement]
    levels: {{watch: 4, warn: 6}}
    for_s: 3
    release_s: 5
    todo: {{watch: "Chercher la cause.", warn: "Limiter les arrivées."}}
  mouvement: {{label: Mouvement de foule, kind: crowd_movement}}
  attroupement: {{label: Attroupement, kind: gathering}}
  camera: {{label: Caméra en panne, kind: camera_health}}
map:
  plan: {{image: {plan}, metres_per_pixel: 0.05, origin: [-34.0, -24.0]}}
  attribution: Plan schématique dessiné pour Parvis
"""


def run_demo(folder: Path, console: Console) -> None:
    """Set the demonstration up in ``folder``, print the address and run until Ctrl+C.

    Raises:
        ClipUnavailableError, ReplayServerError, model failures: what cannot be had, and why.
        LeaseHeldError: the demonstration of this folder is running already; it goes on untouched.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # Taken before anything is written: a second start must not send the first one's camera to an
    # RTSP server that is gone a second later.
    with Lease(folder / "demo.lock"):
        _run(folder, console)


def _run(folder: Path, console: Console) -> None:
    video = folder / "clips" / CLIP
    original = clip.find(usual(), console.print)
    if not video.exists():
        console.print("Preparing the clip (some seconds)…")
        clip.transcode(original, video, JOIN_S)
    with model_progress(console) as progress:
        local = fetch.resolve("auto", progress=progress)
    console.print(f"Detector: {local.definition.name}", highlight=False)
    server = ReplayServer(video.parent, folder / "rtsp-server.log", free_port())
    try:
        site = _write_site(folder, server.url(CLIP))
        password = _account(folder, site)
        console.print(f"Sign in as [bold]{_ACCOUNT}[/] with the password [bold]{password}[/]")
        past = threading.Thread(target=_fill_the_past, args=(site, original, local), daemon=True)
        past.start()
        Supervisor(site).run()
    finally:
        server.stop()


def _write_site(folder: Path, source: str) -> Path:
    site = folder / "site.yaml"
    if site.exists():
        # The RTSP port is another at every start, and the page's port may be taken by now;
        # everything else is the person's own.
        text = site.read_text(encoding="utf-8")
        known = load(site).site
        if CAMERA in known.cameras:
            text = text.replace(known.cameras[CAMERA].source, source)
            if not _is_free(known.server.port):
                text = text.replace(f"port: {known.server.port}", f"port: {free_port()}", 1)
            site.write_text(text, encoding="utf-8")
            return site
    port = 8080 if _is_free(8080) else free_port()
    shutil.copyfile(PLAN, folder / PLAN.name)
    site.write_text(
        _SITE.format(port=port, camera=CAMERA, source=source, credit=clip.CREDIT, plan=PLAN.name),
        encoding="utf-8",
    )
    return site


def _is_free(port: int) -> bool:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except OSError:
            return False
        return True


def _account(folder: Path, site: Path) -> str:
    """The password of the demonstration's account, made at the first start."""
    kept = folder / "password"
    if kept.exists():
        return kept.read_text(encoding="utf-8").strip()
    password = "-".join(secrets.token_hex(3) for _ in range(3))
    hashed = asyncio.run(Passwords().hashed(password))
    with _store_of(site) as store:
        store.accounts.create(_ACCOUNT, hashed, Role.ADMINISTRATOR.value, time.time())
    descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(password)
    return password


def _store_of(site: Path) -> Store:
    loaded = load(site)
    data = DataFolder(loaded.data_folder)
    data.root.mkdir(parents=True, exist_ok=True)
    zone = ZoneInfo(loaded.site.site.timezone)
    return Store(loaded.database(os.environ) or data.database_url, zone)


def _fill_the_past(site: Path, video: Path, local: fetch.LocalModel) -> None:
    """Give the last hours what the same clip holds, analysed once and repeated, as a replay.

    The minutes go through a spool to the one recorder, as a worker's do.
    """
    camera = load(site).site.cameras[CAMERA]
    began_s = time.time() // 60 * 60
    start_s = _uncovered_from(site, began_s)
    if start_s >= began_s:
        return
    found = analyze_videos(
        CAMERA, camera, (video,), detect.start(local), start_s=0.0, tell=lambda done_s: None
    )
    size = probe(FileSource((video,))).size or FrameSize(768, 576)
    run = f"replay-{int(began_s):x}"
    minutes = repeated(
        CAMERA,
        camera,
        found.tracks,
        size,
        run,
        classes=classes_of(camera, local.definition),
        start_s=start_s,
        end_s=began_s,
        join_s=JOIN_S,
    )
    with Spool(DataFolder(load(site).data_folder).spool(run)) as spool:
        spool.extend(minutes)


def _uncovered_from(site: Path, now_s: float) -> float:
    """The first moment of the past hours from which on nothing is known."""
    start_s = now_s - PAST_HOURS * 3600
    with _store_of(site) as store:
        zone = store.zone
        for stretch in store.coverage(CAMERA, start_s, now_s, Bin.QUARTER):
            if stretch.coverage_s > 0:
                start_s = max(start_s, stretch.end_s)
    edges = [begin for begin, _ in bins(start_s, now_s, Bin.MINUTE, zone) if begin >= start_s]
    return edges[0] if edges else now_s
