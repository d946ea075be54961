"""What happened in a month, for the report to the prefecture or the council."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from parvis.server.problems import T
from parvis.site.shapes import Site
from parvis.store import Store
from parvis.store.audit import Search
from parvis.values.alert_history import RuleTally

_MOST = 100_000

DEEDS: tuple[tuple[str, T], ...] = (
    ("setup.open", T("Blurred set-up views opened, each with a reason")),
    ("check", T("Count checks: steps")),
    ("export", T("Exports")),
    ("alert.confirm", T("Alerts confirmed")),
    ("alert.dismiss", T("Alerts dismissed")),
    ("camera.stop", T("Stops")),
    ("camera.start", T("Starts after a stop")),
    ("camera.change", T("Settings of cameras changed")),
    ("rule", T("Rules changed")),
    ("account", T("Accounts: sign-ins and changes")),
    ("instrument", T("Acts recorded, changed or ended")),
)
"""What the report counts of the journal: a verb, or a family of them."""

DELETED: dict[str, T] = {
    "minutes": T("Minutes"),
    "ground": T("Quarters on the ground"),
    "sessions": T("Sessions and links"),
    "outages": T("Interruptions"),
    "check_events": T("Taps of count checks"),
    "alerts": T("Alerts"),
    "audit": T("Journal"),
}


@dataclass(frozen=True, slots=True)
class Counted:
    """Something and how often."""

    what: T | str
    count: int


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A camera's interruptions: how many, and how long in all."""

    camera: str
    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Activity:
    """A month.

    Args:
        from_s, to_s: the span, seconds since the epoch.
        alerts: by rule, those on trial left out.
        deeds: of the journal, those that happened.
        outages: by camera, the longest first.
        deleted: by kind of data.
    """

    from_s: float
    to_s: float
    alerts: tuple[RuleTally, ...]
    deeds: tuple[Counted, ...]
    outages: tuple[Interrupted, ...]
    deleted: tuple[Counted, ...]

    @property
    def raised(self) -> int:
        """Alerts raised."""
        return sum(one.raised for one in self.alerts)

    @property
    def judged(self) -> int:
        """Of them judged by a person."""
        return sum(one.confirmed + one.dismissed for one in self.alerts)


def activity(
    site: Site, store: Store, tallies: Iterable[RuleTally], span: tuple[float, float]
) -> Activity:
    """What happened; blocking.

    Args:
        site: whose cameras.
        store: what the journal and the interruptions are read of.
        tallies: what the rules raised in that span, as far as who asks may read of it.
        span: [from, to), seconds since the epoch.
    """
    from_s, to_s = span
    return Activity(
        from_s,
        to_s,
        tuple(one for one in tallies if one.raised and not one.shadow),
        tuple(_deeds(store, from_s, to_s)),
        tuple(_outages(site, store, from_s, to_s)),
        tuple(_deleted(store, from_s, to_s)),
    )


def _deeds(store: Store, from_s: float, to_s: float) -> Iterable[Counted]:
    for action, what in DEEDS:
        count = store.audit.count(Search(from_s, to_s, (action,)))
        if count:
            yield Counted(what, count)


def _outages(site: Site, store: Store, from_s: float, to_s: float) -> list[Interrupted]:
    lasted: dict[str, float] = defaultdict(float)
    times: Counter[str] = Counter()
    for one in store.outages.between(from_s, to_s):
        end_s = to_s if one.to_s is None else min(one.to_s, to_s)
        lasted[one.camera] += max(0.0, end_s - max(one.from_s, from_s))
        times[one.camera] += 1
    named = {name: camera.label for name, camera in site.cameras.items()}
    return [
        Interrupted(named.get(name, name) if name else "Parvis", times[name], seconds)
        for name, seconds in sorted(lasted.items(), key=lambda pair: -pair[1])
    ]


def _deleted(store: Store, from_s: float, to_s: float) -> Iterable[Counted]:
    sums: Counter[str] = Counter()
    for entry in store.audit.find(Search(from_s, to_s, ("retention.delete",), limit=_MOST)):
        sums[entry.target] += int(entry.detail.get("count", 0))
    for kind, count in sums.items():
        yield Counted(DELETED.get(kind, kind), count)
