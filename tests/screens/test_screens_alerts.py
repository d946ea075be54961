"""*Alertes*: what waits, how it is judged, by keyboard, by thumb, and without a script."""

import re
from typing import Any

import pytest
import raised
from looking import OpenPage, violations
from map_site import MAP_SITE
from playwright.sync_api import Browser, expect
from town import NOW_S, Town, open_site

from parvis.values.alerts import AlertKind, DismissReason, Severity, Subject, Verdict

pytestmark = pytest.mark.machine


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The town with places, and an afternoon of alerts."""
    with open_site(tmp_path_factory.mktemp("alerts"), days=(0,), site=MAP_SITE) as served:
        raised.afternoon(served.services.store, NOW_S)
        yield served


def dense(town: Town, key: str, **more: Any) -> None:
    """One more alert of high density on the terrace, now."""
    told = {"value": 2.3, "replay": raised.dots(3, town.services.clock())} | more
    raised.raise_all(
        town.services.store,
        [
            raised.change(
                key,
                AlertKind.DENSITY,
                Subject("marche", "terrasse"),
                town.services.clock(),
                rule=key,
                **told,
            )
        ],
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_inbox_is_accessible(town: Town, open_page: OpenPage, width: int, theme: Any) -> None:
    page = open_page(width, color_scheme=theme, bypass_csp=True)
    wrong = {}
    for address in ("/alerts", "/alerts/dense-1", "/alerts/haute-lost", "/alerts/closed-2"):
        page.goto(town.url + address)
        page.wait_for_selector("#feed[data-feed=live]")
        wrong[address] = violations(page)
    page.goto(f"{town.url}/alerts/dense-1")
    page.click(".noted summary")
    page.click("[data-dismiss] summary")
    wrong["reasons"] = violations(page)
    assert {address: found for address, found in wrong.items() if found} == {}


def test_the_first_line_tells_what_waits(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    page.goto(f"{town.url}/alerts")
    assert re.match(r"5 alertes à vérifier · \d+ en une heure", page.inner_text("#tally"))
    # Three alerts of one place and cause are one row.
    rows = page.locator("[data-rows-of=new] > li")
    assert rows.count() == 3
    assert "×3" in rows.filter(has_text="Contresens").inner_text()
    # The gravest is open beside the list, unverified as long as nobody has judged it.
    said = page.inner_text(".alert-said").replace("\u202f", " ").replace("\u00a0", " ")
    assert "Densité haute, Place du Marché (Terrasse des cafés) : 2,2 p/m²" in said
    assert said.endswith("Non vérifié par une personne.")
    facts = page.inner_text(".alert-facts")
    for word in ("2,0–2,4", "pendant", "Tendance", "Jauge"):
        assert word in facts
    assert "juste 7" in page.inner_text(".record")
    assert page.locator(".rail .count").inner_text().startswith("5")


def test_dots_play_and_step(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    page.goto(f"{town.url}/alerts/dense-1")
    dots = page.locator(".replay [data-dots] > path")
    last = dots.count()
    assert last > 20
    assert page.locator(".replay .concerned").count() == 1
    page.click("[data-play]")
    expect(page.locator("[data-at]")).not_to_have_value("59")
    page.click("[data-play]")
    assert page.get_attribute("[data-play]", "aria-pressed") == "false"
    assert "s avant" in page.inner_text("[data-time]").replace("\u00a0", " ")
    still = open_page(390, reduced_motion="reduce")
    still.goto(f"{town.url}/alerts/dense-1")
    assert still.inner_text("[data-play]") == "Pas suivant"
    still.click("[data-play]")
    expect(still.locator("[data-at]")).to_have_value("0")
    still.click("[data-play]")
    expect(still.locator("[data-at]")).to_have_value("10")


def test_a_verdict_by_keys_alone(town: Town, open_page: OpenPage) -> None:
    dense(town, "by-keys")
    page = open_page(1280)
    page.goto(f"{town.url}/alerts/by-keys")
    page.wait_for_selector("#feed[data-feed=live]")
    store = town.services.store.alerts
    page.keyboard.press("a")
    page.wait_for_selector("article[data-state=taken]")
    assert store.get("by-keys").taken_by == "claire"  # type: ignore[union-attr]
    page.keyboard.press("n")
    page.keyboard.type("cx12 vu")
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    page.keyboard.press("2")
    page.wait_for_selector("article[data-state=dismissed]")
    said = store.get("by-keys").judgement  # type: ignore[union-attr]
    assert said is not None
    assert (said.reason, said.note) == (DismissReason.HARMLESS, "cx12 vu")
    # Focus lies on what takes it back, and Z does.
    expect(page.locator("[data-act=undo]")).to_be_focused()
    page.keyboard.press("z")
    page.wait_for_selector("article[data-state=taken]")
    assert store.get("by-keys").judgement is None  # type: ignore[union-attr]
    page.keyboard.press("c")
    page.wait_for_selector("article[data-state=confirmed]")
    # J and K go on; what was judged stays where it was until the list is asked for anew.
    page.keyboard.press("j")
    expect(page).not_to_have_url(re.compile("by-keys$"))
    assert page.locator("li[data-alert=by-keys].state-confirmed").count() == 1
    log = town.services.store.audit.entries(NOW_S - 60, NOW_S + 3600)
    deeds = [one.action for one in log if one.target == "by-keys"]
    assert deeds == ["alert.confirm", "alert.undo", "alert.dismiss", "alert.acknowledge"]


def test_single_keys_rest_where_they_are_switched_off(town: Town, open_page: OpenPage) -> None:
    dense(town, "no-keys")
    page = open_page(1280)
    page.goto(f"{town.url}/alerts/no-keys")
    page.evaluate("localStorage.setItem('parvis-keys', 'off')")
    page.keyboard.press("c")
    page.wait_for_timeout(300)
    assert town.services.store.alerts.get("no-keys").judgement is None  # type: ignore[union-attr]


def test_a_thumb_judges_in_two_taps(town: Town, open_page: OpenPage) -> None:
    dense(town, "by-thumb")
    page = open_page(390, has_touch=True, is_mobile=True)
    page.goto(f"{town.url}/alerts")
    # On a phone the list stands alone until one is opened.
    assert not page.is_visible("#detail")
    page.tap("li[data-alert=by-thumb] a")
    page.wait_for_selector("#inbox.opened")
    assert not page.is_visible("#inbox-list")
    bar = page.locator(".verdict-bar").bounding_box()
    tabs = page.locator(".tabs").bounding_box()
    assert bar is not None
    assert tabs is not None
    assert tabs["y"] - 40 < bar["y"] + bar["height"] <= tabs["y"] + 1
    for button in page.locator(".verdict-bar > .button, .dismiss > summary").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 56
    page.tap("[data-dismiss] summary")
    for button in page.locator(".reasons .button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 56
    page.tap(".reasons .button >> nth=0")
    page.wait_for_selector("article[data-state=dismissed]")
    said = town.services.store.alerts.get("by-thumb").judgement  # type: ignore[union-attr]
    assert said is not None
    assert said.verdict is Verdict.DISMISSED
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.tap("a.back")
    page.wait_for_selector("#inbox-list:visible")


def test_it_reads_and_judges_without_a_script(town: Town, open_page: OpenPage) -> None:
    dense(town, "no-script")
    page = open_page(1280, java_script_enabled=False)
    page.goto(f"{town.url}/alerts/no-script")
    assert page.locator(".replay [data-dots] > path").count() > 20
    page.click("[data-act=acknowledge]")
    page.wait_for_selector("article[data-state=taken]")
    page.click("[data-act=confirm]")
    page.wait_for_selector("article[data-state=confirmed]")
    page.click("[data-act=undo]")
    page.wait_for_selector("article[data-state=taken]")


def test_somebody_else_was_faster(town: Town, open_page: OpenPage) -> None:
    dense(town, "too-late")
    page = open_page(1280)
    page.goto(f"{town.url}/alerts/too-late")
    page.wait_for_selector("#feed[data-feed=live]")
    # The news of it does not reach this page in time.
    page.route(
        "**/alerts*",
        lambda route: route.abort() if route.request.method == "GET" else route.continue_(),
    )
    kept = town.services.store.alerts.get("too-late")
    assert kept is not None
    raised.judge(town.services.store, kept, "paul", town.services.clock())
    page.click("[data-act=confirm]")
    expect(page.locator(".verdict [data-wrong]")).to_contain_text("déjà jugée")
    said = town.services.store.alerts.get("too-late").judgement  # type: ignore[union-attr]
    assert said is not None
    assert said.who == "paul"


def test_who_may_not_judge_reads_no_buttons(town: Town, browser: Browser) -> None:
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    page.goto(f"{town.url}/login")
    page.fill("input[name=name]", "paul")
    page.fill("input[name=password]", "quatre mots pour une demo")
    page.click("main button[type=submit]")
    page.wait_for_url(f"{town.url}/")
    # A viewer has no inbox: it is absent from the rail, and refused by its address.
    assert page.locator('a[href="/alerts"]').count() == 0
    answer = page.goto(f"{town.url}/alerts")
    assert answer is not None
    assert answer.status == 403
    context.close()


def test_other_pages_mark_what_nobody_has_judged(town: Town, open_page: OpenPage) -> None:
    dense(town, "nobody-yet")  # the newest, whatever was taken before
    page = open_page(1280)
    page.goto(town.url)
    page.wait_for_selector("#feed[data-feed=live]")
    first = page.locator(".watch li.alerted").first
    told = first.inner_text().replace("\u00a0", " ")
    for words in ("Dense", "Place du Marché", "p/m² depuis", "Non vérifié par une personne."):
        assert words in told
    # The row of the camera tells that it is lost: its alert is not a second one.
    assert page.locator(".watch li.alerted", has_text="Rue Haute").count() == 0
    # A new one comes by itself.
    dense(town, "while-live", severity=Severity.CRITICAL, value=5.4)
    expect(page.locator(".watch li.tint-critical")).to_have_count(1, timeout=10_000)
    page.locator(".watch li.tint-critical a", has_text="Ouvrir l’alerte").click()
    page.wait_for_url("**/alerts/while-live")
    page.goto(f"{town.url}/places/marche")
    assert "Non vérifié par une personne" in page.inner_text(".place-alert")
    page.goto(f"{town.url}/map")
    row = page.locator("[data-place=marche]")
    assert "sans avis, densité haute" in row.inner_text()
    page.wait_for_selector("[data-mark=marche] .place-alert", state="attached")
    assert page.locator("[data-mark=quai] .place-alert").count() == 0
