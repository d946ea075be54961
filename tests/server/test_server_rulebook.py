"""Rules in words: sentences for every kind, and forms that give back what they show."""

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from server_world import FAST, World
from starlette.datastructures import FormData
from test_server_alerts import RAISED, raised

from parvis.alerts.advice import to_do
from parvis.alerts.amounts import amount
from parvis.alerts.from_site import rule_of
from parvis.alerts.kinds import KINDS
from parvis.alerts.remarks import rule_remarks
from parvis.alerts.rule import Rule
from parvis.policy.terms import Role
from parvis.server.app import create_app
from parvis.server.hours_form import HoursRow
from parvis.server.i18n import Words
from parvis.server.inbox.kind_words import what
from parvis.server.problems import ProblemError
from parvis.server.rulebook.form import LEVELS, Filled, given, settings, shown
from parvis.server.rulebook.sentence import SOURCE_WORDS, sentence
from parvis.site import check, load
from parvis.site.edit import SiteDocument
from parvis.site.rules import RuleSettings
from parvis.site.shapes import Site
from parvis.values.alerts import AlertKind, Form, Severity, Subject

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


@pytest.mark.parametrize(
    ("indicator", "says"),
    [
        ("people", "Quand le nombre de présents atteint 4 personnes (veille) pendant 1 min,"),
        ("density", "Quand la densité atteint 4,0 p/m² (veille) pendant 1 min,"),
        ("parked", "Quand le nombre de véhicules garés atteint 4 véhicules (veille)"),
        (
            "crossings",
            "Quand le nombre de passages d’un quart d’heure atteint 4 passages (veille),",
        ),
    ],
)
def test_a_threshold_says_what_it_watches(indicator: str, says: str) -> None:
    said = {"kind": "threshold", "indicator": indicator, "levels": {"watch": 4.0}}
    words = Words("fr", ZoneInfo("Europe/Paris"))
    found = sentence(SITE, rule_of("monde", RuleSettings.model_validate(said)), words)
    assert found.replace("\u00a0", " ").startswith(says)


def test_an_alert_of_a_threshold_is_told_in_its_unit(demonstration: World) -> None:
    world = demonstration
    text = world.path.read_text(encoding="utf-8")
    rule = "rules: {monde: {kind: threshold, indicator: people, levels: {watch: 4}}}\n"
    world.path.write_text(text + rule, encoding="utf-8")
    world.site.take(load(world.path))
    change = replace(RAISED, rule="monde", kind=AlertKind.THRESHOLD, value=14.0, threshold=4.0)
    alert_id = raised(world, change=change)
    page = world.signed_in(Role.OPERATOR).get(
        f"/alerts/{alert_id}", headers={"accept-language": "fr"}
    )
    said = page.text.replace("\u00a0", " ")
    assert "14 personnes" in said
    assert "4 personnes" in said.replace("14 personnes", "")
    assert "14,0" not in said


def test_half_a_second_is_not_none_at_all() -> None:
    words = Words("fr", ZoneInfo("Europe/Paris"))
    found = sentence(SITE, Rule("vite", AlertKind.SPEED), words)
    assert "pendant 0,5 s" in found.replace("\u00a0", " ")


BROKEN = """
rules:
  foule: {kind: density, levels: {watch: 3, warn: 2}, label: "<script>Foule"}
  monde: {kind: threshold, levels: {watch: 3}}
  temps: {kind: accumulation, levels: {watch: 60, warn: 90}}
  sante: {kind: camera_health}
"""


def test_a_rule_that_makes_no_sense_is_told_wherever_a_person_looks(world: World) -> None:
    """In the check of the file at its line, in *Santé*, in *Règles*; the others run on."""
    text = world.path.read_text(encoding="utf-8") + BROKEN
    world.path.write_text(text, encoding="utf-8")
    found = [
        one for one in check(world.path, judges=[rule_remarks]) if one.key.startswith("rules.")
    ]
    lines = text.splitlines()
    assert [(one.key, lines[one.line - 1].split(":")[0].strip()) for one in found] == [
        ("rules.foule.levels", "foule"),
        ("rules.monde.indicator", "monde"),
        ("rules.temps.levels", "temps"),
    ]
    assert all(one.remedy for one in found)
    world.site.take(load(world.path))
    browser = world.signed_in(Role.TECHNICIAN)
    french = {"accept-language": "fr"}
    health = browser.get("/health", headers=french).text
    assert "Règle &lt;script&gt;Foule" in health
    assert "parvis check site.yaml" in health
    listed = browser.get("/rules", headers=french).text
    assert listed.count("Non suivie") == 3
    assert "<script>Foule" not in listed
    assert [one["name"] for one in browser.get("/api/v1/rules").json()["rules"]] == ["sante"]
    for name in ("foule", "monde", "temps"):
        page = browser.get(f"/rules/{name}", headers=french)
        assert (page.status_code, "n’est pas suivie" in page.text) == (200, True), name
    assert browser.get("/rules/new?kind=threshold", headers=french).status_code == 200


