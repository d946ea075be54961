"""Alerts and lines of their history as rows, and back."""

import json
from typing import Any

from sqlalchemy import Row

from parvis.store.alert_sieve import purposes_said
from parvis.values.alert_history import AlertEvent, Deed
from parvis.values.alerts import (
    Alert,
    AlertBasis,
    AlertKind,
    Change,
    DismissReason,
    Form,
    Judgement,
    Severity,
    Subject,
    Usual,
    Verdict,
)


def row_of(one: Alert) -> dict[str, Any]:
    """The columns of an alert that follow from it."""
    said, usual = one.judgement, one.usual
    return {
        "id": one.id,
        "number": one.number,
        "episode": one.episode,
        "rule": one.rule,
        "version": one.version,
        "kind": one.kind.value,
        "form": one.form.value,
        "camera": one.subject.camera,
        "shape": one.subject.shape,
        "model": one.model,
        "basis": one.basis.value,
        "purposes": purposes_said(one.purposes),
        "indicator": one.indicator,
        "shadow": one.shadow,
        "raised_s": one.raised_s,
        "changed_s": one.changed_s,
        "since_s": one.since_s,
        "severity": int(one.severity),
        "peak": int(one.peak),
        "value": one.value,
        "low": one.low,
        "high": one.high,
        "threshold": one.threshold,
        "at_x_m": None if one.at is None else one.at[0],
        "at_y_m": None if one.at is None else one.at[1],
        "over_s": one.over_s,
        "held_s": one.held_s,
        "episodes": one.episodes,
        "taken_by": one.taken_by,
        "taken_s": one.taken_s,
        "verdict": None if said is None else said.verdict.value,
        "judged_by": None if said is None else said.who,
        "judged_s": None if said is None else said.time_s,
        "reason": None if said is None or said.reason is None else said.reason.value,
        "note": None if said is None else said.note,
        "usual_hours": None if usual is None else usual.hours,
        "usual_value": None if usual is None else usual.value,
        "usual_expected": None if usual is None else usual.expected,
        "usual_low": None if usual is None else usual.low,
        "usual_high": None if usual is None else usual.high,
    }


def alert_of(row: Row[Any]) -> Alert:
    """The alert of a row."""
    judgement = None
    if row.verdict is not None:
        judgement = Judgement(
            Verdict(row.verdict),
            row.judged_by,
            row.judged_s,
            None if row.reason is None else DismissReason(row.reason),
            row.note or "",
        )
    usual = None
    if row.usual_hours is not None:
        told = (row.usual_value, row.usual_expected, row.usual_low, row.usual_high)
        usual = Usual(row.usual_hours, *told)
    return Alert(
        id=row.id,
        number=row.number,
        episode=row.episode,
        rule=row.rule,
        version=row.version,
        kind=AlertKind(row.kind),
        form=Form(row.form),
        subject=Subject(row.camera, row.shape),
        raised_s=row.raised_s,
        changed_s=row.changed_s,
        since_s=row.since_s,
        severity=Severity(row.severity),
        peak=Severity(row.peak),
        value=row.value,
        low=row.low,
        high=row.high,
        threshold=row.threshold,
        at=None if row.at_x_m is None else (row.at_x_m, row.at_y_m),
        shadow=row.shadow,
        model=row.model,
        basis=AlertBasis(row.basis),
        purposes=tuple(json.loads(row.purposes)),
        indicator=row.indicator,
        over_s=row.over_s,
        held_s=row.held_s,
        episodes=row.episodes,
        taken_by=row.taken_by,
        taken_s=row.taken_s,
        judgement=judgement,
        usual=usual,
    )


def event_row(alert_id: str, event: AlertEvent) -> dict[str, Any]:
    """The columns of a line of history that no rule said."""
    return {
        "alert_id": alert_id,
        "time_s": event.time_s,
        "deed": event.deed.value,
        "severity": int(event.severity),
        "value": event.value,
        "low": event.low,
        "high": event.high,
        "threshold": event.threshold,
        "version": event.version,
        "model": event.model,
        "who": event.who,
        "reason": None if event.reason is None else event.reason.value,
        "note": event.note,
    }


def change_row(alert_id: str, change: Change) -> dict[str, Any]:
    """The columns of what a rule said."""
    event = AlertEvent(
        change.time_s,
        Deed(change.step.value),
        change.severity,
        change.value,
        change.low,
        change.high,
        change.threshold,
        change.version,
        change.model,
    )
    told = {"episode": change.episode, "number": change.number}
    return event_row(alert_id, event) | told


def event_of(row: Row[Any]) -> AlertEvent:
    """The line of history of a row."""
    return AlertEvent(
        row.time_s,
        Deed(row.deed),
        Severity(row.severity),
        row.value,
        row.low,
        row.high,
        row.threshold,
        row.version,
        row.model,
        row.who,
        None if row.reason is None else DismissReason(row.reason),
        row.note,
    )
