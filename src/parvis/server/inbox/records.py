"""What people said of a rule's alerts, in one sentence."""

from parvis.alerts.kinds import KINDS
from parvis.alerts.quality import Quality, quality
from parvis.server.i18n import Words
from parvis.server.shown_alerts import ShownAlerts
from parvis.store.alerts import MOST
from parvis.values.alerts import AlertKind

DAYS = 30
"""A rule is judged by its last month, or by its last alerts where there were more."""

_DAY_S = 86_400.0


def quality_of(
    alerts: ShownAlerts, rule: str, kind: AlertKind, now_s: float, *, shadow: bool = False
) -> Quality:
    """What a rule was worth in the last :data:`DAYS` days, by the alerts that may be shown.

    Blocking.
    """
    since_s = now_s - DAYS * _DAY_S
    found = alerts.raised_by(rule, since_s, shadow=shadow, limit=MOST)
    if len(found) == MOST:
        since_s = min(one.raised_s for one in found)
    days = max((now_s - since_s) / _DAY_S, 1 / 24)
    return quality(found, days, falling=KINDS[kind].bounds.falling)


def record(found: Quality, words: Words) -> str:
    """``Juste 7 fois sur 10 (de 5 à 9), 34 avis.``"""
    _, precision = words._, found.precision
    if precision.share is None or precision.interval is None:
        return _("Nobody has judged an alert of it yet.")
    low, high = precision.interval
    return _(
        "Right {share} times out of 10 (from {low} to {high}), {verdicts}.",
        share=words.number(precision.share * 10),
        low=words.lower(low * 10),
        high=words.upper(high * 10),
        verdicts=words.ngettext("{n} verdict", "{n} verdicts", precision.judged),
    )
