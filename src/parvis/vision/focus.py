"""Whether a camera's picture has lost its sharpness: out of focus, fogged, dirty glass."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

_FINE, _MIDDLE, _COARSE = 0.8, 2.0, 5.0
"""Blurs, in pixels of the small luma, between which fine and coarse detail lies."""


@dataclass(frozen=True, slots=True)
class FocusSettings:
    """When a picture counts as blurred.

    Args:
        learn_s: the usual sharpness is learnt over the first seconds.
        recent_s: memory of the sharpness now: a bus that passes is no blur.
        adapt_s: memory of the usual sharpness while the picture is sharp.
        below: share of the usual sharpness under which the picture is blurred. Real streets stay
            within 0.9 to 1.1 over such a memory; a blur of a hundredth of the width leaves 0.5 to
            0.65 of it, one of half of that 0.8.
        back_above: it is sharp again above that share.
    """

    learn_s: float = 30.0
    recent_s: float = 10.0
    adapt_s: float = 600.0
    below: float = 0.7
    back_above: float = 0.8


class FocusWatch:
    """Compares fine detail with coarse: a ratio that contrast and light leave as it is.

    What is blurred when it begins is taken for usual.
    """

    def __init__(self, settings: FocusSettings = FocusSettings()) -> None:
        self._settings = settings
        self._usual: float | None = None
        self._recent = 0.0
        self._began_s = 0.0
        self._last_s = -np.inf
        self.blurred = False

    def look(self, time_s: float, luma: npt.NDArray[np.uint8]) -> bool:
        """Take the frame at ``time_s``, once a second; whether the picture is blurred.

        Args:
            luma: the frame's luma, small (160 × 90), always of one size; of a picture that shows
                something.
        """
        dt_s = time_s - self._last_s
        if 0 <= dt_s < 1.0:
            return self.blurred
        self._last_s = time_s
        sharp = sharpness(luma)
        s = self._settings
        if self._usual is None:
            self._usual = self._recent = sharp
            self._began_s = time_s
            return False
        dt_s = min(max(dt_s, 0.0), 5.0)
        self._recent += (sharp - self._recent) * min(1.0, dt_s / s.recent_s)
        share = self._recent / max(self._usual, 1e-6)
        learning = time_s - self._began_s < s.learn_s
        if not learning:
            self.blurred = share < (s.back_above if self.blurred else s.below)
        if not self.blurred:
            memory_s = s.recent_s if learning else s.adapt_s
            self._usual += (sharp - self._usual) * min(1.0, dt_s / memory_s)
        return self.blurred


def sharpness(luma: npt.NDArray[np.uint8]) -> float:
    """Strength of fine detail over that of coarse detail; about 0.7 to 0.9 of a sharp street."""
    grey = luma.astype(np.float32)
    fine, middle, coarse = (
        np.asarray(cv2.GaussianBlur(grey, (0, 0), sigma)) for sigma in (_FINE, _MIDDLE, _COARSE)
    )
    return float(np.mean(np.abs(fine - middle)) / (np.mean(np.abs(middle - coarse)) + 1e-6))
