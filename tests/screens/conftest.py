"""The town of four cameras in a real browser, for every test of the screens."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from looking import OpenPage, cookies
from playwright.sync_api import Browser, Page, sync_playwright
from town import Town, open_site


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The town of four cameras, served."""
    with open_site(tmp_path_factory.mktemp("town")) as served:
        yield served


@pytest.fixture(scope="module")
def browser(town: Town) -> Iterator[Browser]:
    """One browser for all, after the town: its event loop would be in the way of the town's."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield found
        found.close()


@pytest.fixture(scope="module")
def signed_in(browser: Browser, town: Town) -> Any:
    """The cookies of someone who signed in."""
    return cookies(browser, town)


@pytest.fixture
def open_page(browser: Browser, signed_in: Any) -> Iterator[OpenPage]:
    """``open_page(width, ...)``: a signed-in window of that width, closed after the test."""
    contexts = []

    def opened(width: int, height: int = 844, **more: Any) -> Page:
        settings = {"locale": "fr-FR", "storage_state": signed_in} | more
        context = browser.new_context(viewport={"width": width, "height": height}, **settings)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def kept_file(town: Town) -> Iterator[Path]:
    """The town's site.yaml, put back as it was after the test."""
    before = town.path.read_text(encoding="utf-8")
    yield town.path
    town.path.write_text(before, encoding="utf-8")
