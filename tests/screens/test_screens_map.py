"""Carte in a real browser: layers, time, list, keyboard, plan, no WebGL, picture."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import archives
import pytest
from looking import OpenPage, cookies, violations
from map_site import MAP_SITE, walk
from playwright.sync_api import Browser, Page, expect, sync_playwright
from town import SITE, Town, open_site

import parvis.fleet

pytestmark = pytest.mark.machine

GL = ("--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
PLAN = Path(parvis.fleet.__file__).parent / "plans" / "campus.png"
NOON = "/map?layer={layer}&day=2026-11-23&time=12:00"
COMPARED = (
    "/map?layer=difference&from=2026-11-23T12:00&to=2026-11-23T14:00"
    "&against_from=2026-11-23T09:00&against_to=2026-11-23T11:00"
)


PLANNED = (
    MAP_SITE.partition("places:")[0]
    + "places:\n  a: {{label: Croisement, at: [-10.0, -7.0]}}\n"
    + "map: {{plan: {{image: campus.png, metres_per_pixel: 0.05, origin: [-34.0, -24.0]}}}}\n"
)
TILED = (
    MAP_SITE
    + "map: {{tiles: 'https://tile.invalid/{{z}}/{{x}}/{{y}}.png', attribution: © Exemple}}\n"
)
ARCHIVED = MAP_SITE + "map: {{pmtiles: town.pmtiles, attribution: © Exemple}}\n"
ROAD = ((2.340, 48.8572), (2.370, 48.8572))
"""Through the mark of the station."""
WATER = ((2.340, 48.850), (2.340, 48.860), (2.370, 48.860), (2.370, 48.850))
STRICT = MAP_SITE.replace("rtsp://127.0.0.1:8554", "rtsp://192.0.2.10")


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Town]]:
    """All of them before the browser: its event loop would be in their way."""
    folder = tmp_path_factory.mktemp
    plan = folder("plan")
    shutil.copy(PLAN, plan / "campus.png")
    tiles = folder("archive")
    (tiles / "town.pmtiles").write_bytes(archives.of_picture(PLAN.read_bytes()))
    vectors = folder("vectors")
    (vectors / "town.pmtiles").write_bytes(archives.of_town([ROAD], WATER))
    with (
        open_site(folder("town"), site=MAP_SITE) as town,
        open_site(plan, site=PLANNED, days=()) as planned,
        open_site(folder("tiles"), site=TILED, days=()) as tiled,
        open_site(tiles, site=ARCHIVED, days=()) as archived,
        open_site(vectors, site=ARCHIVED, days=()) as drawn,
        open_site(folder("lost"), site=ARCHIVED, days=()) as lost,
        open_site(folder("bare"), site=SITE, days=()) as bare,
        open_site(folder("strict"), "statistics", site=STRICT, days=(0,)) as strict,
    ):
        walk(town.services.store)
        yield {
            "town": town,
            "plan": planned,
            "tiles": tiled,
            "archive": archived,
            "vectors": drawn,
            "lost": lost,
            "bare": bare,
            "strict": strict,
        }


@pytest.fixture(scope="module")
def town(towns: dict[str, Town]) -> Town:
    return towns["town"]


@pytest.fixture(scope="module")
def browser(towns: dict[str, Town]) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(GL))
        yield found
        found.close()


def shown(page: Page, address: str, how: str = "live") -> None:
    page.goto(address)
    page.wait_for_selector(f"#town[data-ready={how}]")


def answer(page: Page) -> str:
    return page.inner_text("#map-answer").replace("\u202f", " ").replace("\xa0", " ")


def test_the_first_line_answers_and_the_list_says_all(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    told: list[str] = []
    asked: list[str] = []
    page.on("console", lambda one: told.append(one.text))
    page.on("request", lambda one: asked.append(one.url))
    shown(page, f"{town.url}/map")
    assert answer(page).startswith("Le plus rempli : Place du Marché, animé,")
    assert "d’après la densité (jauge de la préfecture)" in answer(page)
    places = page.locator("#map-places a")
    assert places.count() == 4
    # A camera that is lost is a gap, never a calm street.
    assert "—" in places.nth(2).inner_text() and "Trou" in places.nth(2).inner_text()
    assert page.locator("#map-marks [data-mark]").count() == 4
    assert violations(page) == []
    assert not [one for one in told if "Refused" in one or "Content Security" in one], told
    assert all(one.startswith((town.url, "blob:")) for one in asked), asked


def test_layers_change_in_place_and_the_address_with_them(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    shown(page, town.url + NOON.format(layer="levels"))
    page.click("[data-layer=flows]")
    page.wait_for_url("**layer=flows**")
    page.wait_for_selector(".flow-head")
    assert "Le flux le plus fort" in answer(page)
    # Six directions lie on a ground; the others stand at their places.
    assert page.locator(".flow-head").count() == 6
    rows = page.locator("#map-tables tbody tr")
    told = page.request.get(
        f"{town.url}/api/v1/map/flows",
        params={"from": "2026-11-23T12:00", "to": "2026-11-23T13:00"},
    ).json()["flows"]
    assert rows.count() == len(told) == 10
    first = rows.first.locator("td.num").first.inner_text()
    assert int(first.replace("\u202f", "")) == round(told[0]["per_hour"])
    page.click("[data-layer=presence]")
    page.wait_for_url("**layer=presence**")
    assert "personne par mètre carré" in answer(page)
    assert violations(page) == []
    page.reload()
    page.wait_for_selector("#town[data-ready]")
    assert "personne par mètre carré" in answer(page)


def test_controls_and_caption_say_the_same_time(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)

    def told() -> tuple[str, str, str]:
        text = page.inner_text("[data-caption]").replace("\xa0", " ")
        slider = page.get_attribute("#map-slider", "aria-valuetext") or ""
        return page.input_value("#map-clock"), text, slider.replace("\xa0", " ")

    for layer, end in (("levels", "12 h 15"), ("flows", "13 h 00"), ("presence", "13 h 00")):
        shown(page, town.url + NOON.format(layer=layer))
        clock, caption, slider = told()
        assert (clock, caption) == ("12:00", slider), layer
        assert f"de 12 h 00 à {end}" in caption
        page.click("[data-step='-1']")
        page.wait_for_url("**time=11%3A45**")
        expect(page.locator("#map-clock")).to_have_value("11:45")
        assert "de 11 h 45" in told()[1] and told()[1] == told()[2]
    # The newest: a minute of the level, the last closed hour of a flow.
    for layer, first in (("levels", r"14 h 3\d"), ("flows", "13 h 30")):
        shown(page, f"{town.url}/map?layer={layer}")
        clock, caption, slider = told()
        assert re.search(rf"de {first} à ", caption) and caption == slider
        assert f"de {int(clock[:2])} h {clock[3:]} à" in caption
    page.click("[data-step='-1']")
    page.wait_for_url("**time=13%3A15**")
    page.click("[data-step='1'] >> nth=0")
    page.wait_for_url("**time=13%3A30**")
    page.click("[data-step='1'] >> nth=0")
    page.wait_for_url(lambda url: "time=" not in url)


def test_flows_of_two_periods_are_drawn_with_what_is_not_sure(
    town: Town, open_page: OpenPage
) -> None:
    page = open_page(1280)
    shown(page, town.url + COMPARED + "&of=flows")
    assert answer(page).startswith("La différence la plus nette :")
    rows = page.locator("#map-tables tbody tr")
    assert rows.count() == 10
    told = page.request.get(
        f"{town.url}/api/v1/map/flows",
        params={
            "from": "2026-11-23T12:00",
            "to": "2026-11-23T14:00",
            "against_from": "2026-11-23T09:00",
            "against_to": "2026-11-23T11:00",
        },
    ).json()["flows"]
    sure = [one for one in told if one["difference_low"] > 0 or one["difference_high"] < 0]
    placed = [one for one in told if one["placed"] == "ground"]
    assert page.locator(".flow-more .flow-head").count() == len(
        [one for one in placed if one["difference_per_hour"] > 0]
    )
    assert page.locator(".flow-unsure").count() == len([o for o in placed if o not in sure])
    assert rows.filter(has_text="oui").count() == len(sure)
    assert violations(page) == []
    # The choice is in the address, and another layer leads back to it.
    page.select_option("[name=of]", "presence")
    page.click(".periods button")
    page.wait_for_selector("#changed-title")
    shown(page, town.url + NOON.format(layer="flows"))
    page.click("[data-layer=difference]")
    page.wait_for_selector("#moved-title")


def test_counterflow_and_stops_stand_in_the_table_and_over_the_arrow(
    town: Town, open_page: OpenPage
) -> None:
    page = open_page(1280)
    shown(page, town.url + NOON.format(layer="flows"))
    row = page.locator("#map-tables tbody tr", has_text="Fontaine").first
    cells = row.locator("td.num").all_inner_texts()
    assert "20" in cells[2] and "%" in cells[2] and float(cells[3].replace(",", ".")) > 0
    titles = page.locator("#map-marks .flow title").all_text_contents()
    assert len(titles) == 6
    assert all("à contresens" in one and "arrêts par heure" in one for one in titles), titles


def test_the_time_is_stepped_typed_and_played(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    shown(page, town.url + NOON.format(layer="levels"))
    page.focus("#map-places a")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**time=11%3A45**")
    expect(page.locator("#map-clock")).to_have_value("11:45")
    page.fill("#map-clock", "08:00")
    page.dispatch_event("#map-clock", "change")
    page.wait_for_url("**time=08%3A00**")
    expect(page.locator("#map-slider")).to_have_value("32")
    page.click("[data-play]")
    page.wait_for_url("**time=08%3A30**")
    page.click("[data-play]")
    page.focus("#map-slider")
    page.keyboard.press("Home")
    page.wait_for_url("**time=00%3A00**")


def test_a_hole_of_the_day_is_hatched_and_not_joined(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    shown(page, f"{town.url}/map?day=2026-11-22")
    assert page.locator("#map-strip .strip-gap").count() == 96
    assert answer(page) == "Aucun lieu n’a de mesure sur cette durée."
    # Nor is an hour that nobody saw an hour without passers-by.
    shown(page, f"{town.url}/map?layer=flows&day=2026-11-22")
    assert answer(page) == "Trou : rien n’a été vu."


def test_two_periods_are_compared_with_their_intervals(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    shown(page, town.url + COMPARED)
    assert answer(page).startswith("La différence la plus nette : Place du Marché, +")
    assert page.locator("#map-tables tbody tr").count() == 4
    assert violations(page) == []
    page.fill("[name=against_from]", "2026-11-20T09:00")
    page.fill("[name=against_to]", "2026-11-20T11:00")
    page.click(".periods button")
    page.wait_for_selector("#town[data-ready]")
    assert answer(page) == "L’une des deux périodes n’a aucune mesure : rien à comparer."


@pytest.mark.parametrize("width", [320, 390])
def test_the_phone_has_a_sheet_and_no_sideways_scroll(
    town: Town, open_page: OpenPage, width: int
) -> None:
    page = open_page(width)
    shown(page, town.url + NOON.format(layer="flows"))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not page.locator("#map-places a").first.is_visible()
    page.click("#map-list summary")
    assert page.locator("#map-places a").first.is_visible()
    assert violations(page) == []


def test_without_webgl_the_list_and_a_still_map_say_the_same(
    town: Town, signed_in: Any, browser: Browser
) -> None:
    context = browser.new_context(storage_state=signed_in, locale="fr-FR")
    page = context.new_page()
    page.add_init_script(
        "const get = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...more) {"
        " return String(kind).startsWith('webgl') ? null : get.call(this, kind, ...more); };"
    )
    shown(page, f"{town.url}/map", "still")
    assert "ne dessine pas de carte mobile" in page.inner_text("#map-note")
    assert page.locator("#map-marks [data-mark]").count() == 4
    assert not page.locator("#map-zoom").is_visible()
    context.close()


def test_other_pages_do_not_load_the_map(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    sizes: list[int] = []
    page.on("response", lambda one: sizes.append(int(one.headers.get("content-length", 0))))
    page.goto(f"{town.url}/history")
    page.wait_for_load_state("networkidle")
    assert sizes and max(sizes) < 400_000


def test_a_picture_is_noted_before_it_leaves(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    shown(page, town.url + NOON.format(layer="flows"))
    with page.expect_download() as waiting:
        page.click("[data-picture]")
    picture = Path(waiting.value.path()).read_bytes()
    assert picture.startswith(b"\x89PNG") and len(picture) > 10_000
    noted = town.services.store.audit.entries(0, 1e12)[0]
    assert noted.action == "export.png" and "flows" in noted.target


@pytest.fixture
def visit(browser: Browser, towns: dict[str, Town]) -> Iterator[Callable[..., Page]]:
    """``visit(town, ...)``: a window of someone who signed in there."""
    contexts = []

    def opened(name: str, **more: Any) -> Page:
        state = cookies(browser, towns[name])
        contexts.append(browser.new_context(storage_state=state, locale="fr-FR", **more))
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        context.close()


def mark(page: Page, place: str) -> tuple[float, float]:
    """Where a place's mark stands, pixels of the map."""
    x, y = page.evaluate(
        "name => document.querySelector(`[data-mark=${name}] .lvl`)"
        ".getAttribute('transform').match(/[\\d.]+/g).map(Number)",
        place,
    )
    return x, y


