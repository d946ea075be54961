"""*Règles*: read by all who read alerts, changed as a sentence, tried on what was stored."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import raised
from looking import OpenPage, violations
from map_site import MAP_SITE
from playwright.sync_api import expect
from town import NOW_S, Town, open_site

from parvis.site import load
from parvis.values.measure import Measure, Spread
from parvis.values.minute import ClosedMinute
from parvis.values.series import Series, SeriesKind

pytestmark = pytest.mark.machine


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The town with verdicts of a month, and densities of three days on its terrace."""
    with open_site(tmp_path_factory.mktemp("rules"), days=(0,), site=MAP_SITE) as served:
        raised.afternoon(served.services.store, NOW_S)
        dense_evenings(served)
        yield served


def dense_evenings(town: Town) -> None:
    """Every evening of three days the density rises to 3.4 and falls again, within an hour."""
    series = Series("marche", SeriesKind.DENSITY_VORONOI, "terrasse", "person")
    minutes = []
    for day in (1, 2, 3):
        # Calm before and after: a gap would not say that it is over.
        for minute in range(-10, 70):
            start_s = NOW_S // 60 * 60 - day * 86_400 + 3 * 3600 + minute * 60
            value = 3.4 * max(0.0, 1 - abs(minute - 30) / 30)
            measure = Measure(series, start_s, start_s + 60, value, Spread(), 60.0, 60.0)
            minutes.append(ClosedMinute("marche", "01DENSE", start_s, 60.0, (measure,)))
    town.services.store.record(minutes)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_rules_are_accessible(town: Town, open_page: OpenPage, width: int, theme: Any) -> None:
    page = open_page(width, color_scheme=theme, bypass_csp=True)
    wrong = {}
    for address in ("/rules", "/rules/density", "/rules/queue", "/rules/new?kind=gathering"):
        page.goto(town.url + address)
        wrong[address] = violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert {address: found for address, found in wrong.items() if found} == {}


