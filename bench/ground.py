"""Speed on the ground: a synthetic pinhole suite, and a published method on the same passages.

Usage: .venv/bin/python bench/ground.py [--draws 20]

The cameras and passages are those of tests/ground/pinhole.py, which shares no code with Parvis.
Each camera is calibrated from eight points, once exact, once picked to 1 px and 3 cm.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "ground"))

import pinhole  # noqa: E402

from parvis.ground.calibration import calibrate  # noqa: E402
from parvis.ground.pairs import PointPairs  # noqa: E402
from parvis.ground.speed import fit_velocities  # noqa: E402


def speeds(view, passage, noise_px, draws, chance):
    k = len(passage.ground)
    pixels = passage.camera.sees(passage.ground) + chance.normal(0, noise_px, (draws, k, 2))
    errors = np.broadcast_to(max(noise_px, 1.0) ** 2 * np.eye(2), (draws * k, 2, 2))
    there = view.locate(pixels.reshape(-1, 2), errors)
    return fit_velocities(
        np.broadcast_to(passage.times_s, (draws, k)),
        there.points.reshape(draws, k, 2),
        there.covariances.reshape(draws, k, 2, 2),
        (there.withheld == 0).reshape(draws, k),
    ).speeds


def scaled_zone_kmh(passage):
    """Frigate's published speed (0.16, util/velocity.py, described, not copied) along a passage.

    A zone of four corners with the lengths of its sides gives metres per pixel, interpolated
    between the sides; the pixel velocity is multiplied by that number, whatever its direction.
    The zone here is a rectangle of ground about the passage's middle, its sides exactly known.
    """
    middle = passage.ground.mean(axis=0)
    corners = middle + np.array([(-3, 4), (3, 4), (3, -4), (-3, -4)])
    a, b, c, d = passage.camera.sees(corners)
    if not np.isfinite([a, b, c, d]).all():
        return np.empty(0)
    ab, bc, cd, da = (
        6 / np.hypot(*(b - a)),
        8 / np.hypot(*(c - b)),
        6 / np.hypot(*(d - c)),
        8 / np.hypot(*(a - d)),
    )
    at = passage.camera.sees(passage.ground)
    moved = np.linalg.norm(np.diff(at, axis=0), axis=1) * pinhole.FPS
    across, down = (at[1:, 0] - a[0]) / (b[0] - a[0]), (at[1:, 1] - a[1]) / (d[1] - a[1])
    inside = (across > 0) & (across < 1) & (down > 0) & (down < 1)
    scale = (ab + (cd - ab) * down + da + (bc - da) * across) / 2
    return (moved * scale * 3.6)[inside]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=20, help="noisy views of each passage")
    draws = parser.parse_args().draws
    chance = np.random.default_rng(1)
    passages = list(pinhole.passages())
    views = {}
    for camera in dict.fromkeys(p.camera for p in passages):
        pixels, ground = pinhole.picks(camera)
        picked = (
            pixels + chance.normal(0, 1, pixels.shape),
            ground + chance.normal(0, 0.03, ground.shape),
        )
        views[camera] = {
            "exact": calibrate(PointPairs(pinhole.SIZE, pixels, ground)).map,
            "picked": calibrate(PointPairs(pinhole.SIZE, *picked)).map,
        }
    heights, pitches = pinhole.HEIGHTS_M, pinhole.PITCHES_DEG
    kmh = [p.speed_kmh for p in passages]
    print(
        f"{len(passages)} passages: cameras {min(heights):g}–{max(heights):g} m high, tilted "
        f"{min(pitches):g}–{max(pitches):g}°, {pinhole.FPS:g} frames a second, {min(kmh):g}–"
        f"{max(kmh):g} km/h along, across and askew, at most 0.1 m a pixel, ten frames or more; "
        f"{draws} draws of noise each."
    )
    print()
    print("| calibration | noise | median error | 95 % within | worst |")
    print("| --- | --- | --: | --: | --: |")
    bad = False
    for kind in ("exact", "picked"):
        for noise in (0.0, 1.0, 3.0):
            off = np.concatenate(
                [
                    np.abs(
                        speeds(views[p.camera][kind], p, noise, draws if noise else 1, chance)
                        / (p.speed_kmh / 3.6)
                        - 1
                    )
                    for p in passages
                ]
            )
            bad |= bool(off.max() > (0.08 if noise else 0.03))
            print(
                f"| {kind} | {noise:g} px | {100 * np.median(off):.2f} % "
                f"| {100 * np.quantile(off, 0.95):.2f} % | {100 * off.max():.2f} % |"
            )
    fifty = [scaled_zone_kmh(p) for p in passages if p.speed_kmh == 50.0]
    read = np.concatenate([one for one in fifty if len(one)])
    print()
    print(
        f"One scale a place, whatever the direction (Frigate's published method, a zone of 6 × 8 m "
        "with exactly known sides, no noise): a true 50 km/h reads "
        f"{read.min():.0f}–{read.max():.0f}."
    )
    if bad:
        sys.exit(1)


if __name__ == "__main__":
    main()
