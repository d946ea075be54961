"""*Page publique* in a real browser: on a phone and a desk, light and dark, without a script."""

from collections.abc import Iterator
from typing import Any

import pytest
from looking import violations
from map_site import MAP_SITE
from playwright.sync_api import Browser, Response, sync_playwright
from town import Town, open_site

pytestmark = [pytest.mark.machine, pytest.mark.law(18)]

CONTROLLER = """\
controller:
  name: Commune d’Exemple
  address: 1 place de la Mairie, 99999 Exemple
  contact: mairie@exemple.invalid
  dpo: dpo@exemple.invalid
  purposes: [Adapter la propreté et les transports à la fréquentation]
  basis: Mission d’intérêt public (RGPD, article 6, 1, e)
  decision: Délibération 2026-41 du 3 mars 2026
public: {{page: true, open_data: true}}
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The town on its map, its public page switched on."""
    folder = tmp_path_factory.mktemp("public")
    with open_site(folder, site=MAP_SITE + CONTROLLER, account=False) as served:
        yield served


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The same under the default profile."""
    folder = tmp_path_factory.mktemp("strict")
    with open_site(folder, "statistics", site=MAP_SITE + CONTROLLER, account=False) as served:
        yield served


@pytest.fixture(scope="module")
def browser(town: Town, strict: Town) -> Iterator[Browser]:
    """One browser for all, after the towns."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield found
        found.close()


@pytest.mark.parametrize("profile", ["demonstration", "statistics"])
@pytest.mark.parametrize(
    ("width", "colours", "language"),
    [(390, "light", "fr"), (390, "dark", "en"), (1280, "light", "en"), (1280, "dark", "fr")],
)
def test_a_passer_by_reads_it_on_any_screen(
    *,
    browser: Browser,
    town: Town,
    strict: Town,
    width: int,
    colours: Any,
    language: str,
    profile: str,
) -> None:
    at = town if profile == "demonstration" else strict
    plain = browser.new_context(
        viewport={"width": width, "height": 844},
        color_scheme=colours,
        locale="de-DE",
        java_script_enabled=False,
    )
    page = plain.new_page()
    received: list[Response] = []
    page.on("response", lambda one: received.append(one))  # noqa: PLW0108  # no builtin here
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text))
    page.goto(f"{at.url}/public?language={language}", wait_until="networkidle")
    assert refused == []
    assert sum(len(one.body()) for one in received) <= 100_000
    assert {one.url.partition("/public")[0].partition("/static")[0] for one in received} == {at.url}
    words = page.inner_text("main").replace("\u202f", " ").replace("\u00a0", " ")
    assert ("Délibération 2026-41") in words
    wanted = {"fr": "Moins de 20 personnes", "en": "Fewer than 20 people"}[language]
    assert (wanted in words) == (profile == "statistics")
    assert page.locator(".places li svg").count() == 4
    plain.close()
    looked = browser.new_context(
        viewport={"width": width, "height": 844}, color_scheme=colours, bypass_csp=True
    )
    page = looked.new_page()
    page.goto(f"{at.url}/public?language={language}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []
    looked.close()
