"""What was deleted when its time was over, in *Conformité*: how many, of what, from before when."""

from dataclasses import dataclass

from parvis.policy.retention import terms
from parvis.server.pages.compliance.asked import Asked
from parvis.server.pages.compliance.section import Section
from parvis.server.pages.frame import View
from parvis.store.audit import Search
from parvis.store.holds import Hold
from parvis.values.saying import T

_MOST = 30

KINDS: dict[str, T] = {
    "minutes": T("Minutes"),
    "hours": T("Hours"),
    "ground": T("Quarters on the ground"),
    "sessions": T("Sessions and links"),
    "outages": T("Interruptions"),
    "check_events": T("Taps of count checks"),
    "alerts": T("Alerts"),
    "checks": T("Count checks"),
    "corrections": T("Corrections"),
    "holds": T("Holds that ended"),
    "audit": T("Journal"),
}


@dataclass(frozen=True, slots=True)
class Deletion:
    """One deletion.

    Args:
        seq: number of its entry in the journal.
        at_s: when.
        kind: of what, in words.
        count: how many.
        before_s: all from before was deleted.
        why: the rule.
        configuration: the hash under which it was due; empty in older entries.
    """

    seq: int
    at_s: float
    kind: str
    count: int
    before_s: float
    why: str
    configuration: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of data: how long it is kept, and what for.

    Args:
        key: its name in the API.
        label: its name for people.
        days: how long; 0: until its own end.
        why: what for.
    """

    key: str
    label: str
    days: int
    why: str


@dataclass(frozen=True, slots=True)
class Held:
    """A hold in force."""

    hold: Hold
    label: str


@dataclass(frozen=True, slots=True)
class Deletions:
    """How long each kind is kept, what is held, and the last deletions, the newest first."""

    sentence: str
    kinds: tuple[Kind, ...]
    held: tuple[Held, ...]
    rows: tuple[Deletion, ...]


def _gather(here: View, _: Asked) -> Deletions:
    settings = here.services.site.loaded().site.store
    held = tuple(
        Held(one, kind_word(here, one.kind))
        for one in here.services.store.holds.in_force(here.now_s)
    )
    kinds = tuple(
        Kind(one.kind, kind_word(here, one.kind), one.days(settings), here.words.shown(one.why))
        for one in terms()
    )
    names = ", ".join(one.label.lower() for one in held)
    sentence = here.words._("Not deleted for now: {names}.", names=names) if held else ""
    return Deletions(sentence, kinds, held, _rows(here))


def _rows(here: View) -> tuple[Deletion, ...]:
    search = Search(0.0, here.now_s + 1.0, ("retention.delete",), limit=_MOST)
    return tuple(
        Deletion(
            one.seq,
            one.at_s,
            kind_word(here, one.target),
            int(one.detail.get("count", 0)),
            float(one.detail.get("before_s", 0.0)),
            one.why,
            str(one.detail.get("configuration_hash", "")),
        )
        for one in here.services.store.audit.find(search)
    )


def kind_word(here: View, kind: str) -> str:
    """The kind of data in the reader's language."""
    return here.words._(KINDS[kind].text) if kind in KINDS else kind


SECTION = Section("deletions", "compliance/deletions.html", _gather)
