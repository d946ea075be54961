"""A value is told with its unit: in a message as on a screen, in both languages."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from telling import NOON_S, RAISED

from parvis.alerts import life
from parvis.alerts.kinds import KINDS
from parvis.alerts.rule import LIVE_INDICATORS, Rule
from parvis.publish.letter import Letter, Writer
from parvis.server.i18n import Words
from parvis.server.inbox import sentences
from parvis.site.shapes import Site
from parvis.values.alerts import Alert, AlertKind, Severity
from parvis.values.notices import DueNotice, Notice, NoticeDeed
from parvis.values.series import SeriesKind

SITE = Site.model_validate({"site": {"name": "Ville"}})
PARIS = ZoneInfo("Europe/Paris")


def alert_of(kind: AlertKind, value: float, indicator: str = "") -> Alert:
    said = replace(RAISED, rule="seuil", kind=kind, value=value, threshold=value)
    return life.opened(said, Rule("seuil", kind, indicator=indicator))


def letter(alert: Alert, language: str) -> Letter:
    notice = Notice(
        f"{alert.id}/warn/poste", "poste", alert.id, NoticeDeed.RAISED, Severity.WARN, NOON_S,
        NOON_S, NOON_S,
    )  # fmt: skip
    due = DueNotice(notice, 0, alert, ())
    return Writer(SITE, {}, Words(language, PARIS)).about(due, None, NOON_S)


@pytest.mark.parametrize(
    ("indicator", "level", "french", "english", "unit"),
    [
        ("people", 12, "12 personnes", "12 people", "p"),
        ("density", 2, "2,0 p/m²", "2.0 p/m²", "p/m²"),
        ("speed", 1.25, "1,2 m/s", "1.2 m/s", "m/s"),
        ("net", 1, "1,0 p/s", "1.0 p/s", "p/s"),
        ("parked", 40, "40 véhicules", "40 vehicles", "vehicles"),
        ("crossings", 500, "500 passages", "500 crossings", "crossings"),
        ("entries", 1, "1 entrée", "1 entry", "entries"),
        ("queue_wait_s", 600, "10 min", "10 min", "s"),
        ("counterflow_share", 0.25, "25 %", "25%", "share"),
        ("gathered_max_p", 30, "30 personnes", "30 people", "p"),
        ("", 3, "3", "3", ""),
    ],
)
def test_a_threshold_says_what_it_counts(
    indicator: str, level: float, french: str, english: str, unit: str
) -> None:
    alert = alert_of(AlertKind.THRESHOLD, level, indicator)
    for language, said in (("fr", french), ("en", english)):
        found = letter(alert, language)
        value, threshold = (one.replace("\u00a0", " ").replace("\u202f", " ") for _, one in
                            found.facts[2:4])  # fmt: skip
        assert (value, threshold) == (said, said)
        assert found.payload["alert"]["unit"] == unit


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("value", [0.0, 1.0, 2.26, 61.0, 1234.5, float("inf")])
def test_a_message_words_a_value_as_the_screen_does(language: str, value: float) -> None:
    words = Words(language, PARIS)
    kinds = [(kind, "") for kind in KINDS]
    kinds += [(AlertKind.THRESHOLD, one) for one in (*LIVE_INDICATORS, *SeriesKind)]
    for kind, indicator in kinds:
        alert = alert_of(kind, value, indicator)
        told = letter(alert, language).facts[2][1]
        assert told == sentences.value_parts(alert, words)[0], (kind, indicator)
