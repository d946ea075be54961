"""Lieu in a real browser: the level, the day, the week; a chosen hour changes all that follows."""

from collections.abc import Iterator

import pytest
from looking import OpenPage, violations
from map_site import MAP_SITE, walk
from playwright.sync_api import Page, expect
from town import Town, open_site

pytestmark = pytest.mark.machine


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with open_site(tmp_path_factory.mktemp("town"), site=MAP_SITE) as served:
        walk(served.services.store)
        yield served


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ")


def shown(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("#place-page")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_first_line_is_the_level_and_its_source(
    town: Town, open_page: OpenPage, width: int
) -> None:
    page = open_page(width)
    shown(page, f"{town.url}/places/marche")
    first = plain(page.inner_text(".answer"))
    assert first.startswith("Animé : 6 présents (")
    assert "d’après la densité (jauge de la préfecture)" in first
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []


def test_a_chosen_hour_changes_all_that_follows(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    shown(page, f"{town.url}/places/marche")
    page.click(".weekly a[href*='2026-11-23T12']")
    expect(page.locator("#hour")).to_contain_text("de 12")
    noon = page.inner_text("[aria-labelledby=lines] tbody tr td.num b")
    told = page.request.get(
        f"{town.url}/api/v1/measures",
        params={
            "series": "marche.crossings.fontaine.person.0",
            "start": "2026-11-23T12:00",
            "end": "2026-11-23T13:00",
            "bin": "hour",
        },
    ).json()["series"][0]["values"][0]["value"]
    assert int(plain(noon).replace(" ", "")) == round(told)
    assert "2026-11-23T12" in page.url
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.locator("#hour")).to_contain_text("de 11")
    page.reload()
    expect(page.locator("#hour")).to_contain_text("de 11")


def test_journeys_and_speeds_are_tables(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    shown(page, f"{town.url}/places/marche?at=2026-11-23T12:00")
    ways = page.locator("[aria-labelledby=journeys] tbody tr")
    assert "nord" in ways.nth(0).inner_text() and "sud" in ways.nth(0).inner_text()
    assert plain(ways.nth(1).inner_text()).split()[-1] == "124"
    paces = plain(page.inner_text("section[aria-labelledby=paces]"))
    assert "Fontaine, Vers la place" in paces and "16" in paces


def test_what_needs_metres_says_why_it_is_withheld(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    shown(page, f"{town.url}/places/haute")
    for name in ("paces", "journeys"):
        text = page.inner_text(f"section[aria-labelledby={name}]")
        assert "aucune caméra de ce lieu n’a de sol calé" in text
    assert "Non mesurée" in page.inner_text("section[aria-labelledby=queues]")
    # Its camera is lost since the afternoon: that is a gap, not an empty street.
    assert plain(page.inner_text(".answer")) == "Trou : rien n’a été vu."
    assert page.locator(".weekly .w-gap").count() > 0


@pytest.mark.parametrize("width", [390, 1280])
def test_who_is_inside_is_a_curve_with_its_table(
    town: Town, open_page: OpenPage, width: int
) -> None:
    page = open_page(width)
    shown(page, f"{town.url}/places/gare")
    card = page.locator("section[aria-labelledby=inside]")
    assert " à l’intérieur à 14 h 30 (" in plain(card.inner_text())
    drawn = card.locator(f"svg.chart.only-{'narrow' if width < 768 else 'wide'}")
    expect(drawn).to_be_visible()
    hours = [plain(one) for one in drawn.locator("text").all_text_contents()]
    # The day begins and ends at its empty hour.
    assert hours.count("4 h") == 2
    card.locator("summary").click()
    day = page.request.get(f"{town.url}/api/v1/places/gare/balance?day=2026-11-23").json()
    rows = card.locator("tbody tr")
    assert rows.count() == len(day["quarters"]) == 42
    newest = day["quarters"][-1]
    assert plain(rows.first.locator("td").first.inner_text()) == f"{newest['inside']:.0f}"
    assert violations(page) == []


def test_a_hole_ends_what_is_known_of_the_day(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    shown(page, f"{town.url}/places/marche")
    card = page.locator("section[aria-labelledby=inside]")
    assert "Inconnu à partir de 9 h 15" in plain(card.inner_text())
    # The curve ends there; the rest is hatched, not joined.
    chart = card.locator("svg.only-wide")
    assert chart.locator(".c-line").count() == 1
    assert chart.locator(".gap-word").text_content() == "inconnu"


def test_lines_that_nobody_checked_lead_to_the_pad(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    shown(page, f"{town.url}/places/marche")
    links = page.locator("section[aria-labelledby=place-cameras] a[href$='/check']")
    assert links.count() == 2
    links.first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/cameras/marche/lines/fontaine/check")


def test_a_place_is_reached_from_the_map_by_keys(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    page.goto(f"{town.url}/map")
    page.wait_for_selector("#town[data-ready]")
    page.focus("[data-place=quai]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/places/quai")
    expect(page.locator("h1")).to_have_text("Quai des Tanneurs")
    missing = page.request.get(f"{town.url}/places/foire")
    assert missing.status == 404
