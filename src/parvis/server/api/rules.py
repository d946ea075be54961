"""Rules: read with their record, written to site.yaml, and played again before they are trusted."""

import asyncio
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from parvis.alerts.amounts import quantity_of
from parvis.alerts.from_site import rule_of, sound_rules_of
from parvis.alerts.quality import quality
from parvis.alerts.rule import Mode, Rule
from parvis.policy.terms import OutputKind, Role
from parvis.server.api.rule_shapes import (
    RuleOut,
    RuleReplayOut,
    RuleSheet,
    RulesOut,
    TryOut,
    firings_out,
    rule_out,
    sheet_out,
)
from parvis.server.auth import User, require
from parvis.server.judging import READERS
from parvis.server.problems import ProblemError, T
from parvis.server.ranges import moment
from parvis.server.rule_history import LONGEST_S, fired, levels_to_try, stored, watched_by
from parvis.server.rulebook.edits import (
    NEW,
    held_settings,
    no_rule,
    removing,
    sound_settings,
    writing,
    written,
)
from parvis.server.services import HubServices, services, zone_of
from parvis.server.shown_alerts import shown_alerts
from parvis.server.site_edits import saved, wanted_version
from parvis.server.trail import note
from parvis.server.ways_out import WaysOut, WaysOutHere
from parvis.site.fields import Name
from parvis.values.alert_history import RuleTally, quarter_of

router = APIRouter(prefix="/rules")

Reader = Annotated[User, Depends(require(*READERS))]
Technician = Annotated[User, Depends(require(Role.TECHNICIAN))]
RuleName = Annotated[Name, Path(description="The rule's name in site.yaml.")]
IfMatch = Annotated[str | None, Header(description="The ETag that the change is meant for.")]
Days = Annotated[int, Query(ge=1, le=366, description="Of the last so many days.")]

_DAY_S = 86_400.0
_USUAL_DAYS = 30
_PLAYED_DAYS = 7
_STEPS = 20
_MOST_FIRINGS = 1000
_MOST_JUDGED = 1000
"""The last alerts of a rule by which its quality is told."""


