"""One camera's share of what the engine spends in its own threads."""

from parvis.vision.detect import Detector


class EngineShare:
    """Tells how much of a shared engine's CPU went to one camera.

    All cameras of a detector run the same network, so that each inference costs alike and the
    growth is shared by their number.

    Args:
        detector: shared by all cameras of the process.
    """

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        said = detector.stats()
        self._engine_cpu_s, self._inferences = said.engine_cpu_s, said.inferences
        self._own = 0

    def grown_s(self, own: int) -> float:
        """CPU seconds of the camera's inferences since the last call.

        Args:
            own: inferences of this camera so far.
        """
        said = self._detector.stats()
        done = said.inferences - self._inferences
        if not done:
            return 0.0
        grown_s = max(0.0, said.engine_cpu_s - self._engine_cpu_s)
        share = min(1.0, (own - self._own) / done)
        self._engine_cpu_s, self._inferences = said.engine_cpu_s, said.inferences
        self._own = own
        return grown_s * share
