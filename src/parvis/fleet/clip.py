"""The demonstration clip: found, fetched, verified, and made ready for an RTSP server.

A staged research scene: PETS 2009, S2.L1, View 001, University of Reading. It is no surveillance
footage: its people are volunteers.
"""

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import httpx
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from parvis.vision.models.places import Places

CREDIT: Final = (
    "PETS 2009, S2.L1, View 001 (University of Reading), scène jouée par des volontaires"
)
SIZE_BYTES: Final = 8_131_690
SHA256: Final = "45cddc9490be69345cbdab64ca583be65987e864ca408038e648db99e10516cf"
_ASSET = Path("data/video/pets2009_s2l1_view001_vtest.avi")
_IN_PACKAGE = "./usr/share/doc/opencv-doc/examples/data/vtest.avi"
_OFFICIAL = "https://raw.githubusercontent.com/opencv/opencv/4.x/samples/data/vtest.avi"

Tell = Callable[[str], None]


class ClipUnavailableError(Exception):
    """The clip could not be had; the message lists what was tried and what to do."""


def find(places: Places, tell: Tell) -> Path:
    """The original clip: from an assets folder, the cache, Debian's package, its official address.

    Args:
        places: folders to look in; what is fetched is kept in the cache.
        tell: called with a line for the person who waits.

    Raises:
        ClipUnavailableError: it is nowhere to be had.
    """
    for asset in (root / _ASSET for root in places.assets):
        if asset.is_file() and _is_genuine(asset):
            return asset
    kept = places.cache / "clips" / "vtest.avi"
    if kept.is_file() and _is_genuine(kept):
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    failures = []
    for name, size, fetch in _ways():
        tell(f"Fetching the demonstration clip from {name} ({size}, once)…")
        with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
            candidate = Path(folder) / "vtest.avi"
            try:
                fetch(candidate)
            except (OSError, subprocess.SubprocessError, httpx.HTTPError) as error:
                failures.append(f"{name}: {str(error) or type(error).__name__}")
                continue
            if not _is_genuine(candidate):
                failures.append(f"{name}: not the file that was expected (its hash differs)")
                continue
            candidate.replace(kept)
            return kept
    raise ClipUnavailableError(
        "the demonstration clip cannot be had: "
        + "; ".join(failures)
        + f". Put vtest.avi of OpenCV's samples into {kept.parent} and try again."
    )


def _ways() -> tuple[tuple[str, str, Callable[[Path], None]], ...]:
    """Where the clip is to be had, how much is fetched, and how."""
    return (
        ("Debian's package opencv-doc", "about 96 MB", _from_debian),
        (_OFFICIAL, "8 MB", _from_address),
    )


def _is_genuine(path: Path) -> bool:
    if path.stat().st_size != SIZE_BYTES:
        return False
    return hashlib.sha256(path.read_bytes()).hexdigest() == SHA256


def _from_debian(target: Path) -> None:
    for program in ("apt-get", "dpkg-deb", "tar"):
        if shutil.which(program) is None:
            raise FileNotFoundError(f"{program} is not on this machine")
    folder = target.parent
    download = ["apt-get", "download", "-qq", "opencv-doc"]
    outcome = subprocess.run(download, cwd=folder, capture_output=True, check=False, timeout=900)
    if outcome.returncode != 0:
        # A fresh machine has no package lists yet; only root may fetch them.
        subprocess.run(["apt-get", "update", "-qq"], capture_output=True, check=False, timeout=300)
        outcome = subprocess.run(
            download, cwd=folder, capture_output=True, check=False, timeout=900
        )
    if outcome.returncode != 0:
        raise OSError("apt-get download opencv-doc failed; run apt-get update as root once")
    archive = next(folder.glob("opencv-doc_*.deb"))
    with (
        subprocess.Popen(
            ["dpkg-deb", "--fsys-tarfile", archive.name], cwd=folder, stdout=subprocess.PIPE
        ) as unpack,
        target.open("wb") as out,
    ):
        subprocess.run(["tar", "-xO", _IN_PACKAGE], stdin=unpack.stdout, stdout=out, check=True)


def _from_address(target: Path) -> None:
    with httpx.stream("GET", _OFFICIAL, follow_redirects=True, timeout=30) as answer:
        answer.raise_for_status()
        with target.open("wb") as out:
            for chunk in answer.iter_bytes(1 << 16):
                out.write(chunk)
                if out.tell() > SIZE_BYTES:
                    raise OSError("more bytes than expected")


def transcode(source: Path, target: Path, join_s: float) -> None:
    """Turn the clip into H.264 as a camera would send it, with some grey pictures at its end.

    They make the join of two rounds visible for what it is: tracks end, and the join is not counted
    as seen.

    Args:
        source: the original.
        target: an .mp4 file to write; it appears only when complete.
        join_s: how long the grey pictures last, seconds.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    with av.open(str(source)) as reader, av.open(str(partial), "w", format="mp4") as writer:
        video = reader.streams.video[0]
        rate = Fraction(video.average_rate or 10)
        out = writer.add_stream("libx264", rate=rate)
        out.width, out.height, out.pix_fmt = video.width, video.height, "yuv420p"
        out.codec_context.gop_size = int(rate * 2)
        out.codec_context.options = {"preset": "veryfast", "crf": "20", "bf": "0"}
        count = 0
        for frame in reader.decode(video):
            count = _encode(writer, out, frame.reformat(format="yuv420p"), count, rate)
        grey = VideoFrame(video.width, video.height, "yuv420p")
        for plane in grey.planes:
            plane.update(bytes([128]) * plane.buffer_size)
        for _ in range(round(join_s * rate)):
            count = _encode(writer, out, grey, count, rate)
        writer.mux(out.encode(None))
    partial.replace(target)


def _encode(
    writer: av.container.OutputContainer,
    out: VideoStream,
    frame: VideoFrame,
    count: int,
    rate: Fraction,
) -> int:
    frame.pts, frame.time_base = count, 1 / rate
    writer.mux(out.encode(frame))
    return count + 1
