"""Calage au sol in a real browser: pairs by click, by keys and by hand; refusals; saving."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from looking import OpenPage, violations
from map_site import MAP_SITE
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright
from town import Town, open_site

pytestmark = pytest.mark.machine

GL = ("--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")


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


def bench(page: Page, address: str) -> None:
    page.goto(address)
    page.fill("#reason", "Calage de la place")
    page.press("#reason", "Enter")
    page.wait_for_selector("#calibration[data-ready]")
    page.wait_for_selector("#ground-picture image", state="attached")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_calibrated_camera_shows_its_pairs_worst_first(
    town: Town, open_page: OpenPage, width: int
) -> None:
    page = open_page(width)
    told: list[str] = []
    page.on("console", lambda one: told.append(one.text))
    bench(page, f"{town.url}/cameras/marche/ground")
    expect(page.locator("#ground-verdict")).to_contain_text("Le pire point s’écarte de 0,0")
    said = page.locator("#pairs [data-off]").all_inner_texts()
    errors = [float(one.split()[1].replace(",", ".")) for one in said]
    assert len(errors) == 8 and errors == sorted(errors, reverse=True)
    assert page.locator("#ground-marks .g-mark").count() == 8
    assert page.locator(".g-horizon").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []
    assert not [one for one in told if "Refused" in one or "Content Security" in one], told


@pytest.mark.parametrize("width", [1280, 390])
def test_the_error_field_lies_over_the_still_in_steps_of_metres(
    town: Town, open_page: OpenPage, width: int
) -> None:
    page = open_page(width)
    bench(page, f"{town.url}/cameras/marche/ground")
    legend = page.locator("#error-legend")
    expect(legend).to_be_visible()
    said = [" ".join(one.split()) for one in page.locator("#error-legend li").all_inner_texts()]
    shares = page.locator("#error-legend [data-share]").all_inner_texts()
    steps = [
        one.removesuffix(" ".join(share.split())).strip()
        for one, share in zip(said, shares, strict=True)
    ]
    assert steps == [
        "moins de 0,1 m",
        "de 0,1 à 0,3 m",
        "de 0,3 à 1,0 m",
        "1,0 m et plus",
        "pas de mesure en mètres",
    ]
    assert abs(sum(int(share.split()[0]) for share in shares) - 100) <= 2
    # The camera looks down from 7 m: near positions are good, those near the horizon are not.
    tops = page.evaluate(
        """() => [...document.querySelectorAll('.g-error')].map((one) => {
            const box = one.getBBox();
            return box.height ? box.y : null;
        })"""
    )
    told = [top for top in tops if top is not None]
    assert len(told) >= 3 and told == sorted(told, reverse=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []
    page.uncheck("#error-on")
    expect(legend).to_be_hidden()
    expect(page.locator("[data-field]")).to_be_hidden()
    expect(page.locator(".g-beyond")).to_be_visible()


def test_a_moved_point_is_refused_or_named_and_undone(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    bench(page, f"{town.url}/cameras/marche/ground")
    page.focus("#ground-picture [data-mark='3-image']")
    for _ in range(12):
        page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("#changes")).to_have_text("Un changement non enregistré.")
    row = page.locator("#pairs li[data-pair='3']")
    expect(row).to_contain_text("laissé de côté")
    page.click("#reset")
    expect(page.locator("#changes")).to_have_text("Rien n’a changé.")


def test_pairs_are_picked_on_both_sides_and_saved(
    town: Town, open_page: OpenPage, kept_file: Path
) -> None:
    page = open_page(1280)
    bench(page, f"{town.url}/cameras/quai/ground")
    expect(page.locator("#pairs-none")).to_be_visible()
    picture, place = page.locator("#ground-picture"), page.locator("#ground-map")
    # The picture looks straight down: the map is its image, a little smaller.
    for x, y in ((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8), (0.5, 0.4)):
        one, other = picture.bounding_box(), place.bounding_box()
        assert one is not None and other is not None
        picture.click(position={"x": x * one["width"], "y": y * one["height"]})
        place.click(
            position={
                "x": other["width"] / 2 + (x - 0.5) * one["width"] * 0.5,
                "y": other["height"] / 2 + (y - 0.5) * one["height"] * 0.5,
            }
        )
    expect(page.locator("#pairs li")).to_have_count(5)
    expect(page.locator("#pairs [data-off]").first).to_contain_text("écart")
    # Seen from straight above, a view tells no height; it is calibrated all the same.
    expect(page.locator("#ground-verdict")).to_contain_text("La vue est calée")
    page.click("#yaml")
    expect(page.locator("#yaml-text")).to_contain_text("wgs84")
    page.click("#yaml-close")
    page.click("#save")
    expect(page.locator("#toast")).to_be_visible()
    text = kept_file.read_text(encoding="utf-8")
    assert text.count("wgs84") > 16 and "# the long one" in text


def test_known_lengths_are_a_second_way(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    bench(page, f"{town.url}/cameras/haute/ground")
    page.check("[name=method][value=lengths]", force=True)
    assert not page.locator("#ground-map-card").is_visible()
    page.click("#add-pair")
    box = page.locator("#ground-picture").bounding_box()
    assert box is not None
    for x in (0.3, 0.7):
        page.locator("#ground-picture").click(
            position={"x": x * box["width"], "y": 0.9 * box["height"]}
        )
    page.fill("#pairs input[type=number]", "4")
    page.keyboard.press("Tab")
    expect(page.locator("#ground-verdict")).to_contain_text("ne suffit pas à fixer la vue")
    assert page.locator("#save").is_disabled()


def test_a_second_press_saves_no_second_time(
    town: Town, open_page: OpenPage, kept_file: Path
) -> None:
    page = open_page(1280)
    bench(page, f"{town.url}/cameras/marche/ground")
    page.click("#pairs li[data-pair='7'] button:last-child")
    expect(page.locator("#ground-verdict")).to_contain_text("Le pire point")
    page.evaluate("for (let i = 0; i < 2; i++) document.getElementById('save').click()")
    expect(page.locator("#toast")).to_be_visible()
    expect(page.locator("#changes")).to_have_text("Rien n’a changé.")
    expect(page.locator("#save-wrong")).to_be_hidden()


def test_when_the_view_closes_another_is_asked_for_and_no_edit_is_lost(
    town: Town, open_page: OpenPage
) -> None:
    page = open_page(1280)
    ends: list[float] = []

    def shortened(route: Route) -> None:
        answer = route.fetch()
        told = answer.json()
        ends.append(told["ends_s"])
        if len(ends) == 1:
            told["ends_s"] = town.services.clock() + 3
        route.fulfill(response=answer, json=told)

    page.route("**/api/v1/setup-sessions", shortened)
    bench(page, f"{town.url}/cameras/marche/ground")
    page.click("#pairs li[data-pair='7'] button:last-child")
    expect(page.locator("#ask")).to_be_visible(timeout=10_000)
    expect(page.locator("#ground-picture image")).to_have_count(0)
    expect(page.locator("#changes")).to_have_text("Un changement non enregistré.")
    page.press("#reason", "Enter")
    expect(page.locator("#ground-picture image")).to_have_count(1)
    expect(page.locator("#ask")).to_be_hidden()
    expect(page.locator("#pairs li")).to_have_count(7)
