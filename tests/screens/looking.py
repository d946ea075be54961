"""What tests of the screens do again and again in a page."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page
from town import PASSWORD, Town

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"

OpenPage = Callable[..., Page]
"""``open_page(width, ...)``: a signed-in window of that width."""


def violations(page: Page) -> list[str]:
    """What axe finds wrong, one line each."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def open_desk(page: Page) -> None:
    """Open a set-up session with a reason, and wait for its still."""
    page.fill("#reason", "Nouvelle ligne sur la place")
    page.press("#reason", "Enter")
    page.wait_for_selector("#layer-still image", state="attached")


def cookies(browser: Browser, town: Town) -> Any:
    """Sign in to that town as its administrator; what the browser keeps of it."""
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    page.goto(f"{town.url}/login")
    page.fill("input[name=name]", "claire")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(f"{town.url}/")
    state = context.storage_state()
    context.close()
    return state
