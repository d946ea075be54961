"""The editor of a place in a real browser: by click, by keys, by finger; refusals; saving."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from looking import OpenPage, violations
from map_site import MAP_SITE
from playwright.sync_api import Browser, Page, expect, sync_playwright
from test_screens_ground import GL
from town import Town, open_site

from parvis.site import load
from parvis.site.place import Place

pytestmark = pytest.mark.machine


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with open_site(tmp_path_factory.mktemp("town"), site=MAP_SITE, days=()) as served:
        yield served


@pytest.fixture(scope="module")
def browser(town: Town) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(GL))
        yield found
        found.close()


def opened(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("#place-edit[data-ready]")


def held(path: Path, name: str) -> Place:
    return load(path).site.places[name]


def laid(page: Page, x: float, y: float) -> None:
    """Click the map there, parts of its box."""
    page.eval_on_selector("#ground-marks", "one => one.scrollIntoView({block: 'center'})")
    box = page.locator("#ground-marks").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "light"), (1280, "dark")])
def test_what_is_in_the_file_is_shown_and_nothing_is_changed_by_looking(
    town: Town, open_page: OpenPage, width: int, scheme: str
) -> None:
    page = open_page(width, color_scheme=scheme)
    told: list[str] = []
    page.on("console", lambda one: told.append(one.text))
    opened(page, f"{town.url}/places/marche/edit")
    assert page.input_value("#label") == "Place du Marché"
    assert page.input_value("#capacity") == "60"
    assert page.input_value("#density-2") == "0.6"
    assert page.is_checked("[data-member=zones][value='marche.terrasse']")
    assert page.input_value("[data-line='marche.halle']") == "first"
    assert page.locator("#map-marks .g-mark").count() == 5
    assert page.locator("[data-seen] path").count() == 2
    expect(page.locator("#changes")).to_have_text("Rien n’a changé.")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []
    assert not [one for one in told if "Refused" in one or "Content Security" in one], told


def test_a_place_is_changed_and_its_comments_stay(
    town: Town, open_page: OpenPage, kept_file: Path
) -> None:
    page = open_page(1280)
    opened(page, f"{town.url}/places/haute/edit")
    page.fill("#capacity", "0")
    page.press("#capacity", "Tab")
    expect(page.locator(".wrong:visible").first).to_contain_text("entier")
    page.fill("#capacity", "250")
    page.press("#capacity", "Tab")
    page.uncheck("[data-member=lines][value='haute.haute']")
    page.select_option("[data-line='haute.haute']", "second")
    for k, bound in enumerate(("0.4", "0.8", "1.6")):
        page.fill(f"#density-{k}", bound)
    page.press("#density-2", "Tab")
    laid(page, 0.7, 0.3)
    page.click("#yaml")
    expect(page.locator("#yaml-text")).to_contain_text("capacity: 250")
    page.click("#yaml-close")
    page.click("#save")
    expect(page.locator("#toast")).to_be_visible()
    expect(page.locator("#changes")).to_have_text("Rien n’a changé.")
    place = held(kept_file, "haute")
    assert (place.capacity, place.lines, place.entrances) == (250, (), {"haute.haute": "second"})
    assert place.ladder.density == (0.4, 0.8, 1.6)
    assert place.at is not None and place.at != (2.3536, 48.8570)
    assert "# the long one" in kept_file.read_text(encoding="utf-8")


def test_a_new_place_is_laid_on_the_map_by_mouse_and_undone_step_by_step(
    town: Town, open_page: OpenPage, kept_file: Path
) -> None:
    page = open_page(1280)
    opened(page, f"{town.url}/map/add-place")
    assert page.is_disabled("#save")
    page.fill("#label", "Jardin de l’Hôtel-Dieu")
    page.press("#label", "Tab")
    assert page.input_value("#name") == "jardin-de-l-hotel-dieu"
    expect(page.locator("#place-wrong")).to_contain_text("nulle part")
    laid(page, 0.4, 0.4)
    page.check("[name=laying][value=outline]", force=True)
    for spot in ((0.3, 0.3), (0.6, 0.3)):
        laid(page, *spot)
    expect(page.locator("#place-wrong")).to_contain_text("trois coins")
    assert page.is_disabled("#save")
    for spot in ((0.6, 0.6), (0.3, 0.6)):
        laid(page, *spot)
    expect(page.locator("#map-marks .g-mark")).to_have_count(5)
    page.click("#undo")
    expect(page.locator("#map-marks .g-mark")).to_have_count(4)
    page.check("[data-member=zones][value='gare.parvis']")
    page.click("#save")
    page.wait_for_url(f"{town.url}/places/jardin-de-l-hotel-dieu")
    place = held(kept_file, "jardin-de-l-hotel-dieu")
    assert place.label == "Jardin de l’Hôtel-Dieu" and place.zones == ("gare.parvis",)
    assert place.polygon is not None and len(place.polygon) == 3


def test_marks_are_moved_and_removed_by_keys(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    opened(page, f"{town.url}/places/marche/edit")
    page.focus("[data-mark='1']")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("#changes")).to_have_text("Un changement non enregistré.")
    page.keyboard.press("Delete")
    expect(page.locator("#map-marks .g-mark")).to_have_count(4)
    expect(page.locator("#place-hint")).to_contain_text("Coin 2 supprimé")
    page.click("#reset")
    expect(page.locator("#map-marks .g-mark")).to_have_count(5)
    expect(page.locator("#changes")).to_have_text("Rien n’a changé.")


def test_a_place_changed_by_someone_else_is_not_overwritten(
    town: Town, open_page: OpenPage, kept_file: Path
) -> None:
    page = open_page(1280)
    opened(page, f"{town.url}/places/quai/edit")
    kept_file.write_text(kept_file.read_text(encoding="utf-8") + "# by hand\n", encoding="utf-8")
    page.fill("#capacity", "9")
    page.press("#capacity", "Tab")
    page.click("#save")
    expect(page.locator("#save-wrong")).to_contain_text("Quelqu’un d’autre")
    assert held(kept_file, "quai").capacity == 3


def test_a_place_is_removed_in_two_steps(town: Town, open_page: OpenPage, kept_file: Path) -> None:
    page = open_page(390, has_touch=True)
    opened(page, f"{town.url}/places/quai/edit")
    page.click("#remove")
    page.click("#remove-cancel")
    assert "quai" in load(kept_file).site.places
    page.click("#remove")
    page.click("#remove-now")
    page.wait_for_url(f"{town.url}/map")
    assert "quai" not in load(kept_file).site.places


def test_the_map_and_the_place_lead_to_the_editor(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    page.goto(f"{town.url}/places/marche")
    page.click("text=Modifier ce lieu >> nth=0")
    page.wait_for_url(f"{town.url}/places/marche/edit")
    page.goto(f"{town.url}/map")
    page.click("text=Ajouter un lieu")
    page.wait_for_url(f"{town.url}/map/add-place")
