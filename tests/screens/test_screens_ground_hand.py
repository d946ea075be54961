"""Calage au sol under the hand: undone step by step, by mouse, by finger with a loupe, by keys."""

from collections.abc import Iterator
from pathlib import Path

import map_site
import pytest
from looking import OpenPage
from map_site import MAP_SITE
from playwright.sync_api import Browser, Page, expect, sync_playwright
from test_screens_ground import GL, bench
from town import Town, open_site
from wide_view import WIDE_VIEW

pytestmark = pytest.mark.machine

Spot = tuple[float, float]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    near = map_site.ground(*map_site.STATION, 160.0)
    wide = near_as_wide(*map_site.STATION)
    assert near in MAP_SITE
    site = MAP_SITE.replace(near, wide)
    with open_site(tmp_path_factory.mktemp("town"), site=site, days=()) as served:
        yield served


def near_as_wide(lon: float, lat: float) -> str:
    """The ground of a camera that sees far, north of a place."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(map_site, "VIEW", WIDE_VIEW)
        return map_site.ground(lon, lat, 0.0)


@pytest.fixture(scope="module")
def browser(town: Town) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(GL))
        yield found
        found.close()


def opened(page: Page, address: str) -> None:
    """The editor, when all is said that moves what lies below it."""
    bench(page, address)
    expect(page.locator("#ground-left")).not_to_be_empty()
    expect(page.locator("#ground-verdict")).not_to_be_empty()


def place(page: Page, name: str) -> Spot:
    """Where a mark's very point stands in the window."""
    x, y = page.evaluate(
        """name => {
          const grip = document.querySelector(`[data-mark="${name}"] .e-grip`);
          const box = grip.getBoundingClientRect();
          return [box.x + box.width / 2, box.y + box.height / 2];
        }""",
        name,
    )
    return x, y


def resting(page: Page, name: str) -> Spot:
    """Where a mark stands once what a try says has found its room."""
    before = None
    while (now := place(page, name)) != before:
        before = now
        page.wait_for_timeout(700)
    return now


def fields(page: Page, i: int) -> list[str]:
    """The coordinates of a pair as its row shows them."""
    found: list[str] = page.eval_on_selector_all(
        f"#pairs li[data-pair='{i}'] input", "all => all.map(one => one.value)"
    )
    return found


def drag(page: Page, start: Spot, end: Spot) -> None:
    """Drag with the mouse."""
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    page.mouse.move(*end)
    page.mouse.up()


def test_every_step_is_undone_and_done_again(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280, 1400)
    opened(page, f"{town.url}/cameras/marche/ground")
    expect(page.locator("#undo")).to_be_disabled()
    held = [fields(page, 3)]
    x, y = place(page, "3-image")
    drag(page, (x, y), (x + 30, y + 20))
    held.append(fields(page, 3))
    a, b = place(page, "3-ground")
    drag(page, (a, b), (a - 25, b + 10))
    held.append(fields(page, 3))
    page.click("#pairs li[data-pair='7'] button:last-child")
    expect(page.locator("#pairs li")).to_have_count(7)
    expect(page.locator("#ground-hint")).to_have_text("Point 8 supprimé.")
    assert held[0][:2] != held[1][:2] and held[1][2:] != held[2][2:]
    page.click("#undo")
    expect(page.locator("#pairs li")).to_have_count(8)
    page.locator("#undo").blur()
    for state in (held[1], held[0]):
        page.keyboard.press("Control+z")
        assert fields(page, 3) == state
    expect(page.locator("#undo")).to_be_disabled()
    expect(page.locator("#changes")).to_have_text("Rien n’a changé.")
    for state in (held[1], held[2]):
        page.keyboard.press("Control+Shift+z")
        assert fields(page, 3) == state
    page.click("#redo")
    expect(page.locator("#pairs li")).to_have_count(7)
    expect(page.locator("#redo")).to_be_disabled()


def test_a_drag_adds_no_point_and_the_next_click_moves_none(
    town: Town, open_page: OpenPage
) -> None:
    page = open_page(1280, 1400)
    opened(page, f"{town.url}/cameras/marche/ground")
    for name in ("3-image", "3-ground"):
        x, y = place(page, name)
        drag(page, (x, y), (x + 30, y - 24))
        assert place(page, name) == pytest.approx((x + 30, y - 24), abs=1)
        expect(page.locator("#pairs li")).to_have_count(8)
    # A drag over nothing chooses no spot either.
    box = page.locator("#ground-picture").bounding_box()
    assert box is not None
    drag(page, (box["x"] + 30, box["y"] + 20), (box["x"] + 140, box["y"] + 60))
    expect(page.locator("#pairs li")).to_have_count(8)
    moved = fields(page, 3)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 20)
    expect(page.locator("#pairs li")).to_have_count(9)
    assert fields(page, 3) == moved


