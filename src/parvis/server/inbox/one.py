"""One alert as it is judged: its facts, its half minute of dots, what to do, the rule's record."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from parvis.alerts.advice import to_do
from parvis.alerts.amounts import amount
from parvis.alerts.from_site import sound_rules_of
from parvis.alerts.in_words import KIND_WORDS
from parvis.alerts.life import UNDO_S
from parvis.alerts.rule import Rule
from parvis.server.i18n import Words
from parvis.server.inbox import sentences
from parvis.server.inbox.kind_words import REASON_WORDS
from parvis.server.inbox.listing import Row, cause_key, number_said, row
from parvis.server.inbox.map_view import map_view
from parvis.server.inbox.reader import Reader
from parvis.server.inbox.records import quality_of, record
from parvis.server.inbox.replay_drawing import Outline, ReplayDrawing, drawing
from parvis.server.services import HubServices
from parvis.server.town.frame import camera_ground, drawn_on_ground
from parvis.site.shapes import Site
from parvis.store.alerts import Tray
from parvis.values.alert_history import AlertEvent, Deed
from parvis.values.alerts import Alert, AlertKind, DismissReason, Replay, Severity

Fact = tuple[str, str, str]
"""Term, value, what stands beside it."""

_MOST_NAMED = 20
"""Other alerts of the same place and cause that are named."""


@dataclass(frozen=True, slots=True)
class Detail:
    """The alert that is open.

    Args:
        row: it, as in the list.
        others: further alerts of its place and cause, some of them, the newest first;
            ``numbers``: theirs; ``more``: how many there are in all.
        number: ``A-1207``.
        headline: the sentence.
        also: whether it goes on, and what it was taken together with.
        facts: value, threshold, trend, time to capacity.
        replay: its drawing; ``replay_said``: what it shows.
        to_do: what to do.
        record: of its rule; ``rule_link``: the rule's page; empty where it is gone.
        reasons: of a dismissal, in the order of the keys 1 to 5.
        undo_s: for how long the reader may still take the verdict back.
        shadow: the rule was on trial.
    """

    row: Row
    number: str
    others: tuple[Alert, ...]
    numbers: tuple[str, ...]
    more: int
    headline: str
    also: str
    facts: tuple[Fact, ...]
    replay: ReplayDrawing | None
    replay_said: str
    to_do: str
    record: str
    rule_link: str
    reasons: tuple[tuple[str, str], ...]
    undo_s: float
    shadow: bool


def detail(reader: Reader, alert: Alert, count: int) -> Detail:
    """Gather what stands beside the list; blocking.

    Args:
        count: alerts of the same place and cause that nobody has judged, this one among them.
    """
    hub, words, now_s = reader.hub, reader.words, reader.now_s
    held = row(alert, reader, max(1, count))
    others = _alike(reader, alert)[:_MOST_NAMED] if count > 1 else []
    rule = rule_now(reader.site, alert.rule)
    replay = reader.alerts.replay(alert)
    drawn = _drawn(hub, alert, replay) if replay is not None and replay.frames else None
    found = quality_of(reader.alerts, alert.rule, alert.kind, now_s, shadow=alert.shadow)
    history = reader.alerts.history(alert)
    said, name = alert.judgement, _rule_name(reader.site, alert, words)
    todo = rule.todo if rule is not None else {}
    return Detail(
        row=held,
        number=number_said(alert),
        others=tuple(others),
        numbers=tuple(map(number_said, others)),
        more=max(count - 1, len(others)),
        headline=sentences.headline(alert, held.where, now_s, words),
        also=_also(alert, history, now_s, words),
        facts=tuple(_facts(reader, alert, rule, history)),
        replay=drawn,
        replay_said=_replay_said(drawn, words) if drawn is not None else "",
        to_do=words.shown(to_do(alert.kind, alert.form, alert.severity or alert.peak, todo)),
        record=f"{name} {record(found, words)}",
        rule_link=f"/rules/{alert.rule}" if rule is not None else "",
        reasons=tuple((one.value, words._(REASON_WORDS[one].text)) for one in DismissReason),
        undo_s=max(0.0, said.time_s + UNDO_S - now_s) if said and said.who == reader.name else 0.0,
        shadow=alert.shadow,
    )


def _alike(reader: Reader, alert: Alert) -> list[Alert]:
    """Other alerts of the same place and cause, the newest first."""
    key = cause_key(alert, reader)
    return [one for one in reader.alerts.alike(alert) if cause_key(one, reader) == key]


def rule_now(site: Site, name: str) -> Rule | None:
    """The rule of that name as the site says it now; None when it is gone."""
    return next((one for one in sound_rules_of(site.rules) if one.name == name), None)


def _rule_name(site: Site, alert: Alert, words: Words) -> str:
    settings = site.rules.get(alert.rule)
    label = settings.label if settings is not None and settings.label else ""
    if not label:
        kinds = {kind.value: text for kind, text in KIND_WORDS.items()}
        label = words._(kinds[alert.rule].text) if alert.rule in kinds else alert.rule
    return words._("Rule “{name}”:", name=label)


def _also(alert: Alert, history: list[AlertEvent], now_s: float, words: Words) -> str:
    told = [sentences.course(alert, now_s, words)]
    if alert.over_s is not None and _last_end(history) is Deed.EXPIRED:
        told.append(words._("Its camera did not come back: whether it went on is unknown."))
    if alert.episodes > 1:
        told.append(
            words.ngettext(
                "It came back {n} time within a short while.",
                "It came back {n} times within a short while.",
                alert.episodes - 1,
            )
        )
    if alert.judgement is not None and alert.judgement.note:
        told.append(words._("Note: {note}", note=alert.judgement.note))
    return " ".join(filter(None, told))


def _last_end(history: list[AlertEvent]) -> Deed | None:
    """How an alert ended last."""
    ends = (Deed.OVER, Deed.LAPSED, Deed.EXPIRED, Deed.WITHDRAWN)
    return next((one.deed for one in reversed(history) if one.deed in ends), None)


def _facts(
    reader: Reader, alert: Alert, rule: Rule | None, history: list[AlertEvent]
) -> list[Fact]:
    words, now_s = reader.words, reader.now_s
    _ = words._
    found: list[Fact] = []
    value, doubt = sentences.value_parts(alert, words)
    found.append((_("Value"), value, doubt))
    for_s = rule.durations.for_s if rule is not None else 0.0
    threshold, lasts = sentences.threshold_parts(alert, for_s, words)
    found.append((_("Threshold"), threshold, lasts))
    since = _("raised {time}", time=words.since(alert.raised_s, now_s))
    lasted = words.duration((now_s if alert.over_s is None else alert.over_s) - alert.since_s)
    found.append((_("Lasts") if alert.over_s is None else _("Lasted"), lasted, since))
    trend = _trend(alert, history, words)
    if trend:
        found.append((_("Trend"), *trend))
    capacity = _capacity(reader, alert)
    if capacity:
        found.append(capacity)
    return found


def _trend(alert: Alert, history: list[AlertEvent], words: Words) -> tuple[str, str] | None:
    """From the first value to the last, where they differ by more than rounding hides."""
    told = [one for one in history if one.value is not None and one.severity > Severity.NONE]
    if len(told) < 2 or told[0].value is None or told[-1].value is None:
        return None
    first, last = told[0].value, told[-1].value
    begun, now = (amount(alert.kind, value, words, alert.indicator) for value in (first, last))
    if begun == now:
        return words._("steady"), ""
    word = words._("rising") if last > first else words._("falling")
    return word, words._(
        "from {first} to {last} since {time}",
        first=begun,
        last=now,
        time=words.clock(told[0].time_s),
    )


def _capacity(reader: Reader, alert: Alert) -> Fact | None:
    """When the capacity is reached, where a rule of accumulation says so of the same spot."""
    words = reader.words
    if alert.kind is AlertKind.ACCUMULATION:
        left = alert if alert.over_s is None else None
    else:
        left = next(
            (
                one
                for tray in (Tray.INBOX, Tray.TAKEN)
                for one in reader.alerts.page(tray)
                if one.kind is AlertKind.ACCUMULATION
                and one.subject == alert.subject
                and one.over_s is None
            ),
            None,
        )
    if left is None or not math.isfinite(left.value):
        return None  # it does not fill any more
    at_s = left.changed_s + left.value
    about = ""
    if left.low is not None and left.high is not None and math.isfinite(left.high):
        about = words._(
            "from {low} to {high}, if nothing changes",
            low=words.clock(left.changed_s + left.low),
            high=words.clock(left.changed_s + left.high),
        )
    return words._("Capacity"), words._("towards {time}", time=words.clock(at_s)), about


def _drawn(hub: HubServices, alert: Alert, replay: Replay) -> ReplayDrawing:
    zones, lines = _outlines(hub, alert)
    return drawing(replay, zones, lines, map_view(hub, alert.subject.camera))


def _outlines(
    hub: HubServices, alert: Alert
) -> tuple[Mapping[str, Outline], Mapping[str, Outline]]:
    """Zones and lines of the alert's camera on its ground."""
    camera = hub.site.loaded().site.cameras.get(alert.subject.camera)
    ground = camera_ground(hub, alert.subject.camera)
    if camera is None or ground is None:
        return {}, {}

    def on_ground(label: str, name: str, points: tuple[tuple[float, float], ...]) -> Outline:
        spots, _ = drawn_on_ground(ground, points)
        placed = [(float(x), float(y)) for x, y in spots]
        return Outline(label, placed, name == alert.subject.shape)

    zones = {n: on_ground(z.called(n), n, z.polygon) for n, z in camera.zones.items()}
    lines = {n: on_ground(one.called(n), n, one.points) for n, one in camera.lines.items()}
    return (
        {n: one for n, one in zones.items() if len(one.points) > 2},
        {n: one for n, one in lines.items() if len(one.points) > 1},
    )


def _replay_said(drawn: ReplayDrawing, words: Words) -> str:
    lasts = words.duration(drawn.end_s - drawn.start_s)
    if not drawn.counts:
        return ""
    told = words._(
        "The {lasts} before the alert: from {first} to {last} dots in view. Positions on the "
        "ground, without identity.",
        lasts=lasts,
        first=words.number(drawn.counts[0]),
        last=words.number(drawn.counts[-1]),
    )
    under = ""
    if drawn.sheet is not None:
        under = words._("Drawn over the plan.")
    elif drawn.north == 0:
        under = words._("North is up.")
    return " ".join(filter(None, (told, under)))
