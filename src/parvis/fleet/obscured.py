"""Since when a camera's picture shows nothing or is blurred, and which of it."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from parvis.values.alerts import Form
from parvis.vision.focus import FocusWatch

DARK_BELOW: Final = 30.0
"""Mean luma, 0 to 255, under which a picture that shows nothing is dark rather than covered."""


@dataclass(slots=True)
class Obscured:
    """What hides the scene.

    Args:
        form: ``masked``, ``dark`` or ``blurred``; plain while the picture is sharp.
        since_s: since when, stream time.
    """

    form: Form = Form.PLAIN
    since_s: float | None = None
    focus: FocusWatch = field(default_factory=FocusWatch)

    def look(self, time_s: float, luma: npt.NDArray[np.uint8], *, blank: bool) -> None:
        """Take the frame at ``time_s``.

        Args:
            luma: of the frame, small.
            blank: it shows nothing, see :class:`parvis.vision.scene.SceneLook`.
        """
        form = Form.PLAIN
        if blank:
            form = Form.DARK if float(luma.mean()) < DARK_BELOW else Form.MASKED
        elif self.focus.look(time_s, luma):
            form = Form.BLURRED
        if form is not self.form:
            self.form, self.since_s = form, None if form is Form.PLAIN else time_s
