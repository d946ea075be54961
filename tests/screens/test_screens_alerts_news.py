"""*Alertes* while things happen: calm, news behind a button, what is grave, a cut, a burst."""

import re
from collections.abc import Iterator

import pytest
import raised
from looking import OpenPage
from playwright.sync_api import Page, expect
from town import NOW_S, Town, open_site

from parvis.values.alerts import AlertKind, Severity, Subject

pytestmark = pytest.mark.machine


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town in which nothing has happened yet."""
    with open_site(tmp_path_factory.mktemp("news"), days=(0,)) as served:
        yield served


def raise_one(town: Town, key: str, severity: Severity = Severity.WATCH) -> None:
    """Raise an alert now, of a cause of its own."""
    one = raised.change(
        key,
        AlertKind.QUEUE,
        Subject("gare"),
        town.services.clock(),
        rule=key,
        severity=severity,
        value=12,
        threshold=10,
    )
    raised.raise_all(town.services.store, [one])


def listening(page: Page, town: Town) -> None:
    """Open the inbox and wait until it hears."""
    page.goto(f"{town.url}/alerts")
    page.wait_for_selector("#feed[data-feed=live]")


def test_nothing_to_verify_says_when_the_last_one_was(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    listening(page, town)
    assert "Aucune alerte n’a encore été levée" in page.inner_text("#empty")
    at_s = NOW_S - 3 * 3600
    one = raised.change("old", AlertKind.QUEUE, Subject("gare"), at_s, value=12, threshold=10)
    (kept,) = raised.raise_all(town.services.store, [one])
    raised.end(town.services.store, kept, at_s + 60)
    raised.judge(town.services.store, kept, "x", at_s + 90)
    listening(page, town)
    said = page.inner_text("#empty").replace("\u00a0", " ")
    assert re.search(r"Rien à vérifier. Dernière alerte il y a 3 h 0\d\.", said)
    # Nothing abnormal: no hue of a level on the page.
    assert page.locator(".lvl-busy, .lvl-dense, .lvl-critical").count() == 0


def test_news_wait_while_one_reads_but_not_what_is_grave(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    listening(page, town)
    # Into an empty list the first one enters at once.
    raise_one(town, "first")
    page.wait_for_selector("li[data-alert=first]", timeout=5000)
    assert page.locator("#empty").count() == 0
    page.click("li[data-alert=first] a")
    page.wait_for_selector("article[data-id=first]")
    expect(page.locator("#alert-title")).to_be_focused()
    raise_one(town, "second")
    raise_one(town, "third")
    expect(page.locator("#fresh")).to_have_text("2 nouvelles")
    assert page.locator("[data-rows-of=new] > li").count() == 1
    assert page.inner_text("#tally").startswith("3 alertes à vérifier")
    assert page.locator(".rail .count").inner_text().startswith("3")
    raise_one(town, "grave", Severity.CRITICAL)
    page.wait_for_selector("li[data-alert=grave]")
    assert page.locator("[data-rows-of=new] > li").count() == 2
    # What one reads stays as it is.
    assert page.get_attribute("article", "data-id") == "first"
    page.click("#fresh")
    assert page.locator("[data-rows-of=new] > li").count() == 4
    assert page.get_attribute("[data-rows-of=new] > li >> nth=0", "data-alert") == "grave"
    assert page.locator("li[data-alert=first] a[aria-current]").count() == 1
    assert not page.is_visible("#fresh")


def test_what_another_judges_changes_in_place(town: Town, open_page: OpenPage) -> None:
    raise_one(town, "shared")
    page = open_page(1280)
    page.goto(f"{town.url}/alerts/shared")
    page.wait_for_selector("#feed[data-feed=live]")
    order = [row.get_attribute("data-alert") for row in page.locator("li[data-alert]").all()]
    kept = town.services.store.alerts.get("shared")
    assert kept is not None
    raised.judge(town.services.store, kept, "paul", town.services.clock())
    page.wait_for_selector("li[data-alert=shared].state-confirmed")
    page.wait_for_selector("article[data-id=shared][data-state=confirmed]")
    assert "Confirmée par paul" in page.inner_text(".standing")
    now = [row.get_attribute("data-alert") for row in page.locator("li[data-alert]").all()]
    assert now == order


def test_the_sound_is_off_until_asked_for(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    listening(page, town)
    assert said(page) == "Son non"
    page.keyboard.press("s")
    assert said(page) == "Son oui"
    assert page.get_attribute("#sound", "aria-pressed") == "true"
    page.reload()
    assert said(page) == "Son oui"


@pytest.mark.timeout(600)
def test_ten_thousand_alerts_leave_the_page_usable(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    raise_one(town, "before-the-rain", Severity.CRITICAL)
    listening(page, town)
    changes = (
        raised.change(
            f"burst-{n}",
            AlertKind.INTRUSION,
            Subject(("marche", "gare", "haute", "quai")[n % 4], f"z{n % 97}"),
            NOW_S - 3600 + n / 4,
            rule=f"r{n % 100}",
            severity=Severity.WATCH,
            value=1,
            threshold=1,
        )
        for n in range(10_000)
    )
    raised.raise_all(town.services.store, changes)
    expect(page.locator("#tally")).to_have_text(re.compile(r"^10\s?00\d alertes"), timeout=60_000)
    assert page.locator(".rail .count").inner_text().startswith("99+")
    assert nodes(page) < 3000
    # A key answers while it rains.
    page.keyboard.press("j")
    expect(page).not_to_have_url(re.compile("/alerts$"), timeout=60_000)
    page.goto(f"{town.url}/alerts")
    assert nodes(page) < 3000
    # A hundred causes, not ten thousand lines; what is grave is not washed away.
    first = page.locator("[data-rows-of=new] > li")
    assert first.count() == 60
    assert "×100" in first.nth(30).inner_text()
    assert page.locator("[data-rows-of=new] > li[data-grave=yes]").count() >= 1
    assert page.locator("li[data-alert=before-the-rain]").count() == 1
    page.click("a[rel=next]")
    page.wait_for_url("**start=*")
    assert 40 <= page.locator("[data-rows-of=new] > li").count() <= 60
    assert nodes(page) < 3000


def nodes(page: Page) -> int:
    """How many elements the page holds."""
    return int(page.evaluate("document.querySelectorAll('*').length"))


def said(page: Page) -> str:
    """What the button of the sound says."""
    return " ".join(page.inner_text("#sound").split())
