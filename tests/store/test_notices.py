"""The outbox on both engines: what happened becomes messages once, through failures and digests."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from samples import NOON

from parvis.alerts import life
from parvis.alerts.rule import Rule
from parvis.store import Store
from parvis.store.alert_retention import purge_alerts
from parvis.values.alerts import AlertKind, Change, Form, Severity, Step, Subject
from parvis.values.notices import News, Notice, NoticeDeed
from parvis.values.saying import T

RAISED = Change(
    "run1-0", 0, "dense", "0123456789ab", AlertKind.DENSITY, Form.PLAIN,
    Subject("quai", "terrasse"), Step.RAISED, NOON, NOON - 30, Severity.WARN, 2.4, 2.1, 2.7, 2.0,
)  # fmt: skip


def raised(store: Store, number: int, severity: Severity = Severity.WARN) -> str:
    change = replace(RAISED, episode=f"run1-{number}", severity=severity, time_s=NOON + number)
    with store.alerts.stepping() as steps:
        return steps.open(life.opened(change, Rule(change.rule, change.kind)), change).id


def told(news: Sequence[News]) -> Iterable[Notice]:
    return [
        Notice(
            f"{one.alert.id}/a", "a", one.alert.id, NoticeDeed.RAISED, one.event.severity,
            one.event.time_s, one.event.time_s, one.event.time_s,
        )
        for one in news
    ]  # fmt: skip


def test_each_thing_that_happened_is_taken_once(store: Store) -> None:
    ids = [raised(store, number) for number in range(3)]
    assert store.notices.gather(told) == 3
    assert store.notices.gather(told) == 0
    ids.append(raised(store, 3, Severity.CRITICAL))
    assert store.notices.gather(told) == 1
    due = store.notices.due("a", NOON + 10)
    assert [one.notice.alert_id for one in due] == [ids[3], *ids[:3]]  # the gravest first
    assert all(one.alert is not None and len(one.told) == 1 for one in due)
    assert store.notices.due("a", NOON) == due[1:2]
    assert store.notices.due("b", NOON + 10) == []
    assert (store.notices.busy(NOON - 1), store.notices.busy(NOON)) == (set(), {"a"})


def test_a_message_is_sent_postponed_dropped_or_forgotten(store: Store) -> None:
    ids = [f"{raised(store, number)}/a" for number in range(5)]
    store.notices.gather(told)
    now_s = NOON + 100
    store.notices.sent("a", ids[0], now_s)
    why = T("{host} answers {code}")(host="h", code="503")
    store.notices.failed("a", [ids[1]], why, now_s=now_s, due_s=now_s + 10)
    store.notices.settle(
        dropped={ids[2]: "quiet hours"},
        waiting={ids[3]: now_s + 50},
        forgotten=[ids[4]],
        now_s=now_s,
    )
    assert store.notices.due("a", now_s) == []
    assert [one.notice.id for one in store.notices.due("a", now_s + 60)] == [ids[1], ids[3]]
    (state,) = store.notices.states(["a"], now_s)
    assert (state.waiting, state.held, state.sent_day, state.dropped_day) == (1, 1, 1, 1)
    assert (state.sent_s, state.failed_s, state.failures, state.failure) == (now_s, now_s, 1, why)
    assert state.oldest_s == NOON + 1
    store.notices.sent("a", ids[1], now_s + 10)
    (state,) = store.notices.states(["a"], now_s + 10)
    assert (state.failures, state.sent_day) == (0, 2)
    assert store.notices.states(["never"], now_s)[0].sent_s is None
    assert store.notices.drop_others(["b"], now_s) == 1


def test_many_go_as_one(store: Store) -> None:
    ids = [f"{raised(store, number)}/a" for number in range(6)]
    store.notices.gather(told)
    now_s = NOON + 100
    store.notices.bind_rest("a", "digest-1", ids[:2], now_s)
    assert store.notices.open_digest("a", now_s) == "digest-1"
    assert [one.notice.id for one in store.notices.due("a", now_s)] == ids[:2]
    assert [one.notice.id for one in store.notices.due("a", now_s, "digest-1", 1)] == ids[3:]
    store.notices.failed("a", ["digest-1"], T("no"), now_s=now_s, due_s=now_s + 5)
    assert store.notices.open_digest("a", now_s) is None
    store.notices.sent("a", "digest-1", now_s + 6)
    store.notices.sent("a", ids[0], now_s + 6)
    assert store.notices.sent_since("a", now_s) == 2  # four messages went as one
    assert store.notices.open_digest("a", now_s + 9) is None


def test_deleted_alerts_leave_no_message_and_what_comes_next_is_told(store: Store) -> None:
    alert_id = raised(store, 0)
    store.notices.gather(told)
    with store.alerts.stepping() as steps:
        before = steps.get(alert_id)
        assert before is not None
        steps.set(life.ended(before, NOON + 60))
    assert purge_alerts(store._database, NOON + 100) == 1
    assert store.notices.of_alert(alert_id) == []
    raised(store, 1)
    assert store.notices.gather(told) == 1
