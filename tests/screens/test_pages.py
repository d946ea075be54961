"""Every page in a real browser: accessible, within the window, and quiet on the console."""

from typing import Any

import pytest
from looking import OpenPage, open_desk, violations
from town import Town

pytestmark = pytest.mark.machine

PAGES = (
    "/",
    "/alerts",
    "/history",
    "/cameras",
    "/cameras/add",
    "/cameras/marche",
    "/cameras/marche/edit",
    "/health",
    "/compliance",
    "/rules",
    "/channels",
    "/channels/new?by=email",
    "/channels/new?by=webhook",
    "/channels/new?by=mqtt",
)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_are_accessible(town: Town, open_page: OpenPage, width: int, theme: Any) -> None:
    page = open_page(width, color_scheme=theme, bypass_csp=True)
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
    assert {address: found for address, found in wrong.items() if found} == {}


def test_pages_fit_and_stay_quiet(town: Town, open_page: OpenPage) -> None:
    page = open_page(320)
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
    assert {address: width for address, width in wide.items() if width > 320} == {}
    assert said == []
    assert [url for url in asked if not url.startswith((town.url, "blob:" + town.url))] == []


@pytest.mark.parametrize("width", [1280, 390])
def test_english_pages_are_accessible(town: Town, open_page: OpenPage, width: int) -> None:
    page = open_page(width, color_scheme="dark", bypass_csp=True)
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
    assert {address: found for address, found in wrong.items() if found} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["fr-FR", "en-GB"])
def test_the_door_is_accessible(town: Town, open_page: OpenPage, theme: Any, locale: str) -> None:
    page = open_page(390, locale=locale, color_scheme=theme, bypass_csp=True, storage_state=None)
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
    assert {address: found for address, found in wrong.items() if found} == {}


def test_pages_fit_at_double_size_and_on_paper(town: Town, open_page: OpenPage) -> None:
    # A window of 1280 at 200 % has 640 CSS pixels; paper is A4 at 96 a inch.
    page = open_page(640, height=422)
    for address in PAGES:
        page.goto(town.url + address)
        page.wait_for_timeout(200)
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, address
    page.set_viewport_size({"width": 794, "height": 1123})
    page.emulate_media(media="print", color_scheme="light")
    for address in PAGES:
        page.goto(town.url + address)
        page.wait_for_timeout(200)
        assert page.evaluate("document.documentElement.scrollWidth") <= 794, address
        assert page.locator(".rail:visible, .tabs:visible").count() == 0, address
        assert page.locator(".only-print:visible").count() == 1, address