def colour(page: Page, x: float, y: float) -> list[int]:
    """What the map drew there, under the marks."""
    found: list[int] = page.evaluate(
        "([x, y]) => { const from = document.querySelector('#map-canvas canvas');"
        "const to = document.createElement('canvas'); to.width = to.height = 1;"
        "const scale = from.width / from.clientWidth;"
        "const pen = to.getContext('2d');"
        "pen.drawImage(from, x * scale, y * scale, 1, 1, 0, 0, 1, 1);"
        "return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3) }",
        [x, y],
    )
    return found


def token(page: Page, name: str) -> list[int]:
    """A colour of the style sheet."""
    text: str = page.evaluate(
        "name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()", name
    )
    return list(bytes.fromhex(text[1:] if len(text) == 7 else "".join(c * 2 for c in text[1:])))


def test_a_plan_lies_under_the_places(towns: dict[str, Town], visit: Callable[..., Page]) -> None:
    page = visit("plan")
    shown(page, f"{towns['plan'].url}/map")
    page.wait_for_timeout(500)
    # What the map drew under the place is the plan's road, not the empty land.
    x, y = mark(page, "a")
    assert min(colour(page, x + 40, y)) >= 250


def test_an_archive_of_tiles_is_read_in_parts_from_our_own_server(
    towns: dict[str, Town], visit: Callable[..., Page]
) -> None:
    page = visit("archive")
    asked: list[tuple[str, str | None]] = []
    answered: list[int] = []
    told: list[str] = []
    page.on("request", lambda one: asked.append((one.url, one.headers.get("range"))))
    page.on("response", lambda one: "pmtiles" in one.url and answered.append(one.status))
    page.on("console", lambda one: told.append(one.text))
    shown(page, f"{towns['archive'].url}/map")
    page.wait_for_timeout(1500)
    parts = [part for url, part in asked if url.endswith("/api/v1/map/files/pmtiles")]
    # Its directory, then the one picture: never the whole file.
    assert len(parts) >= 2 and all(part for part in parts), parts
    assert set(answered) == {206}
    assert all(url.startswith((towns["archive"].url, "blob:")) for url, _ in asked)
    assert not [one for one in told if "Error" in one or "Refused" in one], told


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_vectors_of_an_archive_are_drawn_in_the_colours_of_the_screen(
    towns: dict[str, Town], visit: Callable[..., Page], theme: str
) -> None:
    page = visit("vectors", color_scheme=theme)
    asked: list[str] = []
    told: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.on("console", lambda one: told.append(one.text))
    shown(page, f"{towns['vectors'].url}/map")
    x, y = mark(page, "gare")
    wanted = token(page, "--map-road")
    for _ in range(50):
        if colour(page, x + 60, y) == wanted:
            break
        page.wait_for_timeout(100)
    assert colour(page, x + 60, y) == wanted
    assert colour(page, x + 60, y + 60) == token(page, "--map-water")
    assert all(url.startswith((towns["vectors"].url, "blob:")) for url in asked), asked
    assert not [one for one in told if "Error" in one or "Refused" in one], told


