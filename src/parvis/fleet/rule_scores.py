"""``parvis rules score``: every scenario and recording of a suite played, every rule scored."""

import math
from collections.abc import Iterator
from pathlib import Path

from parvis.alerts.scenario import Trial, alerts_of, changes_of
from parvis.alerts.scoring import Matched, Score, match, score, summed
from parvis.fleet.rule_recordings import played, read_recordings
from parvis.fleet.rule_suite import read_suite
from parvis.values.alerts import Alert


def scored(suite: Path) -> tuple[list[Score], list[str]]:
    """Scores by kind of rule, and what went wrong, in words.

    Raises:
        SuiteError: a scenario cannot be read.
        MODEL_FAILURES of :mod:`parvis.fleet.failures`, VideoError: a recording cannot be analysed.
    """
    matches: list[Matched] = []
    faults: list[str] = []
    for trial, alerts in _trials(suite):
        matches += score(trial, alerts)
        faults += faults_of(trial, alerts)
    return summed(matches), faults


def _trials(suite: Path) -> Iterator[tuple[Trial, list[Alert]]]:
    for scenario in read_suite(suite):
        yield scenario.trial, alerts_of(changes_of(scenario), scenario.rules)
    for recording in read_recordings(suite):
        trial, changes = played(recording)
        yield trial, alerts_of(changes, trial.rules)


def faults_of(trial: Trial, alerts: list[Alert]) -> list[str]:
    """The events that were missed and the alerts that were false, in words."""
    said = []
    for rule in trial.rules:
        mine = [one for one in alerts if one.rule == rule.name]
        events = [one for one in trial.events if one.rule == rule.name]
        for event in events:
            if match(rule, [event], mine, trial.span).missed:
                said.append(
                    f"{trial.name}: {rule.name} missed {event.from_s:.0f}-{event.to_s:.0f} s"
                )
        for alert in mine:
            if match(rule, events, [alert], trial.span).false:
                said.append(
                    f"{trial.name}: {rule.name} false at {alert.raised_s:.1f} s, "
                    f"{alert.subject.shape} {alert.form.value or ''} {alert.value:.2f}"
                )
    return said


def told(one: Score) -> dict[str, object]:
    """A score as plain values; what is not known is null."""

    def known(value: float) -> float | None:
        return None if math.isnan(value) else round(value, 4)

    return {
        "rule": one.kind.value,
        "experimental": one.experimental,
        "positives": one.positives,
        "found": one.found,
        "negatives": one.negatives,
        "quiet": one.quiet,
        "recall": known(one.recall),
        "false_alarms": one.false,
        "false_alarms_per_hour": known(one.false_per_hour),
        "median_delay_s": known(one.delay_s),
    }
