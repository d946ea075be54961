"""What a camera counts at lines under check, kept in memory while the check lasts."""

from collections.abc import Sequence

from parvis.fleet.check_orders import CheckOrders
from parvis.measures.coverage import Stretch
from parvis.values.checks import Passage, Span, Witnessed, tapped_class
from parvis.values.events import Crossing

_JOIN_S = 1e-3


class LineWitness:
    """Remembers the passages and the seconds seen of lines under check; of others nothing.

    Args:
        camera: whose.
        run: of the analysis.
        orders: which lines are under check.
    """

    def __init__(self, camera: str, run: str, orders: CheckOrders) -> None:
        self._camera = camera
        self._run = run
        self._orders = orders
        self._passages: dict[str, list[Passage]] = {}
        self._seen: dict[str, list[Span]] = {}
        self._through_s = 0.0
        self._told: dict[str, Witnessed] = {}

    def seen(self, stretch: Stretch) -> None:
        """A stretch was seen without a break."""
        self._through_s = stretch.end_s
        for order in self._orders.orders_of(self._camera):
            start_s = max(stretch.start_s, order.start_s)
            if stretch.end_s <= start_s:
                continue
            spans = self._seen.setdefault(order.check, [])
            if spans and start_s <= spans[-1].end_s + _JOIN_S:
                spans[-1] = Span(spans[-1].start_s, stretch.end_s)
            else:
                spans.append(Span(start_s, stretch.end_s))

    def counted(self, crossings: Sequence[Crossing]) -> None:
        """These crossings count; their moments may be some seconds old."""
        for order in self._orders.orders_of(self._camera):
            self._passages.setdefault(order.check, []).extend(
                Passage(one.time_s, one.direction, tapped_class(one.object_class.label))
                for one in crossings
                if one.line == order.line and one.time_s >= order.start_s
            )

    def told(self) -> list[Witnessed]:
        """What is new of each check, the whole of it; what is no longer asked for is forgotten."""
        asked = {order.check for order in self._orders.orders_of(self._camera)}
        for kept in (self._passages, self._seen, self._told):
            for check in kept.keys() - asked:
                del kept[check]
        fresh = []
        for check in sorted(asked):
            said = Witnessed(
                check,
                self._run,
                self._through_s,
                tuple(sorted(self._passages.get(check, ()), key=lambda one: one.time_s)),
                tuple(self._seen.get(check, ())),
            )
            if said != self._told.get(check):
                self._told[check] = said
                fresh.append(said)
        return fresh
