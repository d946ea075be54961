"""A town whose alerts are told: its file, its store, its clock, and what happens to alerts."""

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from parvis.alerts import life
from parvis.alerts.from_site import sound_rules_of
from parvis.alerts.rule import Rule, rule_that_said
from parvis.fleet.alert_book import AlertBook
from parvis.fleet.layout import DataFolder
from parvis.policy.gate import Gate
from parvis.publish.notifier import Notifier
from parvis.server.i18n import Words
from parvis.site import LoadedSite, load
from parvis.store import Store
from parvis.values.alert_history import AlertEvent, Deed
from parvis.values.alerts import (
    Alert,
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
from parvis.values.notices import NoticeState

NOON_S = 1_795_431_600.0
"""A Tuesday at noon in Paris."""

SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="
SECRETS = f"HOOK_SECRET={SECRET}\nMAIL_PASSWORD=p@ss/word\nBROKER_PASSWORD=b<rok&er\n"

HEAD = """\
site: {name: Ville d'exemple, timezone: Europe/Paris, language: fr}
policy: {profile: PROFILE}
server: {public_url: "https://parvis.example.fr", port: 0}
cameras:
  quai:
    label: Quai <Nord>
    source: rtsp://127.0.0.1:8554/quai
    zones:
      terrasse: {label: Terrasse, polygon: [[0.2, 0.4], [0.6, 0.4], [0.6, 0.9], [0.2, 0.9]]}
  gare: {label: Gare, source: "rtsp://127.0.0.1:8554/gare"}
places:
  port: {label: Le port, at: [2.3, 48.8], zones: [quai.terrasse]}
rules:
  dense: {kind: density, label: Densité, todo: {warn: Prévenir le poste.}, cooldown_s: 60}
  flux: {kind: camera_health}
notify:
"""

RAISED = Change(
    "run1-1", 0, "dense", "0123456789ab", AlertKind.DENSITY, Form.PLAIN,
    Subject("quai", "terrasse"), Step.RAISED, NOON_S, NOON_S - 30, Severity.WARN, 2.4, 2.1, 2.7,
    2.0, at=(3.25, 4.75), model="nano",
)  # fmt: skip


@dataclass
class Town:
    """A site.yaml with these channels, its store and its clock."""

    folder: Path
    channels: str
    profile: str = "demonstration"
    now_s: float = NOON_S
    store: Store = field(init=False)
    path: Path = field(init=False)

    def __post_init__(self) -> None:
        self.path = self.folder / "site.yaml"
        (self.folder / "secrets.env").write_text(SECRETS, encoding="utf-8")
        (self.folder / "secrets.env").chmod(0o600)
        self.write(self.channels, self.profile)
        self.store = Store(DataFolder(self.folder / "data").database_url, ZoneInfo("Europe/Paris"))
        self.notifier = Notifier(
            self.store, self.loaded, self.gate, self.rules, Words, lambda: self.now_s, os.environ
        )
        self.book = AlertBook(self.store.alerts, self.rules, lambda _rule, _camera: True)

    def write(self, channels: str, profile: str = "demonstration") -> None:
        text = HEAD.replace("PROFILE", profile) + channels
        self.path.write_text(text, encoding="utf-8")

    def loaded(self) -> LoadedSite:
        return load(self.path)

    def gate(self) -> Gate:
        site = self.loaded().site
        return Gate.of(site.policy.profile, site.recorded)

    def rules(self) -> dict[str, Rule]:
        return {rule.name: rule for rule in sound_rules_of(self.loaded().site.rules)}

    def say(self, *changes: Change) -> None:
        """What rules say, taken into the store now."""
        self.book.take(changes, self.now_s)

    def raise_alert(self, number: int = 1, **told: object) -> str:
        """A new alert of its own cause; its id."""
        change = replace(RAISED, episode=f"run1-{number}", time_s=self.now_s, **told)  # type: ignore[arg-type]
        rule = rule_that_said(self.rules(), change.rule, change.kind)
        with self.store.alerts.stepping() as steps:
            return steps.open(life.opened(change, rule), change).id

    def follow(self, alert_id: str, step: Step, severity: Severity, number: int) -> None:
        change = replace(
            RAISED, episode=alert_id, number=number, step=step, severity=severity, time_s=self.now_s
        )
        self.say(change)

    def judge(self, alert_id: str, verdict: Verdict) -> None:
        reason = DismissReason.HARMLESS if verdict is Verdict.DISMISSED else None
        said = Judgement(verdict, "camille", self.now_s, reason, "des riverains")
        self._step(alert_id, Deed(verdict.value), lambda one: life.judged(one, said))

    def unjudge(self, alert_id: str) -> None:
        self._step(alert_id, Deed.UNDONE, lambda one: life.unjudged(one, "camille", self.now_s))

    def take(self, alert_id: str) -> None:
        self._step(alert_id, Deed.TAKEN, lambda one: life.taken(one, "camille", self.now_s))

    def _step(self, alert_id: str, deed: Deed, step: object) -> None:
        with self.store.alerts.stepping() as steps:
            before = steps.get(alert_id)
            assert isinstance(before, Alert) and callable(step)
            after = step(before)
            steps.set(after)
            steps.happened(alert_id, AlertEvent(self.now_s, deed, after.severity, who="camille"))

    def tell(self, channel: str, after_s: float = 0.0) -> int:
        """Let time pass, then one round of a channel; how many messages were tried."""
        self.now_s += after_s
        self.notifier.gather()
        return self.notifier.round(channel)

    def states(self, alert_id: str) -> dict[str, NoticeState]:
        """How far each message about an alert got."""
        return {one.id: state for one, state, _, _ in self.store.notices.of_alert(alert_id)}

    def why(self, alert_id: str) -> dict[str, str]:
        return {one.id: why for one, _, _, why in self.store.notices.of_alert(alert_id)}
