"""Rules as the API says them, and what they would have raised."""

from typing import Any

from pydantic import Field

from parvis.alerts.amounts import quantity_of
from parvis.alerts.quality import Quality
from parvis.alerts.rule import Rule
from parvis.policy.permit import Permit
from parvis.server.api.shapes import Answer
from parvis.server.rule_history import Played
from parvis.site.shapes import Site
from parvis.values.alert_history import RuleTally


class DayOut(Answer):
    """What a rule raised on one civil day."""

    day: str
    raised: int
    confirmed: int
    dismissed: int


class ProposalOut(Answer):
    """A threshold that the verdicts speak for."""

    threshold: float
    kept: int
    confirmed: int
    dropped: int
    dismissed: int


class RuleOut(Answer):
    """A rule, what the profile says of it, and what people said of its alerts."""

    name: str
    label: str
    version: str
    kind: str
    basis: str
    unit: str
    source: str = Field(description="Where the kind's own figures come from.")
    mode: str = Field(description="live, or shadow: on trial.")
    declared: bool = Field(description="It stands in site.yaml; else it is ready-made.")
    experimental: bool
    on: tuple[str, ...]
    levels: dict[str, float]
    for_s: float
    release_s: float
    raises: bool = Field(description="The profile lets it raise live alerts; else it counts.")
    reason: dict[str, str]
    article: dict[str, str]
    raised: int
    confirmed: int
    dismissed: int
    precision: float | None = Field(description="Share of the judged that was confirmed.")
    precision_90: tuple[float, float] | None = Field(description="Its 90 % interval.")
    per_camera_day: float
    acknowledged_after_s: float | None = Field(description="Median, until a person took one.")
    delay_s: float | None = Field(description="Mean, from the condition to the alert.")
    capped: int = Field(description="Over the rule's cap: counted, not raised.")
    would_have_raised: int = Field(
        description="Episodes that the profile let it only count, in closed quarters of an hour."
    )
    proposal: ProposalOut | None
    days: tuple[DayOut, ...]


class RulesOut(Answer):
    """The rules in force over a stretch of days."""

    days: int
    rules: tuple[RuleOut, ...]


class RuleSheet(RuleOut):
    """One rule with all that can be changed of it."""

    settings: dict[str, Any] = Field(
        description="As site.yaml writes it; of a ready-made rule its kind only."
    )


class FiringOut(Answer):
    """One time that a rule would have fired."""

    on: str = Field(description="camera, camera.zone, camera.line or place:name.")
    raised_s: float
    over_s: float | None = Field(description="Null where it still held at the end.")
    peak: str = Field(description="The highest severity.")
    value: float = Field(description="The worst meanwhile.")


class TryOut(Answer):
    """A step of the slider: how often the rule would have fired from another threshold on."""

    level: float = Field(description="Of the lowest severity; the others move in proportion.")
    count: int


class RuleReplayOut(Answer):
    """When a rule would have fired, on the minutes that are stored."""

    start_s: float
    end_s: float = Field(description="Never later than the last closed stretch.")
    unit: str
    level: float = Field(description="The lowest level that was played.")
    count: int = Field(description="How often it would have fired.")
    firings: tuple[FiringOut, ...] = Field(description="In order of time, the first thousand.")
    tries: tuple[TryOut, ...]
    unseen_minutes: int = Field(description="Of so many nothing is stored: gaps, not calm.")


def rule_out(rule: Rule, site: Site, permit: Permit, tally: RuleTally, quality: Quality) -> RuleOut:
    """A rule as the API says it."""
    declared, found = site.rules.get(rule.name), quality.proposal
    proposal = None
    if found is not None:
        told = (found.threshold, found.kept, found.confirmed, found.dropped, found.dismissed)
        proposal = ProposalOut(**dict(zip(ProposalOut.model_fields, told, strict=True)))
    return RuleOut(
        name=rule.name,
        label=declared.called(rule.name) if declared else rule.name,
        version=rule.version,
        kind=rule.kind.value,
        basis=rule.basis.value,
        unit=quantity_of(rule.kind, rule.indicator).unit,
        source=rule.spec.source,
        mode=rule.mode.value,
        declared=declared is not None,
        experimental=rule.spec.experimental,
        on=tuple(sorted(subject.key.removesuffix(".*") for subject in rule.on)),
        levels={s.label: v for s, v in sorted((rule.bounds or rule.spec.bounds).at.items())},
        for_s=rule.durations.for_s,
        release_s=rule.durations.release_s,
        raises=permit.raises,
        reason={"fr": permit.reason.fr, "en": permit.reason.en},
        article={"fr": permit.article.reference.fr, "en": permit.article.reference.en},
        raised=tally.raised,
        confirmed=tally.confirmed,
        dismissed=tally.dismissed,
        precision=quality.precision.share,
        precision_90=quality.precision.interval,
        per_camera_day=quality.per_camera_day,
        acknowledged_after_s=quality.delay_s,
        delay_s=tally.delay_s,
        capped=tally.capped,
        would_have_raised=tally.refused,
        proposal=proposal,
        days=tuple(
            DayOut(day=one.day, raised=one.raised, confirmed=one.confirmed, dismissed=one.dismissed)
            for one in tally.days
        ),
    )


def sheet_out(said: RuleOut, settings: dict[str, Any]) -> RuleSheet:
    """A rule with its settings as the API says them."""
    return RuleSheet(**said.model_dump(), settings=settings)


def firings_out(played: list[Played]) -> list[FiringOut]:
    """Every firing, in order of time."""
    found = [
        FiringOut(
            on=part.watched.subject.key.removesuffix(".*"),
            raised_s=one.raised_s,
            over_s=one.over_s,
            peak=one.peak.label,
            value=one.value,
        )
        for part in played
        for one in part.firings
    ]
    return sorted(found, key=lambda one: one.raised_s)
