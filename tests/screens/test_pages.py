"""Every page in a real browser: accessible, within the window, and quiet on the console."""

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from parvis.site import load

pytestmark = pytest.mark.machine

HERE = Path(__file__).parent
AXE = HERE.parents[1] / "web" / "node_modules" / "axe-core" / "axe.min.js"
PAGES = (
    "/",
    "/history",
    "/cameras",
    "/cameras/add",
    "/cameras/marche",
    "/cameras/marche/edit",
    "/health",
)


def _town_module() -> Any:
    """``site.py`` beside this file; its name is also one of the standard library's."""
    spec = importlib.util.spec_from_file_location("screens_site", HERE / "site.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["screens_site"] = module
    spec.loader.exec_module(module)
    return module


TOWN = _town_module()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The town of four cameras, served."""
    with TOWN.open_site(tmp_path_factory.mktemp("town")) as served:
        yield served


@pytest.fixture(scope="module")
def browser(town: Any) -> Iterator[Browser]:
    """One browser for all, after the town: its event loop would be in the way of the town's."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield found
        found.close()


@pytest.fixture(scope="module")
def signed_in(browser: Browser, town: Any) -> Any:
    """The cookies of someone who signed in."""
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    sign_in(page, town)
    state = context.storage_state()
    context.close()
    return state


def sign_in(page: Page, town: Any) -> None:
    """Sign in as the administrator."""
    page.goto(f"{town.url}/login")
    page.fill("input[name=name]", "claire")
    page.fill("input[name=password]", TOWN.PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(f"{town.url}/")


def context_of(browser: Browser, signed_in: Any, width: int, **more: Any) -> BrowserContext:
    """A window of that width with the session's cookies."""
    return browser.new_context(
        viewport={"width": width, "height": 844},
        locale="fr-FR",
        storage_state=signed_in,
        **more,
    )


def violations(page: Page) -> list[str]:
    """What axe finds wrong, one line each."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_are_accessible(
    browser: Browser, town: Any, signed_in: Any, width: int, theme: Any
) -> None:
    context = context_of(browser, signed_in, width, color_scheme=theme, bypass_csp=True)
    page = context.new_page()
    wrong = {}
    for address in (*PAGES, "/nothing"):
        page.goto(town.url + address)
        page.wait_for_timeout(300)
        wrong[address] = violations(page)
    page.goto(f"{town.url}/cameras/marche/edit")
    open_desk(page)
    page.click("#shapes .pick >> nth=1")
    wrong["editor, open"] = violations(page)
    page.goto(f"{town.url}/cameras/marche")
    page.click("#remove")
    wrong["remove"] = violations(page)
    page.goto(f"{town.url}/health")
    page.click("[data-order=stop]")
    wrong["stop"] = violations(page)
    context.close()
    assert {address: found for address, found in wrong.items() if found} == {}


def test_pages_fit_and_stay_quiet(browser: Browser, town: Any, signed_in: Any) -> None:
    context = context_of(browser, signed_in, 320)
    page = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(f"{page.url} {message.text}"))
    page.on("pageerror", lambda error: said.append(f"{page.url} {error}"))
    page.on("request", lambda request: asked.append(request.url))
    wide = {}
    for address in PAGES:
        page.goto(town.url + address)
        page.wait_for_timeout(500)
        wide[address] = page.evaluate("document.documentElement.scrollWidth")
    page.goto(f"{town.url}/cameras/marche/edit")
    open_desk(page)
    wide["editor, open"] = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert {address: width for address, width in wide.items() if width > 320} == {}
    assert said == []
    assert [url for url in asked if not url.startswith((town.url, "blob:" + town.url))] == []


def open_desk(page: Page) -> None:
    """Open a set-up session with a reason, and wait for its still."""
    page.fill("#reason", "Nouvelle ligne sur la place")
    page.press("#reason", "Enter")
    page.wait_for_selector("#layer-still image", state="attached")


def test_a_line_is_drawn_and_saved_by_keyboard(browser: Browser, town: Any, signed_in: Any) -> None:
    context = context_of(browser, signed_in, 1280)
    page = context.new_page()
    page.goto(f"{town.url}/cameras/gare/edit")
    open_desk(page)
    page.focus("[data-tool=line]")
    page.keyboard.press("Enter")
    for key in ("Shift+ArrowLeft", " ", *["Shift+ArrowRight"] * 12, " ", "Enter"):
        page.keyboard.press(key)
    # The first point has the focus: one pixel down, then undone, then two.
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+z")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.focus("#save")
    page.keyboard.press("Enter")
    page.wait_for_selector("#toast:not([hidden])")
    line = load(town.path).site.cameras["gare"].lines["l1"]
    (ax, ay), (bx, by) = line.points
    assert by == 0.5
    assert ay == pytest.approx(0.5 + 2 / 540, abs=2e-4)
    assert bx - ax == pytest.approx(120 / 960, abs=1e-3)
    context.close()


def test_a_change_by_someone_else_is_not_overwritten(
    browser: Browser, town: Any, signed_in: Any
) -> None:
    context = context_of(browser, signed_in, 1280)
    page = context.new_page()
    page.goto(f"{town.url}/cameras/quai/edit")
    page.click("#without")
    page.click("#shapes .pick >> nth=0")
    town.path.write_text(town.path.read_text() + "# by hand\n")
    page.click("#shapes .details button")
    page.click("#save")
    page.wait_for_selector("#save-wrong:not([hidden])")
    assert "Quelqu’un d’autre" in page.inner_text("#save-wrong")
    assert "quai" in load(town.path).site.cameras["quai"].lines
    context.close()


def test_stopping_everything_takes_two_steps_and_a_reason(
    browser: Browser, town: Any, signed_in: Any
) -> None:
    context = context_of(browser, signed_in, 390)
    page = context.new_page()
    page.goto(f"{town.url}/health")
    page.click("[data-order=stop]")
    page.click("#order-stop [data-next]")
    assert not town.control.all
    page.fill("#order-stop-reason", "Demande du DPO")
    page.click("#order-stop [data-next]")
    assert not town.control.all
    page.click("#order-stop [type=submit]")
    page.wait_for_selector("#order-stop [data-step='3']:not([hidden])")
    assert town.control.all
    town.control.all = False
    context.close()


def test_the_still_keeps_its_proportions(browser: Browser, town: Any, signed_in: Any) -> None:
    context = context_of(browser, signed_in, 1280)
    page = context.new_page()
    page.route(
        "**/still",
        lambda route: route.fulfill(
            response=(answer := route.fetch()),
            headers=answer.headers | {"x-still-width": "768", "x-still-height": "576"},
        ),
    )
    page.goto(f"{town.url}/cameras/gare/edit")
    open_desk(page)
    box = page.locator("#picture").bounding_box()
    assert box is not None
    assert box["width"] / box["height"] == pytest.approx(768 / 576, rel=0.02)
    context.close()


def test_a_camera_is_set_from_its_form_and_removed_after_a_question(
    browser: Browser, town: Any, signed_in: Any
) -> None:
    before = town.path.read_text(encoding="utf-8")
    context = context_of(browser, signed_in, 390)
    page = context.new_page()
    page.goto(f"{town.url}/cameras/quai")
    page.select_option("#model", "nanodet-g")
    page.fill("#rate", "7.5")
    page.select_option("#anchor", "centre")
    page.uncheck("#enabled")
    page.click("#camera-form [type=submit]")
    page.wait_for_selector("#toast:not([hidden])")
    camera = load(town.path).site.cameras["quai"]
    assert (camera.model, camera.rate, camera.anchor) == ("nanodet-g", 7.5, "centre")
    assert not camera.enabled
    assert list(camera.lines) == ["quai"]
    # A rate that is none is refused, named, and nothing is written.
    page.fill("#rate", "40")
    page.click("#camera-form [type=submit]")
    page.wait_for_selector("#rate[aria-invalid=true]")
    assert load(town.path).site.cameras["quai"].rate == 7.5

    page.click("#remove")
    page.click("#remove-dialog [data-cancel]")
    assert "quai" in load(town.path).site.cameras
    page.click("#remove")
    page.click("#remove-dialog [type=submit]")
    page.wait_for_url(f"{town.url}/cameras")
    assert "Quai des Tanneurs" not in page.inner_text("main")
    assert "quai" not in load(town.path).site.cameras
    context.close()
    town.path.write_text(before, encoding="utf-8")


def test_a_camera_changed_meanwhile_is_not_removed(
    browser: Browser, town: Any, signed_in: Any
) -> None:
    context = context_of(browser, signed_in, 1280)
    page = context.new_page()
    page.goto(f"{town.url}/cameras/quai")
    town.path.write_text(town.path.read_text(encoding="utf-8") + "# by hand\n", encoding="utf-8")
    page.click("#remove")
    page.click("#remove-dialog [type=submit]")
    page.wait_for_selector("#remove-dialog [data-wrong]:not(:empty)")
    assert "Quelqu’un d’autre" in page.inner_text("#remove-dialog")
    assert "quai" in load(town.path).site.cameras
    context.close()


def test_a_phone_tells_the_people_of_every_camera(
    browser: Browser, town: Any, signed_in: Any
) -> None:
    context = context_of(browser, signed_in, 390)
    page = context.new_page()
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
    context.close()


def test_a_phone_shows_the_failing_cameras_and_the_others_when_asked(
    browser: Browser, town: Any, signed_in: Any
) -> None:
    context = context_of(browser, signed_in, 390)
    page = context.new_page()
    page.goto(f"{town.url}/health")
    assert page.locator("table.health tbody tr:visible").count() == 2
    page.check("#also-well")
    assert page.locator("table.health tbody tr:visible").count() == 4
    context.close()


def test_history_opens_on_the_first_camera_of_the_site(
    browser: Browser, town: Any, signed_in: Any
) -> None:
    context = context_of(browser, signed_in, 1280)
    page = context.new_page()
    page.goto(f"{town.url}/history")
    # By the alphabet it would be the station.
    assert page.inner_text(".chip.series").strip().startswith("Place du Marché, Fontaine")
    # The line under the chart says the last value before anybody points at one.
    page.wait_for_function("document.getElementById('readout').textContent.includes('14')")
    context.close()


def test_silence_greys_the_figures_then_takes_them_away(
    browser: Browser, town: Any, signed_in: Any
) -> None:
    context = context_of(browser, signed_in, 1280)
    page = context.new_page()
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
    context.close()


def test_single_keys_act_and_can_be_switched_off(
    browser: Browser, town: Any, signed_in: Any
) -> None:
    context = context_of(browser, signed_in, 1280)
    page = context.new_page()
    page.goto(f"{town.url}/health")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == "Rue Haute"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.textContent") == "Quai des Tanneurs"
    page.keyboard.press("l")
    assert "--grep quai" in page.inner_text("#logs[open]")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.locator("#keys[open]").count() == 1
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("marche")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{town.url}/?camera=marche")
    page.click(".rail [data-keys]")
    page.uncheck("#keys-on")
    page.click("#keys [data-shut]")
    page.keyboard.press("/")
    assert page.locator("dialog[open]").count() == 0
    page.reload()
    page.keyboard.press("?")
    assert page.locator("dialog[open]").count() == 0
    context.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_english_pages_are_accessible(
    browser: Browser, town: Any, signed_in: Any, width: int
) -> None:
    context = context_of(browser, signed_in, width, color_scheme="dark", bypass_csp=True)
    page = context.new_page()
    page.goto(f"{town.url}/preferences?language=en")
    wrong = {}
    for address in PAGES:
        page.goto(town.url + address)
        assert page.get_attribute("html", "lang") == "en"
        page.wait_for_timeout(300)
        wrong[address] = violations(page)
    page.goto(f"{town.url}/health")
    for dialog in ("keys", "search", "logs"):
        page.evaluate(f"document.getElementById('{dialog}').showModal()")
        wrong[dialog] = violations(page)
        page.evaluate(f"document.getElementById('{dialog}').close()")
    context.close()
    assert {address: found for address, found in wrong.items() if found} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["fr-FR", "en-GB"])
def test_the_door_is_accessible(browser: Browser, town: Any, theme: Any, locale: str) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale=locale, color_scheme=theme, bypass_csp=True
    )
    page = context.new_page()
    wrong = {}
    for address in (
        "/login",
        "/login?error=sign-in",
        "/setup/admin?token=x",
        "/setup/admin?token=x&error=weak-password",
    ):
        page.goto(town.url + address)
        assert page.get_attribute("html", "lang") == locale[:2]
        wrong[address] = violations(page)
    context.close()
    assert {address: found for address, found in wrong.items() if found} == {}


def test_a_technician_accepts_what_a_moved_camera_shows(
    browser: Browser, town: Any, signed_in: Any
) -> None:
    context = context_of(browser, signed_in, 390)
    page = context.new_page()
    page.goto(town.url)
    button = page.locator("button[data-accept-view=quai]")
    assert page.locator("button[data-accept-view]").count() == 1
    button.click()
    page.wait_for_selector("text=C’est noté")
    assert town.control.accepted == ["quai"]
    context.close()


def test_what_calls_for_a_look_stands_in_columns(
    browser: Browser, town: Any, signed_in: Any
) -> None:
    context = context_of(browser, signed_in, 1280)
    page = context.new_page()
    page.goto(town.url)
    for cell in (2, 3):
        lefts = page.eval_on_selector_all(
            f".watch li > :nth-child({cell})",
            "all => all.map(one => one.getBoundingClientRect().left)",
        )
        assert len(lefts) == 2
        assert max(lefts) - min(lefts) < 1
    context.close()