class ReplayIn(BaseModel):
    """Which rule is played, over which stretch."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={
            "example": {"name": "density", "from": "2026-11-16", "to": "2026-11-23", "level": 1.5}
        },
    )

    name: Name | None = Field(default=None, description="A rule in force.")
    rule: dict[str, Any] | None = Field(
        default=None, description="A draft, with the keys of site.yaml, in the place of a name."
    )
    start: str | None = Field(
        default=None, alias="from", description="ISO 8601; without it, seven days before the end."
    )
    end: str | None = Field(
        default=None, alias="to", description="ISO 8601; without it, the last closed stretch."
    )
    level: float | None = Field(
        default=None,
        gt=0,
        allow_inf_nan=False,
        description="Another lowest level, to try; the others in proportion.",
    )


@router.get("", tags=["alerts"], summary="The rules in force, and what came of their alerts")
async def rules(
    request: Request, response: Response, _: Reader, ways: WaysOutHere, days: Days = _USUAL_DAYS
) -> RulesOut:
    """What the profile lets a rule only count is told once its quarter of an hour is closed.

    The ETag is what a change must send back in If-Match.
    """
    ways.demand(OutputKind.ALERTS)
    hub = services(request)
    response.headers["ETag"] = f'"{hub.site.loaded().etag}"'
    return await asyncio.to_thread(_rules, hub, ways, days)


@router.get("/{name}", tags=["alerts"], summary="One rule with its settings")
async def one(
    *,
    request: Request,
    response: Response,
    _: Reader,
    ways: WaysOutHere,
    name: RuleName,
    days: Days = _USUAL_DAYS,
) -> RuleSheet:
    """The ETag is what a change must send back in If-Match."""
    ways.demand(OutputKind.ALERTS)
    hub = services(request)
    response.headers["ETag"] = f'"{hub.site.loaded().etag}"'
    return await asyncio.to_thread(_sheet, hub, ways, name, days)


@router.put(
    "/{name}",
    tags=["rules"],
    summary="Write a rule",
    responses={201: {"description": "It is new."}},
)
async def write(
    *,
    request: Request,
    response: Response,
    _: Technician,
    ways: WaysOutHere,
    name: RuleName,
    asked: dict[str, Any],
    if_match: IfMatch = None,
) -> RuleSheet:
    """The whole rule, with the keys of site.yaml; its comments there are kept.

    Where none was declared yet, the ready-made ones are written with it, so that none falls
    silent. What the profile refuses may be written all the same: it only counts, and `reason` and
    `article` say why.
    """
    ways.demand(OutputKind.ALERTS)
    hub = services(request)
    version = wanted_version(if_match)
    if name == NEW:
        raise ProblemError(
            422, "rule-name", T("A rule cannot bear this name."), remedy=T("Choose another name.")
        )
    known = name in {rule.name for rule in sound_rules_of(hub.site.loaded().site.rules)}
    wanted = sound_settings(name, asked)
    fresh = await asyncio.to_thread(saved, hub, version, writing(name, wanted))
    await note(request, "rule.change", name, **fresh.facts)
    response.status_code = 200 if known else 201
    response.headers["ETag"] = f'"{fresh.etag}"'
    return await asyncio.to_thread(_sheet, hub, ways, name, _USUAL_DAYS)


@router.delete("/{name}", tags=["rules"], status_code=204, summary="Remove a rule")
async def remove(
    request: Request, _: Technician, ways: WaysOutHere, name: RuleName, if_match: IfMatch = None
) -> None:
    """Its past alerts and verdicts stay. With the last one gone, the ready-made ones run again."""
    ways.demand(OutputKind.ALERTS)
    version = wanted_version(if_match)
    fresh = await asyncio.to_thread(saved, services(request), version, removing(name))
    await note(request, "rule.remove", name, **fresh.facts)


@router.post("/replay", tags=["rules"], summary="When a rule would have fired")
async def replay(request: Request, _: Reader, ways: WaysOutHere, asked: ReplayIn) -> RuleReplayOut:
    """A rule in force, or a draft, played over the minutes that are stored. Nothing is written."""
    ways.demand(OutputKind.ALERTS)
    return await asyncio.to_thread(_replay, services(request), ways, asked)


def _rules(hub: HubServices, ways: WaysOut, days: int) -> RulesOut:
    rules = sound_rules_of(hub.site.loaded().site.rules)
    return RulesOut(days=days, rules=tuple(_told(hub, ways, rules, days)))


def _sheet(hub: HubServices, ways: WaysOut, name: str, days: int) -> RuleSheet:
    site = hub.site.loaded().site
    rules = [rule for rule in sound_rules_of(site.rules) if rule.name == name]
    for said in _told(hub, ways, rules, days):
        return sheet_out(said, written(held_settings(site, name)))
    raise no_rule()


def _told(hub: HubServices, ways: WaysOut, rules: list[Rule], days: int) -> list[RuleOut]:
    site, kept = hub.site.loaded().site, shown_alerts(hub, ways)
    from_s, closed_s = ways.now_s - days * _DAY_S, quarter_of(ways.now_s)
    tallies = {(one.rule, one.shadow): one for one in kept.tallies(from_s, ways.now_s, closed_s)}
    found = []
    for rule in rules:
        shadow = rule.mode is Mode.SHADOW
        tally = tallies.get((rule.name, shadow)) or RuleTally(rule.name, shadow)
        alerts = kept.raised_by(rule.name, from_s, shadow=shadow, limit=_MOST_JUDGED)
        permit = ways.gate.permit(rule.basis.value, rule.kind, rule.purposes)
        falling = (rule.bounds or rule.spec.bounds).falling
        found.append(rule_out(rule, site, permit, tally, quality(alerts, days, falling=falling)))
    return found


def _replay(hub: HubServices, ways: WaysOut, asked: ReplayIn) -> RuleReplayOut:
    rule, (start_s, end_s) = _asked_rule(hub, asked), _span(hub, ways, asked)
    watched = watched_by(hub.site.loaded().site, rule)
    if not watched:
        raise ProblemError(
            409,
            "not-stored",
            T("This rule cannot be played again."),
            T("What it watches is not stored minute by minute."),
            T("Put it on trial: its alerts can be looked at, and nobody is disturbed."),
        )
    held = stored(hub.store, rule, watched, (start_s, end_s))
    played = fired(rule, held, asked.level)
    levels = levels_to_try(played, steps=_STEPS)
    own = min(one.ladder.at[one.ladder.lowest] for one in watched)
    firings = firings_out(played)
    tries = ((level, fired(rule, held, level)) for level in levels)
    return RuleReplayOut(
        start_s=start_s,
        end_s=end_s,
        unit=quantity_of(rule.kind, rule.indicator).unit,
        level=own if asked.level is None else asked.level,
        count=len(firings),
        firings=tuple(firings[:_MOST_FIRINGS]),
        tries=tuple(
            TryOut(level=level, count=sum(len(one.firings) for one in found))
            for level, found in tries
        ),
        unseen_minutes=sum(int(np.isnan(minutes.values).sum()) for _, minutes in held),
    )


def _asked_rule(hub: HubServices, asked: ReplayIn) -> Rule:
    name = asked.name or "draft"
    if asked.rule is not None:
        return rule_of(name, sound_settings(name, asked.rule))
    if asked.name is None:
        raise ProblemError(
            422,
            "no-rule-named",
            T("Which rule?"),
            T("Neither a name nor a draft was given."),
            T("Give name or rule."),
        )
    return rule_of(name, held_settings(hub.site.loaded().site, name))


def _span(hub: HubServices, ways: WaysOut, asked: ReplayIn) -> tuple[float, float]:
    zone, closed_s = zone_of(hub), min(ways.gate.closed_before(ways.now_s), ways.now_s)
    end_s = closed_s if asked.end is None else min(moment(asked.end, zone), closed_s)
    start_s = end_s - _PLAYED_DAYS * _DAY_S if asked.start is None else moment(asked.start, zone)
    if not 0 < end_s - start_s <= LONGEST_S:
        raise ProblemError(
            422,
            "span",
            T("A rule cannot be played over this stretch."),
            T("It is empty, not closed yet, or longer than {n} days.")(n=round(LONGEST_S / _DAY_S)),
            T("Give another beginning or end."),
        )
    return start_s, end_s