def test_what_a_rule_can_never_see_is_remarked(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_text(
        "site: {name: x}\n"
        "places: {marche: {label: x, at: [2.0, 48.0]}}\n"
        "rules:\n"
        "  a: {kind: queue, on: ['place:marche']}\n"
        "  b: {kind: density, on: ['place:marche']}\n"
        "  c: {kind: threshold, indicator: people}\n",
        encoding="utf-8",
    )
    found = check(path, judges=[rule_remarks])
    assert [(one.key, one.line, one.severity.value) for one in found] == [
        ("rules.a.on.0", 4, "warning"), ("rules.c.kind", 6, "warning"),
    ]  # fmt: skip


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
    for name in ("on", "classes", "forms"):
        rows += [(name, one) for one in getattr(held, name)]
    # The empty row that a form ends with is sent too, its days ticked.
    for i, row in enumerate((*held.hours, HoursRow())):
        rows += [(f"start_{i}", row.start), (f"end_{i}", row.end)]
        rows += [(f"days_{i}", day) for day in row.days]
    rows += [("shadow", "yes")] if held.shadow else []
    texts = ("label", "for_s", "release", "release_s", "cooldown_s", "cap", "radius_m")
    for key in (*texts, "direction", "purposes", "indicator"):
        rows.append((key, getattr(held, key)))
    return FormData(rows)


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "density"},
        {"kind": "density", "levels": {"watch": 1.5, "alarm": 4.0}, "for_s": 45.0},
        {"kind": "queue", "on": ["quai.terrasse"], "mode": "shadow", "cap_per_hour": 3},
        {"kind": "threshold", "indicator": "people", "levels": {"watch": 4.0}},
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
        {
            "kind": "forbidden_crossing",
            "on": ["quai.voie", "quai.pont"],
            "classes": ["vehicle", "bicycle"],
            "direction": "second",
            "release": 0.8,
            "release_s": 12.5,
            "purposes": ["safety of people", "traffic, at night"],
            "cooldown_s": 0.0,
        },
        {"kind": "camera_health", "forms": ["moved", "lost"], "release": 0.35},
        {"kind": "threshold", "indicator": "density_voronoi_pm2", "levels": {"critical": 3.5}},
    ],
)
def test_a_form_gives_back_what_it_shows(said: dict[str, object]) -> None:
    held = RuleSettings.model_validate(said)
    form = shown("x", held)
    assert settings(given("x", filled(form)), held) == held


def test_a_changed_rung_keeps_the_others() -> None:
    held = RuleSettings(kind=AlertKind.DENSITY)
    rows = dict(filled(shown("x", held)).items()) | {"level_watch": "1.5"}
    fresh = settings(given("x", FormData(rows)), held)
    assert fresh.levels == {"watch": 1.5, "warn": 2.0, "alarm": 3.0}


@pytest.mark.parametrize(
    "wrong",
    [
        {"level_watch": "beaucoup"},
        {"level_watch": "3", "level_warn": "2"},
        {"start_0": "22:00"},
        {"for_s": "-1"},
        {"cap": "0"},
        {"cap": "nan"},
        {"cooldown_s": "inf"},
        {"release": "0"},
        {"release": "120"},
        {"direction": "sideways"},
        {"purposes": "x" * 201},
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, str]) -> None:
    held = RuleSettings(kind=AlertKind.DENSITY)
    rows = dict(filled(shown("x", held)).items()) | wrong
    with pytest.raises(ProblemError):
        settings(given("x", FormData(rows)), held)


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


def test_a_rule_that_lacks_history_says_in_how_many_days_it_has_enough(world: World) -> None:
    young = {Subject("quai", "pont"): 12, Subject("gare"): 1, Subject("quai", "terrasse"): 12}
    app = create_app(replace(world.hub, young=lambda: young), FAST)
    browser = replace(world, app=app).signed_in(Role.OPERATOR)
    for address in ("/rules", "/rules/unusual"):
        text = browser.get(address).text.replace("\u00a0", " ")
        assert "Historique dans 1 jour : Gare." in text
        assert "Historique dans 12 jours : Quai Nord (pont), Quai Nord (terrasse)." in text
    assert "Historique dans" not in world.signed_in(Role.OPERATOR).get("/rules").text
