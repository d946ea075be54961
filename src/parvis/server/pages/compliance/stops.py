"""What a person has stopped, in *Conformité*: by whom, why, and what was started again."""

from dataclasses import dataclass

from parvis.server import stoppable
from parvis.server.pages.compliance.asked import Asked
from parvis.server.pages.compliance.deeds import DEEDS
from parvis.server.pages.compliance.section import Section
from parvis.server.pages.frame import View
from parvis.server.stoppable import held
from parvis.store.audit import Entry, Search
from parvis.values.stops import EVERYTHING, Target, What

_MOST = 10
_ORDERS = tuple(f"{of}.{verb}" for of in ("camera", "place", "use") for verb in ("stop", "start"))


@dataclass(frozen=True, slots=True)
class Order:
    """A stop or a start.

    Args:
        entry: in the journal.
        deed: in words.
        what: to what, in words.
    """

    entry: Entry
    deed: str
    what: str


@dataclass(frozen=True, slots=True)
class Stops:
    """What is stopped now, and the last orders, the newest first."""

    sentence: str
    now: tuple[str, ...]
    orders: tuple[Order, ...]


def _gather(here: View, _: Asked) -> Stops:
    found = held(here.site, here.words, here.services.control.in_force(), whole=True)
    now = tuple(label for group in found for _target, label in group.targets)
    search = Search(0.0, here.now_s + 1.0, _ORDERS, limit=_MOST)
    orders = tuple(
        Order(one, here.words._(DEEDS[one.action].text), _what(here, one))
        for one in here.services.store.audit.find(search)
    )
    return Stops(_sentence(here, now), now, orders)


def _what(here: View, entry: Entry) -> str:
    of = entry.action.partition(".")[0]
    target = EVERYTHING if entry.target == What.ALL else Target(What(of), entry.target)
    return stoppable.label(here.site, here.words, target)


def _sentence(here: View, now: tuple[str, ...]) -> str:
    if not now:
        return here.words._("Nothing is stopped.")
    return here.words._("Stopped: {names}.", names=", ".join(now))


SECTION = Section("stops", "compliance/stops.html", _gather)