def test_the_table_tells_what_a_rule_was_worth(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    page.goto(f"{town.url}/rules")
    assert page.inner_text(".answer").startswith("11 règles lèvent des alertes")
    row = page.locator("tr", has=page.locator("a[href='/rules/density']"))
    told = row.inner_text()
    assert "7 fois sur 10" in told
    assert "34 avis" in told
    assert "1,2" in told
    assert "2,0 p/m² (vigilance)" in told.replace("\u00a0", " ")


def test_the_strip_counts_by_threshold_with_the_arrows(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    page.goto(f"{town.url}/rules/density")
    expect(page.locator("[data-fired]")).to_have_text("aurait sonné 3 fois")
    spans = page.locator("[data-spans] > rect")
    assert spans.count() == 3
    wide = float(spans.first.get_attribute("width") or 0)
    before = page.inner_text("[data-said]")
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    # At the peak itself each evening still passes it, for a minute.
    assert page.inner_text("[data-said]") != before
    assert float(spans.first.get_attribute("width") or 0) < wide
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    said = page.inner_text("[data-said]")
    # The slider fills the ladder in proportion.
    page.click("[data-use]")
    first = float(page.input_value("[name=level_watch]"))
    assert float(page.input_value("[name=level_warn]")) == pytest.approx(2 * first, rel=0.02)
    assert said.startswith("À ")


def test_a_change_shows_the_yaml_then_keeps_the_comments(
    town: Town, open_page: OpenPage, kept_file: Path
) -> None:
    page = open_page(1280)
    page.goto(f"{town.url}/rules/density")
    page.fill("[name=level_watch]", "1.5")
    page.fill("[name=level_warn]", "2.5")
    page.click("[data-fold=hours] summary")
    page.fill("[name=start_0]", "22:00")
    page.fill("[name=end_0]", "06:00")
    page.click("button[value=diff]")
    assert "+    hours" in page.inner_text(".diff")
    assert "rules:" not in kept_file.read_text(encoding="utf-8")
    page.click("button[value=save]")
    page.wait_for_url("**told=saved")
    text = kept_file.read_text(encoding="utf-8")
    assert "# the long one" in text
    site = load(kept_file).site
    assert site.rules["density"].levels == {"watch": 1.5, "warn": 2.5, "alarm": 3.0}
    # None of the ready-made ones falls silent.
    assert len(site.rules) == 11
    said = page.inner_text("#says").replace("\u00a0", " ")
    assert "1,5 p/m² (veille), 2,5 p/m² (vigilance)" in said
    assert "de 22:00 à 06:00" in said
    assert town.services.store.audit.entries(NOW_S - 60, NOW_S + 3600)[0].action == "rule.change"


def test_all_that_the_file_takes_is_written_as_a_sentence(
    town: Town, open_page: OpenPage, kept_file: Path
) -> None:
    page = open_page(1280)
    page.goto(f"{town.url}/rules/new?kind=forbidden_crossing")
    page.fill("[name=name]", "voie")
    page.fill("[name=for_s]", "2")
    page.select_option("[name=direction]", "second")
    folds = {"on": "marche.fontaine", "classes": "bicycle"}
    for fold, value in folds.items():
        page.click(f"[data-fold={fold}] summary")
        page.check(f"[name={fold}][value='{value}']")
    page.click("[data-fold=hours] summary")
    page.fill("[name=start_0]", "07:00")
    page.fill("[name=end_0]", "09:30")
    page.uncheck("[name=days_0][value=sun]")
    page.click("[data-fold=over] summary")
    page.fill("[name=release]", "80")
    page.fill("[name=release_s]", "20")
    page.click("[data-fold=calm] summary")
    page.fill("[name=cap]", "3")
    page.fill("[name=cooldown_s]", "60")
    page.click("[data-fold=todo] summary")
    page.fill("[name=todo_watch]", "Prévenir la police municipale.")
    page.click("[data-fold=purposes] summary")
    page.fill("[name=purposes]", "sécurité routière\nprotection des piétons")
    page.click("button[value=save]")
    page.wait_for_url("**/rules/voie*")
    held = load(kept_file).site.rules["voie"]
    assert held.model_dump(mode="json", by_alias=True, exclude_defaults=True) == {
        "kind": "forbidden_crossing",
        "on": ["marche.fontaine"],
        "for_s": 2.0,
        "release": 0.8,
        "release_s": 20.0,
        "hours": [
            {
                "days": ["mon", "tue", "wed", "thu", "fri", "sat"],
                "from": "07:00",
                "to": "09:30",
            }
        ],
        "classes": ["bicycle"],
        "direction": "second",
        "cooldown_s": 60.0,
        "cap_per_hour": 3,
        "purposes": ["sécurité routière", "protection des piétons"],
        "todo": {"watch": "Prévenir la police municipale."},
    }
    # Folded again, each part says what it holds; a second stretch has its row.
    assert "de 07:00 à 09:30" in page.inner_text("[data-fold=hours] summary")
    assert "Vélo" in page.inner_text("[data-fold=classes] summary")
    page.click("[data-fold=hours] summary")
    page.fill("[name=start_1]", "16:00")
    page.fill("[name=end_1]", "18:00")
    page.click("button[value=save]")
    page.wait_for_selector(".rules-ready[role=status]")
    assert len(load(kept_file).site.rules["voie"].hours) == 2


def test_a_threshold_watches_now_or_what_is_closed(
    town: Town, open_page: OpenPage, kept_file: Path
) -> None:
    page = open_page(1280)
    page.goto(f"{town.url}/rules/new?kind=threshold")
    page.fill("[name=name]", "passages")
    assert page.locator("#indicator optgroup").count() == 2
    page.select_option("#indicator", "crossings")
    page.fill("[name=level_watch]", "120")
    page.click("button[value=save]")
    page.wait_for_url("**/rules/passages*")
    assert load(kept_file).site.rules["passages"].indicator == "crossings"
    assert "passages d’un quart d’heure" in page.inner_text("#says")


def test_the_strip_follows_the_form_before_anything_is_saved(
    town: Town, open_page: OpenPage, kept_file: Path
) -> None:
    before = kept_file.read_text(encoding="utf-8")
    page = open_page(1280)
    page.goto(f"{town.url}/rules/density")
    expect(page.locator("[data-fired]")).to_have_text("aurait sonné 3 fois")
    page.fill("[name=level_watch]", "9")
    page.fill("[name=level_warn]", "10")
    page.fill("[name=level_alarm]", "11")
    page.press("[name=level_alarm]", "Tab")
    # Each change is played, the last one after those before it.
    expect(page.locator("[data-fired]")).to_have_text("n’aurait pas sonné", timeout=30_000)
    assert page.inner_text("[data-which]") == "telle qu’écrite dans le formulaire"
    # What makes no sense is not played: the strip stays as it was.
    page.fill("[name=level_warn]", "1")
    page.press("[name=level_warn]", "Tab")
    page.wait_for_timeout(1200)
    assert page.inner_text("[data-fired]") == "n’aurait pas sonné"
    assert kept_file.read_text(encoding="utf-8") == before


def test_what_is_wrong_is_told_and_nothing_is_lost(
    town: Town, open_page: OpenPage, kept_file: Path
) -> None:
    before = kept_file.read_text(encoding="utf-8")
    page = open_page(1280)
    page.goto(f"{town.url}/rules/density")
    page.fill("[name=label]", "Foule du marché")
    page.fill("[name=level_watch]", "3")
    page.fill("[name=level_warn]", "2")
    page.click("button[value=save]")
    expect(page.locator("#summary")).to_be_focused()
    assert page.input_value("[name=label]") == "Foule du marché"
    assert kept_file.read_text(encoding="utf-8") == before
    # Somebody changed the file meanwhile: nothing is overwritten.
    page.fill("[name=level_watch]", "1.2")
    kept_file.write_text(before + "# a hand was here\n", encoding="utf-8")
    page.click("button[value=save]")
    expect(page.locator("#summary")).to_contain_text("Quelqu’un d’autre")
    assert kept_file.read_text(encoding="utf-8").endswith("# a hand was here\n")


def test_from_a_model_to_mute_to_gone(town: Town, open_page: OpenPage, kept_file: Path) -> None:
    page = open_page(1280, java_script_enabled=False)
    page.goto(f"{town.url}/rules")
    page.click("a[href='/rules/new?kind=forbidden_crossing']")
    page.fill("[name=name]", "parc-la-nuit")
    page.fill("[name=label]", "Parc fermé la nuit")
    page.click("[data-fold=on] summary")
    page.check("input[name=on][value='marche.fontaine']")
    page.check("[name=shadow]")
    page.click("button[value=save]")
    page.wait_for_url("**/rules/parc-la-nuit*")
    rule = load(kept_file).site.rules["parc-la-nuit"]
    assert (rule.mode, rule.on) == ("shadow", ("marche.fontaine",))
    page.goto(f"{town.url}/rules")
    assert "1 en mode muet" in page.inner_text(".answer")
    page.goto(f"{town.url}/rules/parc-la-nuit")
    page.click(".leave summary")
    page.click("button[value=remove]")
    page.wait_for_url(re.compile("/rules$"))
    assert "parc-la-nuit" not in load(kept_file).site.rules


def test_a_phone_reads_only(town: Town, open_page: OpenPage) -> None:
    page = open_page(390)
    page.goto(f"{town.url}/rules/density")
    assert not page.is_visible(".rule-form")
    assert page.is_visible("text=Les règles se changent sur un écran plus large")
    assert page.is_visible("#says")
