"""All that the page of alerts shows: the three lists, and the one alert that is open."""

from dataclasses import dataclass

from parvis.policy.permit import Permit
from parvis.server.i18n import Words
from parvis.server.inbox.listing import Cause, Row, cause_key, causes, is_settled, row, rows
from parvis.server.inbox.one import Detail, detail
from parvis.server.inbox.reader import Reader
from parvis.store.alert_groups import AlertGroup
from parvis.store.alerts import MOST, Tray
from parvis.values.alerts import Alert
from parvis.values.civil import Bin, bin_start

MOST_ROWS = 60
"""Rows of one list: more is a page of its own."""

_CLOSED_ROWS = 30
_HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Inbox:
    """The page.

    Args:
        tally: the first line: how many wait, how many came in the last hour.
        new, taken, closed: rows; ``..._total``: how many alerts there are in all.
        empty: what stands where nothing waits.
        start: how many causes stand before this page. ``next``: the start of the following page;
            0 on the last.
        detail: the alert that is open.
        opened: it was asked for by its address, so that a phone shows it instead of the list.
        judges: the reader may give verdicts.
        withheld: why alerts from images are not raised here; None where they are.
        kept_back: how many alerts are kept and not shown, and why; empty where none is, and for
            who does not answer for the system.
    """

    tally: str
    new: tuple[Row, ...]
    taken: tuple[Row, ...]
    closed: tuple[Row, ...]
    new_total: int
    taken_total: int
    closed_total: int
    empty: str
    start: int
    next: int
    detail: Detail | None
    opened: bool
    judges: bool
    withheld: Permit | None
    kept_back: str


def inbox(
    reader: Reader,
    *,
    judges: bool,
    withheld: Permit | None,
    start: int = 0,
    opened: Alert | None = None,
) -> Inbox:
    """Gather the page; blocking.

    Args:
        reader: who reads.
        judges, withheld, start: see :class:`Inbox`.
        opened: the alert of the address.
    """
    kept, now_s = reader.alerts, reader.now_s
    midnight_s = bin_start(now_s, Bin.DAY, reader.words.zone)
    waiting = causes(kept.groups(Tray.INBOX), reader)
    judged = kept.page(Tray.JUDGED, judged_from_s=midnight_s, limit=MOST)
    going_on = [one for one in judged if not is_settled(one)]
    settled = sorted((one for one in judged if is_settled(one)), key=_judged_s, reverse=True)
    held = [*kept.groups(Tray.TAKEN), *(AlertGroup(one, 1) for one in going_on)]
    taken = causes(held, reader)
    new_total = kept.count(Tray.INBOX)
    shown = waiting[start : start + MOST_ROWS]
    chosen = opened or next((one.lead for one in (*shown, *taken)), None)
    return Inbox(
        tally=_tally(reader.words, new_total, kept.raised_since(now_s - _HOUR_S)),
        new=tuple(rows(shown, reader)),
        taken=tuple(rows(taken[:MOST_ROWS], reader)),
        closed=tuple(row(one, reader) for one in settled[:_CLOSED_ROWS]),
        new_total=new_total,
        taken_total=kept.count(Tray.TAKEN) + len(going_on),
        closed_total=kept.count(Tray.JUDGED, judged_from_s=midnight_s) - len(going_on),
        empty=_empty(reader.words, kept.last_raised_s(), now_s),
        start=start,
        next=start + MOST_ROWS if len(waiting) > start + MOST_ROWS else 0,
        detail=detail(reader, chosen, _count(chosen, [*waiting, *taken], reader))
        if chosen
        else None,
        opened=opened is not None,
        judges=judges,
        withheld=withheld,
        kept_back=_kept_back(reader),
    )


def _kept_back(reader: Reader) -> str:
    words, found = reader.words, reader.alerts.withheld()
    if found is None:
        return ""
    told = words.ngettext(
        "{n} alert is kept and not shown to anybody: the profile in force does not allow it.",
        "{n} alerts are kept and not shown to anybody: the profile in force does not allow it.",
        found.count,
    )
    return f"{told} {found.reason.said(words.language)}"


def _judged_s(alert: Alert) -> float:
    return alert.judgement.time_s if alert.judgement is not None else 0.0


def _count(chosen: Alert, held: list[Cause], reader: Reader) -> int:
    """How many alerts of the same place and cause nobody has judged, the chosen one among them."""
    key = cause_key(chosen, reader)
    return sum(one.count for one in held if cause_key(one.lead, reader) == key)


def _tally(words: Words, waiting: int, last_hour: int) -> str:
    _ = words._
    rate = words.ngettext("{n} in the last hour", "{n} in the last hour", last_hour)
    if not waiting:
        return _("Nothing to verify · {rate}", rate=rate)
    told = words.ngettext("{n} alert to verify", "{n} alerts to verify", waiting)
    return f"{told} · {rate}"


def _empty(words: Words, last_s: float | None, now_s: float) -> str:
    _ = words._
    if last_s is None:
        return _("Nothing to verify. No alert has been raised yet.")
    return _("Nothing to verify. Last alert {lasts} ago.", lasts=words.duration(now_s - last_s))
