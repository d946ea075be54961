"""Sleeping while nothing happens: coded pictures that only repeat what stands still wait.

In a still scene most of what a camera sends between two key frames says "as before". Such packets
are kept, not decoded, and thrown away when the next key frame shows the same scene.
"""

import cv2
import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame

from parvis.values.frame import FrameSize
from parvis.video.frame import luma_of

LOOK_SIZE = FrameSize(160, 90)

LONGEST_S = 2.5
"""A picture is decoded at least this often: what comes in without a sign is noticed so late."""

_LEAST_GROUP = 4
_CHANGED = 6
"""Grey levels of 255 that a pixel of the small picture must change by, light taken away."""
_TOGETHER = 3
"""Changed pixels among nine neighbours that are a thing, and no noise."""
_SIGN = 2.0
"""A packet so many times the largest of the still scene may be the sign of something."""

Luma = npt.NDArray[np.uint8]


class Doze:
    """Tells which packets of a stream can wait.

    Asleep as soon as two key frames running show the same scene. A key frame is always decoded;
    so is a packet larger than those of the still scene before, and one that comes
    ``LONGEST_S`` after the last decoded picture. Any of them that shows a change ends the sleep.

    Nothing is taken from the encoder on trust: cameras whose noise fills packets, or whose key
    frames pulse, never sleep; nor does a stream with pictures out of order, or with more than
    ``LONGEST_S`` between its key frames.
    """

    def __init__(self) -> None:
        self._asleep = False
        self._regular = True
        self._scene: Luma | None = None
        self._key_s: float | None = None
        self._looked_s: float | None = None
        self._stamp_s: float | None = None
        self._sizes: list[int] = []
        self._limit = 0.0

    @property
    def asleep(self) -> bool:
        """True while packets may wait."""
        return self._asleep

    def wake(self) -> None:
        """Decode all that comes: something happens, or the stream is broken."""
        self._asleep = False

    def may_wait(self, size: int, is_key: bool, stamp_s: float | None) -> bool:
        """Whether a packet need not be decoded now.

        Args:
            size: bytes.
            is_key: it stands for itself.
            stamp_s: presentation stamp, seconds of the stream's clock.
        """
        self._stamp_s = stamp_s
        if is_key or stamp_s is None:
            return False
        if self._key_s is not None and 0 <= stamp_s - self._key_s <= LONGEST_S:
            self._sizes.append(size)  # of a longer group none is needed: it is never slept through
        since_s = stamp_s - self._looked_s if self._looked_s is not None else np.inf
        return self._asleep and size <= self._limit and 0 <= since_s < LONGEST_S

    def look(self, picture: VideoFrame | None, is_key: bool) -> None:
        """Look at the picture of the last packet that did not wait.

        Args:
            picture: None where the decoder did not answer that packet with one picture of its own.
            is_key: that packet was a key frame.
        """
        if picture is None or self._stamp_s is None:
            self._regular = False
            self.wake()
            return
        self._looked_s = self._stamp_s
        if not is_key and not self._asleep:
            return
        luma = luma_of(picture, LOOK_SIZE)
        same = self._scene is not None and not _changes(luma, self._scene)
        if not same:
            self.wake()
        if is_key:
            self._close_group(luma, same)

    def _close_group(self, luma: Luma, same: bool) -> None:
        """A key frame begins a group: judge the one that it ends."""
        assert self._stamp_s is not None  # noqa: S101  # look() was given a picture
        span_s = np.inf if self._key_s is None else self._stamp_s - self._key_s
        whole = len(self._sizes) >= _LEAST_GROUP and 0 < span_s <= LONGEST_S
        self._asleep = same and whole and self._regular
        if self._asleep:
            # Right after something came to rest, packets are larger than they will be.
            self._limit = _SIGN * float(np.max(self._sizes[len(self._sizes) // 2 :]))
        self._scene, self._key_s = luma, self._stamp_s
        self._sizes, self._regular = [], True


def _changes(luma: Luma, scene: Luma) -> bool:
    """Whether something in the picture is not as it was; even changes of light do not count."""
    if luma.shape != scene.shape:
        return True
    change = luma.astype(np.float32) - scene
    change -= np.asarray(cv2.blur(change, (25, 25)))
    changed = (np.abs(change) > _CHANGED).view(np.uint8)
    together = cv2.boxFilter(changed, -1, (3, 3), normalize=False)
    return bool((np.asarray(together) >= _TOGETHER).any())
