"""PedPy's figures on the trajectories it is published with, from the peers' environment."""

import json
import os
import subprocess
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("PARVIS_ASSETS", ROOT.parent / "shared"))
DATA = SHARED / "data/trajectories/pedpy"
PEERS = Path(os.environ.get("PARVIS_PEERS", ROOT / ".venv-peers")) / "bin/python"

CORRIDOR = DATA / "traj_UNI_CORR_500_01.txt"
BOTTLENECK = DATA / "040_c_56_h-.txt"


def installed() -> bool:
    """True where the peers' environment has PedPy."""
    if not PEERS.exists():
        return False
    return (
        subprocess.run([PEERS, "-c", "import pedpy"], check=False, capture_output=True).returncode
        == 0
    )


def trajectories(path: Path, every: int = 1) -> np.ndarray:
    """Rows (id, frame, x, y) in the order of frames; every so manieth frame, numbered anew."""
    rows = np.loadtxt(path, usecols=(0, 1, 2, 3))
    rows = rows[rows[:, 1] % every == 0]
    rows[:, 1] = rows[:, 1] // every
    return rows[np.lexsort((rows[:, 0], rows[:, 1]))]


def by_frame(rows: np.ndarray):
    """(frame, ids, points) of each frame."""
    frames, starts = np.unique(rows[:, 1], return_index=True)
    for frame, part in zip(frames, np.split(rows, starts[1:]), strict=True):
        yield int(frame), part[:, 0].astype(np.int64), part[:, 2:4]


def answer(folder: Path, rows: np.ndarray, **asked) -> dict[str, np.ndarray]:
    """What PedPy says of these rows; see bench/peers_pedpy.py."""
    np.savez(
        folder / "request.npz",
        id=rows[:, 0].astype(int),
        frame=rows[:, 1].astype(int),
        x=rows[:, 2],
        y=rows[:, 3],
    )
    (folder / "request.json").write_text(json.dumps(asked), encoding="utf-8")
    script = ROOT / "bench" / "peers_pedpy.py"
    subprocess.run([PEERS, script, folder], check=True, capture_output=True, timeout=900)
    return dict(np.load(folder / "answer.npz"))
