"""*En direct*: figures, silence, what calls for a look."""

import re

import pytest
from looking import OpenPage
from town import Town

pytestmark = pytest.mark.machine


def test_a_phone_tells_the_people_of_every_camera(town: Town, open_page: OpenPage) -> None:
    page = open_page(390)
    page.goto(town.url)
    page.wait_for_selector("#feed[data-feed=live]")
    shown = page.locator("table[data-rows] [data-present]:visible")
    assert shown.count() == 4
    assert shown.first.inner_text() != "—"
    # Figures of a kind stand under one another.
    lefts = page.eval_on_selector_all(
        "table[data-rows] [data-today]", "all => all.map(one => one.getBoundingClientRect().left)"
    )
    assert max(lefts) - min(lefts) < 1


def test_silence_greys_the_figures_then_takes_them_away(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    page.clock.install()
    page.goto(town.url)
    page.clock.run_for(2000)
    page.wait_for_selector("#feed[data-feed=live]")
    before = page.inner_text("#passages")
    town.script.speaking = False
    try:
        # Nothing answers any more, as with the cable pulled.
        page.route("**/*", lambda route: route.abort())
        page.wait_for_timeout(700)
        page.clock.fast_forward(11_000)
        page.clock.run_for(1000)
        page.wait_for_selector("#feed[data-feed=stale]")
        assert re.search(r"\b1[1-5]\b", page.inner_text("#feed"))
        assert page.locator("#live.stale").count() == 1
        # Grey, dated, but still there.
        assert page.inner_text("#passages") != "—"
        page.clock.fast_forward(50_000)
        page.clock.run_for(1000)
        page.wait_for_selector("#feed[data-feed=lost]")
        figures = (
            "#present, #passages, .figures .figure, [data-present], [data-today] .big, [data-cell]"
        )
        assert set(page.locator(figures).all_inner_texts()) == {"—"}
        assert set(page.locator("[data-state]").all_inner_texts()) == {"—"}
        assert page.locator(".figures .about:visible").count() == 0
    finally:
        page.unroute_all()
        town.script.speaking = True
    page.clock.resume()
    page.wait_for_selector("#feed[data-feed=live]")
    page.wait_for_function("document.getElementById('passages').textContent.length > 2")
    digits = [
        int("".join(c for c in text if c.isdigit()))
        for text in (before, page.inner_text("#passages"))
    ]
    assert digits[1] >= digits[0] - 60


def test_a_technician_accepts_what_a_moved_camera_shows(town: Town, open_page: OpenPage) -> None:
    page = open_page(390)
    page.goto(town.url)
    button = page.locator("button[data-accept-view=quai]")
    assert page.locator("button[data-accept-view]").count() == 1
    button.click()
    page.wait_for_selector("text=C’est noté")
    assert town.control.accepted == ["quai"]


def test_what_calls_for_a_look_stands_in_columns(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    page.goto(town.url)
    for cell in (2, 3):
        lefts = page.eval_on_selector_all(
            f".watch li > :nth-child({cell})",
            "all => all.map(one => one.getBoundingClientRect().left)",
        )
        assert len(lefts) == 2
        assert max(lefts) - min(lefts) < 1
