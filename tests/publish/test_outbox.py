"""Who is told of what, when, and what stops a message: over a receiver that checks signatures."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from receivers import HookReceiver, hook_receiver
from sqlalchemy import insert
from telling import NOON_S, RAISED, SECRET, Town

from parvis.alerts import life
from parvis.alerts.rule import Rule
from parvis.store.alert_retention import purge_alerts
from parvis.store.alert_rows import change_row, row_of
from parvis.store.schema import alert, alert_event
from parvis.values.alerts import AlertKind, Form, Severity, Step, Subject, Usual, Verdict
from parvis.values.notices import NoticeState

SENT, WAITING, DROPPED = NoticeState.SENT, NoticeState.WAITING, NoticeState.DROPPED


@pytest.fixture
def hook() -> Iterator[HookReceiver]:
    with hook_receiver(SECRET) as held:
        yield held


@pytest.fixture
def town(tmp_path: Path, hook: HookReceiver) -> Iterator[Callable[..., Town]]:
    """Makes a town with a channel ``poste`` to the receiver, and others written like it."""
    towns: list[Town] = []

    def made(more: str = "", others: str = "", profile: str = "demonstration") -> Town:
        towns.append(Town(tmp_path, channel(hook, "poste", more) + others, profile))
        return towns[-1]

    yield made
    for one in towns:
        one.store.close()


def channel(hook: HookReceiver, name: str, more: str = "") -> str:
    url = f'{{url: "{hook.url}", secret: "${{HOOK_SECRET}}"}}'
    lines = [f"  {name}:", f"    webhook: {url}"]
    return "\n".join([*lines, *(f"    {line}" for line in more.splitlines()), ""])


def types(hook: HookReceiver) -> list[str]:
    return [body["type"] for body in hook.bodies]


@pytest.mark.law(19)
def test_an_alert_is_told_once_with_all_that_it_takes_to_act(
    town: Callable[..., Town], hook: HookReceiver
) -> None:
    here = town()
    alert_id = here.raise_alert()
    assert (here.tell("poste"), here.tell("poste")) == (1, 0)
    (body,) = hook.bodies
    assert hook.ids == [f"{alert_id}/warn/poste"] == [body["id"]]
    assert body["standing"] == "Non vérifié par une personne."
    assert body["notice"] is not None  # the demonstration says so
    assert body["text"] == "Densité haute, Quai <Nord> (Terrasse)"
    assert body["todo"] == "Prévenir le poste."
    assert body["url"] == "https://parvis.example.fr/alerts/run1-1"
    told = body["alert"]
    assert (told["value"], told["threshold"], told["unit"]) == (2.4, 2.0, "p/m²")
    assert (told["severity"], told["since_s"], told["verified"]) == ("warn", NOON_S - 30, False)
    assert "3.25" not in str(body) and "4.75" not in str(body)  # no position of a person


def test_the_unusual_is_told_as_so_many_instead_of_so_many(
    town: Callable[..., Town], hook: HookReceiver
) -> None:
    here = town()
    usual = Usual(3, 1240.0, 450.2, 380.0, 530.0)
    here.raise_alert(kind=AlertKind.UNUSUAL, form=Form.MORE, usual=usual)
    here.tell("poste")
    (body,) = hook.bodies
    assert body["alert"]["usual"] == {
        "hours": 3, "value": 1240.0, "expected": 450.2, "low": 380.0, "high": 530.0,
    }  # fmt: skip
    assert "1 240 au lieu de 450 (380–530) sur 3 h" in body["text"].replace("\u202f", " ").replace(
        "\u00a0", " "
    )


def test_what_a_channel_does_not_ask_for_is_not_told(
    town: Callable[..., Town], hook: HookReceiver
) -> None:
    here = town("severity: alarm\nrules: [dense]\non: [place:port]")
    here.raise_alert(1, severity=Severity.WARN)
    here.raise_alert(2, severity=Severity.ALARM, subject=Subject("gare"))
    here.raise_alert(3, severity=Severity.ALARM, rule="flux", kind=AlertKind.CAMERA_HEALTH)
    here.raise_alert(4, severity=Severity.CRITICAL, shadow=True)
    wanted = here.raise_alert(5, severity=Severity.ALARM)
    here.tell("poste")
    assert hook.ids == [f"{wanted}/alarm/poste"]


def test_an_alert_that_goes_up_and_down_disturbs_once_a_severity(
    town: Callable[..., Town], hook: HookReceiver
) -> None:
    here = town()
    alert_id = here.raise_alert()
    here.tell("poste")
    here.follow(alert_id, Step.ROSE, Severity.ALARM, 1)
    here.tell("poste", 1)
    for number, (step, severity) in enumerate(
        [(Step.FELL, Severity.WATCH), (Step.ROSE, Severity.WARN), (Step.ROSE, Severity.ALARM)], 2
    ):
        here.follow(alert_id, step, severity, number)
        here.tell("poste", 1)
    assert types(hook) == ["alert.raised", "alert.rose"]
    assert [body["alert"]["severity"] for body in hook.bodies] == ["warn", "alarm"]


def test_the_end_and_the_verdict_follow_what_was_told_and_only_that(
    town: Callable[..., Town], hook: HookReceiver
) -> None:
    here = town("severity: alarm")
    quiet, told = here.raise_alert(1), here.raise_alert(2, severity=Severity.ALARM)
    here.tell("poste")
    for alert_id in (quiet, told):
        here.follow(alert_id, Step.OVER, Severity.NONE, 1)
        here.judge(alert_id, Verdict.CONFIRMED)
    here.tell("poste", 5)
    assert types(hook) == ["alert.raised"]  # it may come back, and be taken back
    here.tell("poste", 7)
    here.tell("poste", 60)
    assert types(hook) == ["alert.raised", "alert.confirmed", "alert.over"]
    assert hook.bodies[1]["standing"] == "Confirmé par une personne."
    assert hook.bodies[1]["alert"]["verdict"] == "confirmed"
    assert "camille" not in str(hook.bodies) and "riverains" not in str(hook.bodies)


def test_what_comes_back_or_is_taken_back_is_not_told_as_over_or_judged(
    town: Callable[..., Town], hook: HookReceiver
) -> None:
    here = town()
    alert_id = here.raise_alert()
    here.tell("poste")
    here.follow(alert_id, Step.OVER, Severity.NONE, 1)
    here.judge(alert_id, Verdict.DISMISSED)
    here.now_s += 5
    here.unjudge(alert_id)
    here.say(replace(RAISED, episode="run2-1", time_s=here.now_s))  # within its cool-down
    here.tell("poste", 120)
    assert types(hook) == ["alert.raised"]
    here.judge(alert_id, Verdict.DISMISSED)
    here.tell("poste", 12)
    assert types(hook) == ["alert.raised", "alert.dismissed"]


def test_nobody_takes_it_so_another_is_told(town: Callable[..., Town], hook: HookReceiver) -> None:
    more = "escalate_after_s: 300\nescalate_to: astreinte"
    here = town(more, channel(hook, "astreinte", "severity: never"))
    left, taken = here.raise_alert(1), here.raise_alert(2)
    here.tell("poste")
    here.tell("astreinte")
    here.take(taken)
    here.tell("astreinte", 299)
    assert "astreinte" not in str(hook.ids)
    here.tell("astreinte", 1)
    assert hook.ids[2:] == [f"{left}/escalated/astreinte"]
    assert here.why(taken)[f"{taken}/escalated/astreinte"] == "somebody takes care of it"
    assert hook.bodies[2]["text"].startswith("Personne ne s’en occupe")
    here.judge(left, Verdict.CONFIRMED)
    here.tell("astreinte", 20)
    assert hook.ids[3:] == [f"{left}/confirmed/astreinte"]


NIGHT_S = NOON_S + 11 * 3600  # 23:00
QUIET = 'quiet: {hours: [{from: "22:00", to: "06:00"}], below: alarm, then: THEN}'


def test_in_quiet_hours_what_is_not_grave_waits_for_the_morning(
    town: Callable[..., Town], hook: HookReceiver
) -> None:
    here = town(QUIET.replace("THEN", "wait"))
    here.now_s = NIGHT_S
    waits, grave = here.raise_alert(1), here.raise_alert(2, severity=Severity.CRITICAL)
    here.tell("poste")
    assert hook.ids == [f"{grave}/critical/poste"]
    here.tell("poste", 7 * 3600 - 60)
    assert len(hook.ids) == 1
    here.tell("poste", 60)
    assert hook.ids[1:] == [f"{waits}/warn/poste"]


def test_quiet_hours_may_drop_instead_and_escalate_nothing(
    town: Callable[..., Town], hook: HookReceiver
) -> None:
    more = QUIET.replace("THEN", "drop") + "\nescalate_after_s: 60\nescalate_to: astreinte"
    here = town(more, channel(hook, "astreinte", "severity: never"))
    here.now_s = NIGHT_S
    alert_id = here.raise_alert()
    here.tell("poste")
    here.tell("astreinte", 60)
    here.tell("poste", 8 * 3600)
    assert hook.ids == []
    assert set(here.why(alert_id).values()) == {"quiet hours"}


def test_the_gate_is_asked_before_anything_leaves(
    town: Callable[..., Town], hook: HookReceiver
) -> None:
    here = town(profile="statistics")
    image = here.raise_alert(1)
    named = here.raise_alert(3, rule="flux")  # by that name a rule of another kind runs now
    health = here.raise_alert(2, rule="flux", kind=AlertKind.CAMERA_HEALTH, subject=Subject("quai"))
    here.tell("poste")
    assert hook.ids == [f"{health}/warn/poste"]
    for one in (image, named):
        assert "no alert on images of the moment" in here.why(one)[f"{one}/warn/poste"]


@pytest.mark.law(2)
def test_what_waits_when_the_profile_changes_goes_to_nobody(
    town: Callable[..., Town], hook: HookReceiver
) -> None:
    here = town()
    image = [here.raise_alert(n) for n in range(3)]
    health = here.raise_alert(9, rule="flux", kind=AlertKind.CAMERA_HEALTH, subject=Subject("quai"))
    here.notifier.gather()
    here.write(here.channels, "statistics")
    here.tell("poste")
    assert hook.ids == [f"{health}/warn/poste"]
    for one in image:
        assert "no alert on images of the moment" in here.why(one)[f"{one}/warn/poste"]


def test_a_receiver_that_fails_gets_it_later_and_what_is_too_old_is_dropped(
    town: Callable[..., Town], hook: HookReceiver
) -> None:
    here = town("give_up_after_s: 600")
    hook.answer = 503
    alert_id = here.raise_alert()
    assert here.tell("poste") == 1
    assert here.tell("poste") == 0  # not at once
    (state,) = here.notifier.states()
    assert (state.waiting, state.failures) == (1, 1)
    assert str(state.failure) == "127.0.0.1 answers 503"
    tries = sum(here.tell("poste", 1) for _ in range(60))
    assert 3 <= tries <= 6  # 5, 10, 20, 40 s, half as much at least
    hook.answer = 204
    for _ in range(10):
        here.tell("poste", 10)
    assert here.states(alert_id) == {f"{alert_id}/warn/poste": SENT}
    assert set(hook.ids) == {f"{alert_id}/warn/poste"}
    hook.answer = 503
    late = here.raise_alert(2)
    for _ in range(100):
        here.tell("poste", 10)
    assert here.states(late) == {f"{late}/warn/poste": DROPPED}
    (state,) = here.notifier.states()
    assert (state.waiting, state.sent_day, state.dropped_day) == (0, 1, 1)


def test_a_burst_goes_as_few_messages_that_say_how_many(
    town: Callable[..., Town], hook: HookReceiver
) -> None:
    here = town("per_minute: 5")
    changes = [
        replace(
            RAISED,
            episode=f"b-{number}",
            severity=Severity.CRITICAL if number == 7_777 else Severity.WARN,
        )
        for number in range(10_000)
    ]
    with here.store.alerts._database.writing() as connection:
        rows = [
            row_of(life.opened(one, Rule(one.rule, one.kind)))
            | {"number": number, "raised_day": "2026-11-24"}
            for number, one in enumerate(changes, 1)
        ]
        connection.execute(insert(alert), rows)
        connection.execute(insert(alert_event), [change_row(one.episode, one) for one in changes])
    assert here.tell("poste") == 5
    assert here.tell("poste") == 0
    assert hook.ids[0] == "b-7777/critical/poste"  # the gravest goes first, by itself
    (digest,) = [body for body in hook.bodies if body["type"] == "alert.digest"]
    assert digest["count"] == 9_996
    assert digest["text"].replace("\u202f", " ").startswith("9 996 autres messages")
    assert len(digest["alerts"]) == 20
    assert digest["notice"] is not None
    (state,) = here.notifier.states()
    assert (state.waiting, state.sent_day) == (0, 10_000)


def test_a_digest_that_is_not_taken_goes_again_as_the_same(
    town: Callable[..., Town], hook: HookReceiver
) -> None:
    here = town("per_minute: 1")
    hook.answer = 500
    for number in range(3):
        here.raise_alert(number)
    here.tell("poste")
    here.raise_alert(9)
    hook.answer = 204
    here.tell("poste", 10)
    assert hook.ids[0] == hook.ids[1]
    assert [body["count"] for body in hook.bodies] == [3, 3]
    here.tell("poste", 61)
    assert hook.ids[2] == "run1-9/warn/poste"


def test_a_channel_that_leaves_the_file_leaves_nothing_waiting(
    town: Callable[..., Town], hook: HookReceiver
) -> None:
    here = town()
    alert_id = here.raise_alert()
    here.notifier.gather()
    here.write("  autre:\n    mqtt: {host: 127.0.0.1, port: 1, tls: none}\n    severity: never\n")
    here.notifier.turn()
    assert here.why(alert_id) == {f"{alert_id}/warn/poste": "no such channel"}
    assert hook.ids == []


def test_alerts_from_before_the_first_channel_are_not_told(
    town: Callable[..., Town], hook: HookReceiver
) -> None:
    here = town()
    with_channel = here.path.read_text(encoding="utf-8")
    here.path.write_text(with_channel.partition("notify:")[0], encoding="utf-8")
    here.raise_alert(1)
    here.notifier.gather()
    here.path.write_text(with_channel, encoding="utf-8")
    later = here.raise_alert(2)
    here.tell("poste")
    assert hook.ids == [f"{later}/warn/poste"]


def test_deleted_alerts_take_their_messages_along_and_later_ones_are_told(
    town: Callable[..., Town], hook: HookReceiver
) -> None:
    here = town()
    alert_id = here.raise_alert(1)
    here.follow(alert_id, Step.OVER, Severity.NONE, 1)
    here.tell("poste")
    assert purge_alerts(here.store._database, here.now_s + 1) == 1
    assert here.states(alert_id) == {}
    again = here.raise_alert(2)
    here.tell("poste")
    assert hook.ids[1:] == [f"{again}/warn/poste"]
