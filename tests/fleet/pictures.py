"""Whether bytes hold a picture or a film: by their first bytes, by any offset, and by decoding."""

import io
import re

import av
import cv2
import numpy as np

_SIGNS = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n|GIF8[79]a|RIFF....(?:WEBP|AVI )|II\*\x00|MM\x00\*"
    rb"|BM....\x00\x00\x00\x00|\x00\x00\x00\x0cJXL |\xff\x4f\xff\x51|....ftyp|\x1a\x45\xdf\xa3"
    rb"|FLV\x01|P[1-6]\s\d",
    re.DOTALL,
)
"""JPEG, PNG, GIF, WebP, AVI, TIFF, BMP, JPEG XL, JPEG 2000, MP4, Matroska, FLV, PNM."""

_BYTE_STREAMS = re.compile(
    rb"\x00\x00\x01(?:[\x67\x27\x47]|\x40\x01|\xb3)|\x47[\x40\x41].{186}\x47", re.DOTALL
)
"""H.264, H.265, MPEG-2 and transport streams, which begin anywhere."""

SMALLEST_RAW = 160 * 90
"""The smallest picture that Parvis ever makes, in bytes: raw, it has no sign at all."""

_SMOOTH = 0.9


def pictures_in(content: bytes) -> list[str]:
    """What in these bytes can be looked at, in words; nothing when nobody can see anything."""
    found = []
    for sign in _SIGNS.finditer(content):
        rest = content[sign.start() :]
        if _decodes_as_still(rest) or _decodes_as_film(rest):
            found.append(f"{sign.group()[:12]!r} at {sign.start()}")
    for sign in _BYTE_STREAMS.finditer(content):
        if _decodes_as_film(content[sign.start() :]):
            found.append(f"a stream at {sign.start()}")
            break
    if _is_raw(content):
        found.append("bytes go on smoothly, as those of a raw picture")
    return found


def _decodes_as_still(content: bytes) -> bool:
    try:
        return cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE) is not None
    except cv2.error:
        return False


def _decodes_as_film(content: bytes) -> bool:
    try:
        with av.open(io.BytesIO(content)) as container:
            return next(container.decode(video=0), None) is not None
    except (av.FFmpegError, ValueError, IndexError, StopIteration):
        return False


def _is_raw(content: bytes) -> bool:
    """Whether grey or colour values go on smoothly from byte to byte: text and tables do not.

    Zeros are left out: pages of a database are full of them.
    """
    values = np.frombuffer(content, np.uint8).astype(np.float64)
    for start in range(0, values.size - SMALLEST_RAW + 1, SMALLEST_RAW):
        part = values[start : start + SMALLEST_RAW]
        for channels in (1, 3, 4):
            before, after = part[:-channels], part[channels:]
            told = (before > 0) & (after > 0)
            if np.count_nonzero(told) < SMALLEST_RAW // 2 or before[told].std() < 4:
                continue
            if np.corrcoef(before[told], after[told])[0, 1] > _SMOOTH:
                return True
    return False
