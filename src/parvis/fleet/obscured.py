"""Since when a camera's picture shows nothing, and whether it is dark or covered."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from parvis.values.alerts import Form

DARK_BELOW: Final = 30.0
"""Mean luma, 0 to 255, under which a picture that shows nothing is dark rather than covered."""


@dataclass(slots=True)
class Obscured:
    """What hides the scene.

    Args:
        form: ``masked`` or ``dark``; plain while the picture shows something.
        since_s: since when, stream time.
    """

    form: Form = Form.PLAIN
    since_s: float | None = None

    def look(self, time_s: float, luma: npt.NDArray[np.uint8], *, blank: bool) -> None:
        """Take the frame at ``time_s``.

        Args:
            luma: of the frame, small.
            blank: it shows nothing, see :class:`parvis.vision.scene.SceneLook`.
        """
        if not blank:
            self.form, self.since_s = Form.PLAIN, None
            return
        self.form = Form.DARK if float(luma.mean()) < DARK_BELOW else Form.MASKED
        self.since_s = time_s if self.since_s is None else self.since_s
