"""The half minute of dots lies over the plan of the town, or over its map, north up."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import raised
from looking import OpenPage, cookies, violations
from map_site import MAP_SITE
from plan_site import HIGH, METRES_A_PIXEL, ORIGIN, PLAN_SITE, WIDE, draw_plan
from playwright.sync_api import Browser, Page, expect
from town import NOW_S, Town, open_site

from parvis.values.alerts import AlertKind, Replay, Subject

pytestmark = pytest.mark.machine

CORNER = (ORIGIN[0] + 10.0, ORIGIN[1] + 5.0)
"""A spot of the plan: metres of the square."""


def served(folder: Path, site: str, stack: ExitStack) -> Town:
    """A town with one alert, whose dots are a crowd and one person who stands still."""
    if "plan.png" in site:
        folder.mkdir()
        draw_plan(folder / "plan.png")
    town = stack.enter_context(open_site(folder, days=(), site=site))
    crowd = raised.dots(7, NOW_S)
    frames = tuple(((*CORNER, 0), *frame) for frame in crowd.frames)
    change = raised.change(
        "dense-1",
        AlertKind.DENSITY,
        Subject("marche", "terrasse"),
        NOW_S,
        replay=Replay(crowd.start_s, crowd.step_s, frames),
    )
    raised.raise_all(town.services.store, [change])
    return town


@pytest.fixture(scope="module")
def stack() -> Iterator[ExitStack]:
    """What ends with the module."""
    with ExitStack() as held:
        yield held


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory, stack: ExitStack) -> Town:
    """The town on the Earth, without tiles."""
    return served(tmp_path_factory.mktemp("map") / "site", MAP_SITE, stack)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, stack: ExitStack, mapped: Town) -> Town:
    """The town on a plan; the other one is served before there is a browser."""
    assert mapped.url
    return served(tmp_path_factory.mktemp("plan") / "site", PLAN_SITE, stack)


def first_dot(page: Page) -> tuple[float, float]:
    """Where the person who stands still is drawn."""
    found = page.eval_on_selector(
        ".replay [data-dots] > path",
        "one => { const m = one.transform.baseVal.consolidate().matrix; return [m.e, m.f]; }",
    )
    return float(found[0]), float(found[1])


def test_the_dots_lie_where_the_plan_shows_them(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280, bypass_csp=True)
    answers: list[tuple[str, int]] = []
    page.on("response", lambda answer: answers.append((answer.url, answer.status)))
    page.goto(f"{town.url}/alerts/dense-1")
    plan = page.locator(".replay image.plan")
    assert plan.count() == 1
    assert (f"{town.url}/api/v1/map/files/plan", 200) in answers
    x, y, width, height = (
        float(plan.get_attribute(key) or "nan") for key in ("x", "y", "width", "height")
    )
    assert width / height == pytest.approx(WIDE / HIGH, rel=0.01)
    scale = width / (WIDE * METRES_A_PIXEL)
    # Ten metres to the right of the plan's lower left corner, five metres up.
    assert first_dot(page) == pytest.approx((x + 10 * scale, y + height - 5 * scale), abs=0.4)
    assert page.locator(".replay .place-outline").count() == 1
    assert "sur le plan" in page.inner_text(".replay figcaption")
    assert page.locator(".replay .concerned").count() == 1
    # Played, the one who stands still stays there, and the others move.
    page.focus("[data-at]")
    page.keyboard.press("Home")
    expect(page.locator("[data-time]")).to_contain_text("s avant")
    assert first_dot(page) == pytest.approx((x + 10 * scale, y + height - 5 * scale), abs=0.4)
    assert violations(page) == []


def test_on_a_map_north_is_up(mapped: Town, browser: Browser) -> None:
    context = browser.new_context(storage_state=cookies(browser, mapped), locale="fr-FR")
    page = context.new_page()
    page.goto(f"{mapped.url}/alerts/dense-1")
    assert page.locator(".replay image.plan").count() == 0
    assert page.locator(".replay .north").count() == 1
    assert page.locator(".replay .place-outline").count() == 1
    assert "Le nord est en haut" in page.inner_text(".replay figcaption")
    context.close()