def test_an_archive_that_is_not_there_is_said_and_the_places_stand(
    towns: dict[str, Town], visit: Callable[..., Page]
) -> None:
    page = visit("lost")
    shown(page, f"{towns['lost'].url}/map")
    assert "Le fichier sous la carte ne peut être lu" in page.inner_text("#map-note")
    assert page.locator("#map-marks [data-mark]").count() == 4


def test_a_site_without_places_says_what_to_add(
    towns: dict[str, Town], visit: Callable[..., Page]
) -> None:
    page = visit("bare")
    page.goto(f"{towns['bare'].url}/map")
    card = page.locator("#map-empty")
    expect(card).to_contain_text("Aucun lieu n’est encore dessiné")
    expect(card.locator("a[href='/map/add-place']")).to_have_text("Ajouter un lieu")
    assert page.locator("#map").count() == 0
    assert violations(page) == []
    card.locator("a").first.click()
    page.wait_for_url("**/cameras")


def test_tiles_open_the_page_to_their_host_alone(
    towns: dict[str, Town], visit: Callable[..., Page]
) -> None:
    page, url = visit("tiles"), towns["tiles"].url
    asked: list[str] = []

    def refuse(route: Any) -> None:
        asked.append(route.request.url)
        route.abort()

    page.route("https://tile.invalid/**", refuse)
    shown(page, f"{url}/map")
    policy = page.request.get(f"{url}/map").headers["content-security-policy"]
    assert "https://tile.invalid" in policy and "*" not in policy
    other = page.request.get(f"{url}/history").headers["content-security-policy"]
    assert "tile.invalid" not in other
    legend = page.inner_text("#map-legend")
    assert "tile.invalid" in legend and "© Exemple" in legend
    page.wait_for_timeout(500)
    assert asked


def test_statistics_show_the_last_closed_quarter(
    towns: dict[str, Town], visit: Callable[..., Page]
) -> None:
    page = visit("strict")
    shown(page, f"{towns['strict'].url}/map")
    legend = page.inner_text("#map-legend").replace("\xa0", " ")
    assert "de 14 h 15 à 14 h 30" in legend
    assert violations(page) == []
