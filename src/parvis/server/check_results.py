"""The result of a count check, as soon as all that was counted is known."""

from parvis.measures.checks import pad
from parvis.measures.checks.comparison import compare
from parvis.measures.checks.record import events_of, result_of
from parvis.measures.checks.spans import joined, within, without
from parvis.server.witnesses import WitnessBoard
from parvis.store import Store
from parvis.store.checks import Check
from parvis.values.checks import Span

SETTLED_S = 3.0
"""A crossing is certain that long after its moment."""

PATIENCE_S = 15.0
"""What a worker has not said that long after the end, it did not see."""


def settle(store: Store, witnesses: WitnessBoard, check: Check, now_s: float) -> Check:
    """The check, with its result where it is due; blocking.

    Two may settle the same check at once: the first result stands.

    Args:
        store: where the result is written.
        witnesses: what the workers said of the line.
        check: of any state.
        now_s: seconds since the epoch.

    Raises:
        StoreUnavailableError: nothing was written; to be tried again.
    """
    if check.result is not None or check.end_s is None or now_s >= check.limit_s:
        return check
    said = witnesses.of(check.id)
    through_s = max((one.through_s for one in said), default=0.0)
    sure_s = check.end_s + SETTLED_S
    # A hub that has just begun hears within moments what workers know from before.
    patient_s = max(check.end_s, witnesses.since_s) + PATIENCE_S
    if now_s < sure_s or (through_s < sure_s and now_s < patient_s):
        return check
    entries = store.checks.entries(check.id)
    window = Span(check.start_s, max(check.start_s, check.end_s))
    seen = within(window, (span for one in said for span in one.seen))
    looked = without(joined(seen), pad.pauses(entries, window.end_s))
    taps = pad.taps(entries)
    crossings = sorted((p for one in said for p in one.passages), key=lambda p: p.time_s)
    found = compare(taps, crossings, looked)
    store.checks.settle(check.id, result_of(found), events_of(found, taps, crossings))
    return store.checks.get(check.id) or check


def settle_due(store: Store, witnesses: WitnessBoard, now_s: float) -> list[Check]:
    """Settle every check that is due; the checks whose passages are still asked for."""
    looked_at = [settle(store, witnesses, one, now_s) for one in store.checks.open(now_s)]
    return [one for one in looked_at if one.result is None]
