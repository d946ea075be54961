"""An alert in sentences: what, where, how much, since when, and who has said what of it."""

from parvis.alerts.amounts import amount
from parvis.alerts.in_words import INSTEAD, digits_of
from parvis.alerts.kinds import KINDS
from parvis.server.i18n import Words
from parvis.server.inbox.kind_words import (
    LASTING,
    REASON_WORDS,
    bounds,
    is_health,
    what,
)
from parvis.server.inbox.where import Where
from parvis.values.alerts import Alert, AlertKind, Usual, Verdict


def headline(alert: Alert, where: Where, now_s: float, words: Words) -> str:
    """``Densité haute, Place du Marché : 2,2 p/m² depuis 40 s.``"""
    _ = words._
    return _(
        "{what}, {where}: {fact}.",
        what=what(alert.kind, alert.form, words),
        where=where.full,
        fact=fact(alert, now_s, words),
    )


def fact(alert: Alert, now_s: float, words: Words) -> str:
    """How much and for how long: ``2,2 p/m² depuis 40 s``; of the unusual, against what."""
    _ = words._
    if alert.usual is not None:
        return compared(alert.usual, words)
    value = amount(alert.kind, alert.value, words, alert.indicator)
    lasts = words.duration((now_s if alert.over_s is None else alert.over_s) - alert.since_s)
    if alert.kind is AlertKind.ACCUMULATION:
        if alert.over_s is None:
            return _("capacity in {value}, if nothing changes", value=value)
        return _("over, {value} before capacity", value=value)
    if is_health(alert.kind) or alert.kind in LASTING:
        # Its value is how long it lasts: said once.
        if alert.over_s is None:
            return _("for {lasts}", lasts=lasts)
        return _("lasted {lasts}", lasts=lasts)
    if alert.over_s is None:
        return _("{value} for {lasts}", value=value, lasts=lasts)
    return _("{value}, lasted {lasts}", value=value, lasts=lasts)


def compared(usual: Usual, words: Words) -> str:
    """``1 240 au lieu de 450 (380–530) sur 3 h``."""
    digits = digits_of(usual)
    return words._(
        INSTEAD.text,
        value=words.number(usual.value, digits),
        expected=words.number(usual.expected, digits),
        low=words.lower(usual.low, digits),
        high=words.upper(usual.high, digits),
        hours=usual.hours,
    )


def standing(alert: Alert, words: Words) -> str:
    """What a person has said of it, or that nobody has."""
    _ = words._
    said = alert.judgement
    if said is not None:
        at = words.clock(said.time_s)
        if said.verdict is Verdict.CONFIRMED:
            return _("Confirmed by {who} at {time}.", who=said.who, time=at)
        reason = _(REASON_WORDS[said.reason].text) if said.reason is not None else ""
        return _("Dismissed by {who} at {time}: {reason}.", who=said.who, time=at, reason=reason)
    if alert.taken_by is not None and alert.taken_s is not None:
        return _(
            "{who} takes care of it since {time}. Not verified yet.",
            who=alert.taken_by,
            time=words.clock(alert.taken_s),
        )
    return _("Not verified by a person.")


def course(alert: Alert, now_s: float, words: Words) -> str:
    """Whether it is over, or cannot be told now; empty while it goes on."""
    _ = words._
    if alert.over_s is not None:
        return _("Over since {time}.", time=words.since(alert.over_s, now_s))
    if alert.held_s is not None:
        return _(
            "Its camera has not been measuring since {time}: whether it goes on is unknown.",
            time=words.since(alert.held_s, now_s),
        )
    return ""


def threshold_parts(alert: Alert, for_s: float, words: Words) -> tuple[str, str]:
    """The threshold of its severity, and for how long it must be passed: ``2,0 p/m²``, ``30 s``."""
    _ = words._
    value = amount(alert.kind, alert.threshold, words, alert.indicator)
    if KINDS[alert.kind].bounds.falling:
        value = _("under {value}", value=value)
    if alert.usual is not None:
        return value, _("reached {value}", value=amount(alert.kind, alert.value, words))
    if for_s <= 0 or alert.kind in LASTING - {AlertKind.ACCUMULATION}:
        return value, ""
    return value, _("lasting {lasts}", lasts=words.duration(for_s))


def value_parts(alert: Alert, words: Words) -> tuple[str, str]:
    """The value and its interval: ``2,2 p/m²``, ``2,0–2,4, 9 fois sur 10``.

    Of the unusual what was counted, and what is usual.
    """
    if alert.usual is not None:
        return _usual_parts(alert.usual, words)
    doubt = bounds(alert.kind, alert.low, alert.high, words, alert.indicator)
    about = words._("{interval}, 9 times out of 10", interval=doubt) if doubt else ""
    return amount(alert.kind, alert.value, words, alert.indicator), about


def _usual_parts(usual: Usual, words: Words) -> tuple[str, str]:
    digits = digits_of(usual)
    return words.number(usual.value, digits), words._(
        "over {hours} h, instead of {expected}; usually {interval}, 9 times out of 10",
        hours=usual.hours,
        expected=words.number(usual.expected, digits),
        interval=words.interval(usual.low, usual.high, digits),
    )
