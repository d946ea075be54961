"""One camera's rules in a worker: followed on its ground at every settled frame, as ordered now."""

from collections.abc import Callable
from functools import partial
from zoneinfo import ZoneInfo

from parvis.alerts.camera_watch import CameraWatch
from parvis.alerts.engine import RuleEngine
from parvis.alerts.scene import Scene
from parvis.fleet.rule_orders import Orders, RuleOrders
from parvis.measures.ground.drawn import GroundNow
from parvis.measures.ground.moment import Moment
from parvis.store.alert_wire import Said


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
        self._scenes = 0
        self._followed: Orders | None = None
        self._watch: CameraWatch | None = None

    @property
    def watches(self) -> tuple[str, ...]:
        """After which the episodes of the rules followed now are named; none while none is."""
        return () if self._watch is None else self._watch.following

    def begin(self, scene: Scene) -> None:
        """The ground is known: follow the rules on it."""
        self._scene, self._followed, self._watch = scene, None, None
        self._scenes += 1

    def observe(self, moment: Moment, now: GroundNow) -> None:
        """Take one settled frame."""
        if self._orders.now is not self._followed:
            self._follow(self._orders.now)
        if self._watch is None:
            return
        said: list[Said] = [*self._watch.observe(moment, now)]
        said += self._watch.not_raised(moment.time_s)
        if said:
            self._tell(said)

    def gap(self) -> None:
        """What comes next does not continue what was."""
        if self._watch is not None:
            self._watch.gap()

    def _follow(self, orders: Orders) -> None:
        """Follow what is ordered from now on; a rule that says what it said goes on."""
        self._followed = orders
        if self._scene is None:
            return
        rules = orders.of(self._camera)
        if self._watch is not None:
            self._watch.follow(rules, partial(orders.permits, self._camera))
            return
        engine = RuleEngine(
            rules,
            self._scene.uses(),
            zone=self._zone,
            run=f"{self._run}.{self._scenes}",
            permitted=partial(orders.permits, self._camera),
            model=self._model,
            densities=self._scene.densities(),
        )
        self._watch = CameraWatch(self._scene, engine)
