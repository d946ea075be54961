"""Alerts for looking at the inbox: raised through the store, as the hub raises them."""

import math
import random
from collections.abc import Iterable

from parvis.alerts.life import continued, ended, judged, opened, taken
from parvis.alerts.rule import Rule
from parvis.store import Store
from parvis.values.alerts import (
    Alert,
    AlertKind,
    Change,
    DismissReason,
    Form,
    Judgement,
    Replay,
    Severity,
    Step,
    Subject,
    Verdict,
)


def dots(seed: int, end_s: float, seconds: float = 30.0, people: int = 34) -> Replay:
    """Half a minute of people who walk about the terrace of the market and gather on it."""
    dice = random.Random(seed)  # noqa: S311
    walkers = [
        (dice.uniform(-8, 8), dice.uniform(-13, 1), dice.uniform(0, 6.28), i) for i in range(people)
    ]
    frames = []
    n = int(seconds / 0.5)
    for step in range(n):
        share = step / n
        frames.append(
            tuple(
                (
                    round(x - x * share * 0.5 + 0.3 * math.cos(way + step / 3), 1),
                    round(y - (y + 7.5) * share * 0.7 + 0.3 * math.sin(way + step / 3), 1),
                    1 if i % 13 == 5 else 0,
                )
                for x, y, way, i in walkers[: int(people * (0.7 + 0.3 * share))]
            )
        )
    return Replay(end_s - seconds, 0.5, tuple(frames))


def change(
    episode: str,
    kind: AlertKind,
    subject: Subject,
    at_s: float,
    *,
    rule: str = "",
    form: Form = Form.PLAIN,
    severity: Severity = Severity.WARN,
    value: float = 2.2,
    low: float | None = None,
    high: float | None = None,
    threshold: float = 2.0,
    since_s: float | None = None,
    replay: Replay | None = None,
    number: int = 0,
    step: Step = Step.RAISED,
    shadow: bool = False,
) -> Change:
    """What a rule says."""
    return Change(
        episode, number, rule or kind.value, "0123456789ab", kind, form, subject, step, at_s,
        at_s - 40 if since_s is None else since_s, severity, value, low, high, threshold,
        None, shadow, "", replay,
    )  # fmt: skip


def raise_all(store: Store, changes: Iterable[Change]) -> list[Alert]:
    """Raise one alert for each change, in one transaction."""
    with store.alerts.stepping() as steps:
        return [steps.open(opened(one, Rule(one.rule, one.kind)), one) for one in changes]


def rise(store: Store, alert: Alert, later: Change) -> None:
    """A later change of an alert: it goes on, graver or not."""

    with store.alerts.stepping() as steps:
        steps.set(continued(alert, later))
        steps.told(alert.id, later)


def end(store: Store, alert: Alert, at_s: float) -> None:
    """What raised it is over."""
    with store.alerts.stepping() as steps:
        held = steps.get(alert.id)
        assert held is not None
        steps.set(ended(held, at_s))


def take(store: Store, alert: Alert, who: str, at_s: float) -> None:
    """Somebody takes care of it."""
    with store.alerts.stepping() as steps:
        steps.set(taken(alert, who, at_s))


def judge(
    store: Store, alert: Alert, who: str, at_s: float, reason: DismissReason | None = None
) -> None:
    """Somebody judges it: confirmed, or dismissed for a reason."""
    verdict = Verdict.CONFIRMED if reason is None else Verdict.DISMISSED
    with store.alerts.stepping() as steps:
        held = steps.get(alert.id)
        assert held is not None
        steps.set(judged(held, Judgement(verdict, who, at_s, reason)))


def afternoon(store: Store, now_s: float) -> dict[str, Alert]:
    """An afternoon: two to verify, one taken, a few closed, a month of verdicts behind them."""
    marche, gare = Subject("marche", "terrasse"), Subject("gare")
    past = []
    for n in range(34):
        day_s = now_s - 86_400 * (n % 28 + 1) - 600 * n
        past.append(
            change(f"past-{n}", AlertKind.DENSITY, marche, day_s, value=2.0 + 0.05 * (n % 12))
        )
    for n, alert in enumerate(raise_all(store, past)):
        with store.alerts.stepping() as steps:
            over = Change(
                alert.episode, 1, alert.rule, alert.version, alert.kind, alert.form,
                alert.subject, Step.OVER, alert.raised_s + 200, alert.since_s, Severity.NONE,
                1.2, None, None, 2.0,
            )  # fmt: skip
            past_it = continued(alert, over)
            reason = None if n % 10 < 7 else DismissReason.HARMLESS
            verdict = Verdict.CONFIRMED if reason is None else Verdict.DISMISSED
            said = Judgement(verdict, "claire", alert.raised_s + 45, reason)
            steps.set(judged(past_it, said))
    told = [
        change(
            "ways-1", AlertKind.WRONG_WAY, gare, now_s - 260, severity=Severity.WATCH, value=1,
            threshold=1,
        ),
        change(
            "ways-2", AlertKind.WRONG_WAY, gare, now_s - 200, severity=Severity.WATCH, value=1,
            threshold=1,
        ),
        change(
            "ways-3", AlertKind.WRONG_WAY, gare, now_s - 150, severity=Severity.WATCH, value=2,
            threshold=1,
        ),
        change(
            "haute-lost", AlertKind.CAMERA_HEALTH, Subject("haute"), now_s - 1260,
            form=Form.LOST, value=1260, threshold=30, since_s=now_s - 1290,
        ),
        change(
            "closed-1", AlertKind.QUEUE, Subject("gare"), now_s - 7200, severity=Severity.WATCH,
            value=12, threshold=10,
        ),
        change(
            "closed-2", AlertKind.STOPPED_VEHICLE, Subject("quai"), now_s - 9000,
            severity=Severity.WATCH, value=64, threshold=30,
        ),
        change(
            "dense-1", AlertKind.DENSITY, marche, now_s - 40, value=2.1, low=1.9, high=2.3,
            since_s=now_s - 70, replay=dots(7, now_s - 40),
        ),
        change(
            "filling-1", AlertKind.ACCUMULATION, marche, now_s - 35, severity=Severity.WATCH,
            value=660, low=480, high=900, threshold=900, since_s=now_s - 45,
        ),
    ]  # fmt: skip
    found = {one.id: one for one in raise_all(store, told)}
    rise(
        store,
        found["dense-1"],
        change(
            "dense-1", AlertKind.DENSITY, marche, now_s - 5, value=2.2, low=2.0, high=2.4,
            since_s=now_s - 70, number=1, step=Step.ROSE,
        ),
    )  # fmt: skip
    take(store, found["haute-lost"], "paul", now_s - 1100)
    for key, reason in (("closed-1", None), ("closed-2", DismissReason.HARMLESS)):
        alert = found[key]
        end(store, alert, alert.raised_s + 400)
        judge(store, alert, "claire", alert.raised_s + 90, reason)
    return found