def test_undo_all_after_a_save_returns_to_what_was_saved(
    town: Town, open_page: OpenPage, kept_file: Path
) -> None:
    page = open_page(1280, 1400)
    opened(page, f"{town.url}/cameras/marche/ground")
    page.click("#pairs li[data-pair='7'] button:last-child")
    expect(page.locator("#ground-verdict")).to_contain_text("Le pire point")
    page.click("#save")
    expect(page.locator("#changes")).to_have_text("Rien n’a changé.")
    saved = fields(page, 3)
    x, y = place(page, "3-image")
    drag(page, (x, y), (x + 30, y + 20))
    page.check("[name=method][value=lengths]", force=True)
    page.click("#reset")
    expect(page.locator("#pairs li")).to_have_count(7)
    assert fields(page, 3) == saved
    expect(page.locator("#changes")).to_have_text("Rien n’a changé.")
    # It was a step like any other.
    page.click("#undo")
    expect(page.locator("[name=method][value=lengths]")).to_be_checked()


def test_by_keys_points_are_reached_moved_and_removed(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280, 1400)
    opened(page, f"{town.url}/cameras/marche/ground")
    focused = "document.activeElement.dataset.mark"
    page.focus("#add-pair")
    page.keyboard.press("Tab")
    reached = []
    for _ in range(20):
        reached.append(page.evaluate(focused))
        page.keyboard.press("Tab")
    for end in ("image", "ground"):
        assert [f"{i}-{end}" for i in range(8)] == [one for one in reached if one and end in one]
    page.focus("[data-mark='3-image']")
    x, y = (float(one) for one in fields(page, 3)[:2])
    # The still has 960 × 540 pixels.
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    moved = [float(one) for one in fields(page, 3)[:2]]
    assert moved == pytest.approx([x + 1 / 960, y - 10 / 540], abs=2e-4)
    page.focus("[data-mark='3-ground']")
    before = place(page, "3-ground")
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("ArrowDown")
    assert place(page, "3-ground") == pytest.approx((before[0] - 10, before[1] + 1), abs=0.3)
    assert page.evaluate(focused) == "3-ground"
    page.keyboard.press("Delete")
    expect(page.locator("#pairs li")).to_have_count(7)
    assert page.evaluate(focused) == "3-ground"
    # A drag that is given up leaves no step.
    steps = fields(page, 2)
    x, y = place(page, "2-image")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y - 30)
    assert fields(page, 2) != steps
    page.keyboard.press("Escape")
    page.mouse.up()
    assert fields(page, 2) == steps
    page.keyboard.press("Escape")
    assert page.locator("#pairs li.chosen").count() == 0


@pytest.mark.parametrize("end", ["image", "ground"])
def test_a_finger_has_a_loupe_and_a_long_press_deletes(
    town: Town, open_page: OpenPage, end: str
) -> None:
    page = open_page(390, has_touch=True)
    opened(page, f"{town.url}/cameras/marche/ground")
    touch = page.context.new_cdp_session(page)

    def finger(kind: str, *at: float) -> None:
        points = [{"x": at[0], "y": at[1]}] if at else []
        touch.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})

    loupe = page.locator("#picture-loupe .e-loupe" if end == "image" else "#map-loupe .e-loupe")
    name = f"5-{end}"
    # The bar at the bottom covers what is not scrolled well into the window.
    page.eval_on_selector(f"[data-mark='{name}']", "one => one.scrollIntoView({block: 'center'})")
    x, y = resting(page, name)
    # Taken 15 px beside the point, which a finger of 44 px covers: the point does not jump.
    page.wait_for_function(
        "([x, y, name]) => document.elementFromPoint(x, y)?.closest(`[data-mark='${name}']`)",
        arg=[x + 15, y, name],
    )
    finger("Start", x + 15, y)
    finger("Move", x + 35, y + 20)
    assert loupe.count() == 1
    if end == "ground":
        assert page.locator("#map-glass").is_visible()
        # The map lies in the loupe, not a blank.
        ink = page.eval_on_selector(
            "#map-glass",
            "one => one.getContext('2d').getImageData(one.width / 2, one.height / 2, 1, 1).data[3]",
        )
        assert ink == 255
    finger("End")
    expect(loupe).to_have_count(0)
    expect(page.locator("#map-glass")).to_be_hidden()
    assert place(page, name) == pytest.approx((x + 20, y + 20), abs=1)
    finger("Start", *resting(page, name))
    page.wait_for_timeout(900)
    finger("End")
    expect(page.locator("#pairs li")).to_have_count(7)
    page.locator("#undo").tap()
    expect(page.locator("#pairs li")).to_have_count(8)


