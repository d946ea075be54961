"""An alert ends only when its condition does, and is judged only by a person."""

from dataclasses import replace

import pytest

from parvis.alerts import life
from parvis.alerts.rule import Rule
from parvis.values.alerts import (
    AlertKind,
    Change,
    DismissReason,
    Form,
    Judgement,
    Severity,
    Step,
    Subject,
    Verdict,
)

RAISED = Change(
    episode="run-1",
    number=0,
    rule="dense",
    version="0123456789ab",
    kind=AlertKind.DENSITY,
    form=Form.PLAIN,
    subject=Subject("place", "esplanade"),
    step=Step.RAISED,
    time_s=100.0,
    since_s=70.0,
    severity=Severity.WATCH,
    value=1.4,
    low=None,
    high=None,
    threshold=1.0,
)
ROSE = replace(RAISED, number=1, step=Step.ROSE, time_s=120.0, severity=Severity.WARN, value=2.2)
OVER = replace(RAISED, number=2, step=Step.OVER, time_s=200.0, severity=Severity.NONE, value=0.3)
AGAIN = replace(RAISED, episode="run-2", time_s=260.0)
RULE = Rule("dense", AlertKind.DENSITY)
YES = Judgement(Verdict.CONFIRMED, "ana", 210.0)


@pytest.mark.law(23)
def test_from_raised_to_closed() -> None:
    alert = life.opened(RAISED, RULE)
    alert = life.continued(alert, ROSE)
    assert (alert.severity, alert.peak, alert.value) == (Severity.WARN, Severity.WARN, 2.2)
    alert = life.continued(alert, OVER)
    assert alert.over_s == 200.0
    assert alert.value == 2.2, "the value of an alert is what raised it, not its end"
    assert not alert.closed
    alert = life.judged(alert, YES)
    assert alert.closed
    assert (alert.taken_by, alert.taken_s) == ("ana", 210.0)


def test_a_condition_that_comes_back_continues_its_alert() -> None:
    alert = life.continued(life.opened(RAISED, RULE), OVER)
    assert life.continues(alert, AGAIN, replace(RULE, cooldown_s=60.0))
    assert not life.continues(alert, AGAIN, replace(RULE, cooldown_s=59.0))
    alert = life.continued(alert, AGAIN)
    assert (alert.id, alert.episode, alert.episodes, alert.over_s) == ("run-1", "run-2", 2, None)


def test_a_worker_started_anew_does_not_double_its_alert() -> None:
    assert life.continues(
        life.opened(RAISED, RULE), replace(AGAIN, time_s=9e9), replace(RULE, cooldown_s=0.0)
    )


def test_what_was_judged_and_comes_back_is_new() -> None:
    alert = life.judged(life.continued(life.opened(RAISED, RULE), OVER), YES)
    assert not life.continues(alert, AGAIN, replace(RULE, cooldown_s=3600.0))


@pytest.mark.law(2)
@pytest.mark.parametrize(
    "now",
    [
        Rule("dense", AlertKind.THRESHOLD, indicator="people"),
        Rule("dense", AlertKind.THRESHOLD, indicator="entries"),
        Rule("dense", AlertKind.THRESHOLD, indicator="crossings", purposes=("other",)),
    ],
    ids=["of images now", "of another measure", "for another purpose"],
)
def test_an_alert_never_goes_on_as_what_a_profile_asks_something_else_of(now: Rule) -> None:
    """A rule of the same name watches crossings of closed quarters no more."""
    before = Rule("dense", AlertKind.THRESHOLD, indicator="crossings")
    said = replace(RAISED, kind=AlertKind.THRESHOLD)
    alert = life.opened(said, before)
    assert life.continues(alert, replace(said, episode="run-2"), before)
    assert not life.continues(alert, replace(said, episode="run-2"), now)


def test_a_rule_on_trial_never_touches_a_live_alert() -> None:
    assert not life.continues(
        life.opened(RAISED, RULE), replace(AGAIN, shadow=True), replace(RULE, cooldown_s=3600.0)
    )


def test_held_while_its_camera_is_silent() -> None:
    alert = life.held(life.opened(RAISED, RULE), 130.0)
    assert alert.held_s == 130.0
    assert life.held(alert, 140.0).held_s == 130.0
    assert life.resumed(alert, 150.0).held_s is None


@pytest.mark.law(23)
def test_one_takes_care_and_one_judges() -> None:
    alert = life.taken(life.opened(RAISED, RULE), "ana", 110.0)
    with pytest.raises(life.StepRefusedError):
        life.taken(alert, "bob", 111.0)
    assert life.taken(alert, "ana", 190.0).taken_s == 110.0, "she has had it since then"
    alert = life.judged(alert, YES)
    with pytest.raises(life.StepRefusedError):
        life.judged(alert, YES)
    with pytest.raises(life.StepRefusedError):
        life.taken(alert, "ana", 220.0)


def test_a_verdict_is_taken_back_by_who_gave_it_and_soon() -> None:
    alert = life.judged(life.opened(RAISED, RULE), YES)
    with pytest.raises(life.StepRefusedError):
        life.unjudged(alert, "bob", 211.0)
    with pytest.raises(life.StepRefusedError):
        life.unjudged(alert, "ana", 210.0 + life.UNDO_S + 0.1)
    assert life.unjudged(alert, "ana", 215.0).judgement is None


@pytest.mark.law(15)
def test_a_dismissal_states_its_reason() -> None:
    with pytest.raises(ValueError, match="reason"):
        Judgement(Verdict.DISMISSED, "ana", 1.0)
    with pytest.raises(ValueError, match="reason"):
        Judgement(Verdict.CONFIRMED, "ana", 1.0, DismissReason.HARMLESS)
