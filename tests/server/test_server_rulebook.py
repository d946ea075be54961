"""Rules in words: sentences for every kind, and forms that give back what they show."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from starlette.datastructures import FormData

from parvis.alerts.advice import to_do
from parvis.alerts.kinds import KINDS
from parvis.alerts.rule import Rule
from parvis.server.i18n import Words
from parvis.server.inbox.kind_words import amount, what
from parvis.server.problems import ProblemError
from parvis.server.rulebook.form import LEVELS, Filled, given, settings, shown
from parvis.server.rulebook.sentence import SOURCE_WORDS, sentence
from parvis.site.edit import SiteDocument
from parvis.site.rules import RuleSettings
from parvis.site.shapes import Site
from parvis.values.alerts import AlertKind, Form, Severity

SITE = Site.model_validate(
    {
        "site": {"name": "x"},
        "cameras": {
            "quai": {
                "label": "Quai Nord",
                "source": "rtsp://127.0.0.1/1",
                "zones": {"terrasse": {"polygon": [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]]}},
            }
        },
    }
)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", list(AlertKind))
def test_every_kind_says_itself_and_what_to_do(kind: AlertKind, language: str) -> None:
    words = Words(language, ZoneInfo("Europe/Paris"))
    said = sentence(SITE, Rule(kind.value, kind), words)
    assert said[0].isupper()
    assert said.endswith(".")
    assert "{" not in said
    assert amount(kind, 1.0, words)
    assert what(kind, Form.PLAIN, words)
    assert KINDS[kind].source.rstrip(".") in {one.text for one in SOURCE_WORDS}
    for severity in list(Severity)[1:]:
        assert words.shown(to_do(kind, Form.PLAIN, severity, {}))


def test_the_words_of_the_town_come_first() -> None:
    words = Words("fr", ZoneInfo("Europe/Paris"))
    said = {Severity.WARN: "Appeler le régisseur."}
    kind, form = AlertKind.DENSITY, Form.PLAIN
    assert to_do(kind, form, Severity.ALARM, said) == "Appeler le régisseur."
    # Under the first severity that the town wrote for, the kind's own text holds.
    assert words.shown(to_do(kind, form, Severity.WATCH, said)).startswith("Limitez")


def filled(held: Filled) -> FormData:
    """What a browser sends of a form."""
    rows = [(f"level_{key}", held.levels.get(key, "")) for key in LEVELS]
    rows += [(f"todo_{key}", held.todo.get(key, "")) for key in LEVELS]
    rows += [("on", one) for one in held.on] + [("days", one) for one in held.days]
    rows += [("shadow", "yes")] if held.shadow else []
    for key in ("label", "for_s", "cooldown_s", "cap", "radius_m", "start", "end"):
        rows.append((key, getattr(held, key)))
    return FormData(rows)


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "density"},
        {"kind": "density", "levels": {"watch": 1.5, "alarm": 4.0}, "for_s": 45.0},
        {"kind": "queue", "on": ["quai.terrasse"], "mode": "shadow", "cap_per_hour": 3},
        {"kind": "gathering", "radius_m": 2.0, "hours": [{"from": "22:00", "to": "06:00"}]},
        {
            "kind": "intrusion",
            "label": "Parc fermé",
            "classes": ["person"],
            "purposes": ["safety"],
            "todo": {"watch": "Appeler le gardien."},
            "hours": [
                {"days": ["sat"], "from": "22:00", "to": "06:00"},
                {"days": ["sun"], "from": "20:00", "to": "06:00"},
            ],
        },
    ],
)
def test_a_form_gives_back_what_it_shows(said: dict[str, object]) -> None:
    held = RuleSettings.model_validate(said)
    form = shown("x", held)
    assert settings(given("x", filled(form), several=form.several), held) == held


def test_a_changed_rung_keeps_the_others() -> None:
    held = RuleSettings(kind=AlertKind.DENSITY)
    rows = dict(filled(shown("x", held)).items()) | {"level_watch": "1.5"}
    fresh = settings(given("x", FormData(rows), several=False), held)
    assert fresh.levels == {"watch": 1.5, "warn": 2.0, "alarm": 3.0}


@pytest.mark.parametrize(
    "wrong",
    [
        {"level_watch": "beaucoup"},
        {"level_watch": "3", "level_warn": "2"},
        {"start": "22:00"},
        {"for_s": "-1"},
        {"cap": "0"},
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, str]) -> None:
    held = RuleSettings(kind=AlertKind.DENSITY)
    rows = dict(filled(shown("x", held)).items()) | wrong
    with pytest.raises(ProblemError):
        settings(given("x", FormData(rows), several=False), held)


def test_an_edit_of_rules_keeps_comments(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_text(
        "site: {name: x}\n"
        "rules:   # those of the town\n"
        "  night:  # asked for by the park's keeper\n"
        "    kind: intrusion\n"
        "    hours: [{from: '22:00', to: '06:00'}]   # when it is shut\n",
        encoding="utf-8",
    )
    document = SiteDocument.open(path)
    held = document.site.rules["night"]
    fresh = document.set_rules({"night": held.model_copy(update={"cap_per_hour": 3})})
    for comment in ("those of the town", "the park's keeper", "when it is shut"):
        assert comment in fresh.text
    assert fresh.site.rules["night"].cap_per_hour == 3
    assert fresh.site.rules["night"].hours == held.hours
    assert document.set_rules({"night": held}).text == document.text
    more = fresh.set_rules({"crowd": RuleSettings(kind=AlertKind.DENSITY)})
    assert list(more.site.rules) == ["night", "crowd"]
    assert list(more.remove_rule("night").site.rules) == ["crowd"]
    with pytest.raises(KeyError):
        more.remove_rule("nothing")
