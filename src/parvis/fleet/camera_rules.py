"""One camera's rules in a worker: followed on its ground at every settled frame, as ordered now."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from parvis.alerts.camera_watch import CameraWatch
from parvis.alerts.engine import RuleEngine
from parvis.alerts.scene import Scene
from parvis.fleet.rule_orders import Orders, RuleOrders
from parvis.measures.ground.drawn import GroundNow
from parvis.measures.ground.moment import Moment
from parvis.store.alert_wire import Said
from parvis.values.alerts import Subject


class CameraRules:
    """Follows the rules of one camera in one run; other rules take over in the stream's course.

    Args:
        camera: its name.
        run: of the camera.
        zone: the site's civil time.
        model: name of the detector.
        orders: the rules.
        tell: takes what they say; when it returns, that is on disk, or waits for the disk.
    """

    def __init__(
        self,
        camera: str,
        run: str,
        *,
        zone: ZoneInfo,
        model: str,
        orders: RuleOrders,
        tell: Callable[[list[Said]], None],
    ) -> None:
        self._camera = camera
        self._run = run
        self._zone = zone
        self._model = model
        self._orders = orders
        self._tell = tell
        self._scene: Scene | None = None
        self._followed: Orders | None = None
        self._generation = 0
        self._engine: RuleEngine | None = None
        self._watch: CameraWatch | None = None

    @property
    def watch_id(self) -> str:
        """After which the episodes of the rules followed now are named; empty while none is."""
        return "" if self._watch is None else f"{self._run}.{self._generation}"

    def begin(self, scene: Scene) -> None:
        """The ground is known: follow the rules on it."""
        self._scene, self._followed = scene, None

    def observe(self, moment: Moment, now: GroundNow) -> None:
        """Take one settled frame."""
        if self._orders.now is not self._followed:
            self._renew(self._orders.now)
        if self._watch is None or self._engine is None:
            return
        said: list[Said] = list(self._watch.observe(moment, now))
        said += self._engine.not_raised(Subject(self._camera), moment.time_s)
        if said:
            self._tell(said)

    def gap(self) -> None:
        """What comes next does not continue what was."""
        if self._watch is not None:
            self._watch.gap()

    def _renew(self, orders: Orders) -> None:
        """Follow these rules from now on: a condition that lasts is told anew by the new ones."""
        self._followed = orders
        if self._scene is None:
            return
        self._generation += 1
        self._engine = RuleEngine(
            orders.rules,
            self._scene.uses(),
            zone=self._zone,
            run=f"{self._run}.{self._generation}",
            permitted=lambda rule: orders.permits(self._camera, rule),
            model=self._model,
            densities=self._scene.densities(),
        )
        self._watch = CameraWatch(self._scene, self._engine)