@pytest.mark.parametrize("end", ["image", "ground"])
def test_a_drag_on_a_page_that_is_busy_is_no_long_press(
    town: Town, open_page: OpenPage, end: str
) -> None:
    page = open_page(390, has_touch=True)
    opened(page, f"{town.url}/cameras/marche/ground")
    touch = page.context.new_cdp_session(page)
    name = f"5-{end}"
    page.eval_on_selector(f"[data-mark='{name}']", "one => one.scrollIntoView({block: 'center'})")
    x, y = resting(page, name)

    def finger(kind: str, *at: float) -> None:
        points = [{"x": at[0], "y": at[1]}] if at else []
        touch.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})

    finger("Start", x, y)
    # As while a map is drawn: the finger moves at once, and is heard when its time is over.
    page.evaluate(
        """() => { setTimeout(() => {
          const until = performance.now() + 1200;
          while (performance.now() < until);
        }); }"""
    )
    finger("Move", x + 20, y + 20)
    finger("End")
    expect(page.locator("#pairs li")).to_have_count(8)
    assert resting(page, name) == pytest.approx((x + 20, y + 20), abs=1)


def test_a_finger_aims_before_it_lays_and_a_flick_lays_nothing(
    town: Town, open_page: OpenPage
) -> None:
    page = open_page(390, has_touch=True)
    opened(page, f"{town.url}/cameras/quai/ground")
    touch = page.context.new_cdp_session(page)

    def finger(kind: str, *at: float) -> None:
        points = [{"x": at[0], "y": at[1]}] if at else []
        touch.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})

    page.eval_on_selector("#ground-picture", "one => one.scrollIntoView({block: 'center'})")
    box = page.locator("#ground-picture").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    flick = {"x": x, "y": y + 80, "yDistance": -160, "speed": 2000, "gestureSourceType": "touch"}
    touch.send("Input.synthesizeScrollGesture", flick | {"preventFling": True})
    expect(page.locator("#pairs li")).to_have_count(0)
    finger("Start", x, y)
    expect(page.locator("#picture-loupe .e-loupe")).to_have_count(1)
    page.wait_for_timeout(400)
    finger("Move", x + 40, y + 30)
    finger("End")
    expect(page.locator("#pairs li")).to_have_count(1)
    assert place(page, "0-image") == pytest.approx((x + 40, y + 30), abs=1)
    grip = page.locator("[data-mark='0-image'] .e-grip").bounding_box()
    assert grip is not None and grip["width"] >= 44


@pytest.mark.parametrize("width", [1280, 390])
def test_where_metres_end_is_drawn_and_said_above_it(
    town: Town, open_page: OpenPage, width: int
) -> None:
    page = open_page(width)
    opened(page, f"{town.url}/cameras/gare/ground")
    word = page.locator(".g-beyond-word")
    expect(word).to_have_text("au-delà\u00a0: pas de mesure en mètres")
    picture = page.locator("#ground-picture").bounding_box()
    plate = page.locator(".g-beyond-plate").bounding_box()
    horizon = page.locator(".g-horizon").bounding_box()
    assert picture is not None and plate is not None and horizon is not None
    assert picture["x"] <= plate["x"]
    assert plate["x"] + plate["width"] <= picture["x"] + picture["width"]
    assert picture["y"] <= plate["y"] and plate["y"] + plate["height"] <= horizon["y"] + 1
    # As large as other texts, however small the picture.
    assert page.evaluate("getComputedStyle(document.querySelector('.g-beyond-word')).fontSize") == (
        "13px"
    )
    # Where the picture ends nothing is drawn: metres do not end there.
    assert horizon["y"] + horizon["height"] < picture["y"] + 0.7 * picture["height"]
