"""What a person has stopped, in *Conformité*: by whom, why, and what was started again."""

from dataclasses import dataclass

from parvis.server.pages.compliance.asked import Asked
from parvis.server.pages.compliance.deeds import DEEDS
from parvis.server.pages.compliance.section import Section
from parvis.server.pages.frame import View
from parvis.store.audit import Entry, Search

_MOST = 10
_ORDERS = ("camera.stop", "camera.start")


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
    now = tuple(
        camera.label
        for name, camera in here.site.cameras.items()
        if here.services.control.is_stopped(name)
    )
    search = Search(0.0, here.now_s + 1.0, _ORDERS, limit=_MOST)
    orders = tuple(
        Order(one, here.words._(DEEDS[one.action].text), _what(here, one.target))
        for one in here.services.store.audit.find(search)
    )
    return Stops(_sentence(here, now), now, orders)


def _what(here: View, target: str) -> str:
    if target == "all":
        return here.words._("Everything")
    camera = here.site.cameras.get(target)
    return target if camera is None else camera.label


def _sentence(here: View, now: tuple[str, ...]) -> str:
    if not now:
        return here.words._("Nothing is stopped.")
    return here.words._("Stopped: {names}.", names=", ".join(now))


SECTION = Section("stops", "compliance/stops.html", _gather)
