"""The journal in *Conformité*: who did what, searched; and whether its chain is whole."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from parvis.server.pages.compliance.asked import PAGE, Asked, AskedHere
from parvis.server.pages.compliance.deeds import DEEDS, FAMILIES
from parvis.server.pages.compliance.section import Section
from parvis.server.pages.frame import View
from parvis.store.audit import Entry
from parvis.store.audit_seal import fingerprint
from parvis.store.audit_verify import Report

__all__ = ["SECTION", "Asked", "AskedHere", "Row", "Verified", "every", "verified"]

_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as it is shown.

    Args:
        entry: as it lies in the store.
        deed: what was done, in the reader's language.
        detail: its further facts, as JSON.
    """

    entry: Entry
    deed: str
    detail: str


@dataclass(frozen=True, slots=True)
class Journal:
    """A page of the journal.

    Args:
        sentence: how far it goes, and how far a checkpoint vouches for it.
        rows: the newest first.
        count: how many fit the search in all.
        deeds: what one may search for: (key, label), families first.
        older: the address of the next page; empty at the last.
        key: fingerprint of the key that signs; empty when nothing does.
    """

    sentence: str
    rows: tuple[Row, ...]
    count: int
    deeds: tuple[tuple[str, str], ...]
    older: str
    key: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification found, in words.

    Args:
        report: what was found.
        verdict: in one sentence.
        faults: each, in words.
    """

    report: Report
    verdict: str
    faults: tuple[str, ...]


def verified(here: View) -> Verified:
    """Walk the whole chain; blocking."""
    seal, words = here.services.seal, here.words
    report = (
        here.services.store.audit.verify()
        if seal is None
        else here.services.store.audit.verify(seal.checkpoints, [seal.public_key])
    )
    if report.faults:
        verdict = words.ngettext(
            "The chain is broken at {n} place.",
            "The chain is broken at {n} places.",
            len(report.faults),
        )
    else:
        verdict = words._(
            "The chain is whole: {n} entries fit, from {first} to {last}.",
            n=words.number(report.count),
            first=words.number(report.start.seq + 1),
            last=words.number(report.end.seq),
        )
    return Verified(report, verdict, tuple(words.shown(one.said) for one in report.faults))


def every(here: View, asked: Asked) -> Iterator[Row]:
    """Every entry that fits, the newest first, read piece by piece."""
    while True:
        found = here.services.store.audit.find(asked.search(_AT_ONCE))
        yield from (_row(here, one) for one in found)
        if len(found) < _AT_ONCE:
            return
        asked = replace(asked, before=found[-1].seq)


def _gather(here: View, asked: Asked) -> Journal:
    trail = here.services.store.audit
    found = trail.find(asked.search(PAGE + 1))
    seal = here.services.seal
    return Journal(
        sentence=_sentence(here),
        rows=tuple(_row(here, one) for one in found[:PAGE]),
        count=trail.count(replace(asked, before=None).search(1)),
        deeds=_deeds(here, trail.actions()),
        older=asked.query(before=found[PAGE - 1].seq) if len(found) > PAGE else "",
        key="" if seal is None else fingerprint(seal.public_key),
    )


def _sentence(here: View) -> str:
    words, seal = here.words, here.services.seal
    last = None if seal is None else seal.last()
    if last is None:
        return words._("No signed checkpoint yet.")
    return words._(
        "A checkpoint signed on {time} vouches for the journal up to entry {n}.",
        time=words.since(last.at_s, here.now_s),
        n=words.number(last.end.seq),
    )


def _row(here: View, entry: Entry) -> Row:
    said = DEEDS.get(entry.action)
    detail = json.dumps(entry.detail, ensure_ascii=False, sort_keys=True) if entry.detail else ""
    return Row(entry, here.words._(said.text) if said else entry.action, detail)


def _deeds(here: View, actions: list[str]) -> tuple[tuple[str, str], ...]:
    present = {one.partition(".")[0] for one in actions}
    families = [(key, here.words._(word.text)) for key, word in FAMILIES.items() if key in present]
    deeds = [(one, here.words._(DEEDS[one].text)) for one in actions if one in DEEDS]
    return (*families, *sorted(deeds, key=lambda one: one[1]))


SECTION = Section("journal", "compliance/journal.html", _gather)
