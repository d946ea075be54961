"""Alerts and rules where the profile refuses alerts from images: it says so, with the article."""

from collections.abc import Iterator

import pytest
from looking import OpenPage, violations
from town import Town, open_site

pytestmark = pytest.mark.machine


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town that only counts."""
    with open_site(tmp_path_factory.mktemp("statistics"), "statistics", days=(0,)) as served:
        yield served


def test_the_page_says_why_with_the_article(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280, bypass_csp=True)
    page.goto(f"{town.url}/alerts")
    told = page.inner_text(".withheld")
    assert "seules les alertes de santé des caméras et de prévision" in told
    assert page.locator(".withheld .meta").inner_text()
    assert violations(page) == []
    page.goto(f"{town.url}/rules")
    row = page.locator("tr", has=page.locator("a[href='/rules/density']"))
    assert "pas permise ici" in row.inner_text()
    assert "Refusée" in row.inner_text()
    # What tells of the cameras alone may go on.
    health = page.locator("tr", has=page.locator("a[href='/rules/camera_health']"))
    assert "Active" in health.inner_text()
    assert violations(page) == []
    # The form of a rule to be says it before anybody writes one.
    page.goto(f"{town.url}/rules/new?kind=density")
    assert "pas permise ici" in page.inner_text(".refused-here")
    assert page.locator(".refused-here .meta").inner_text()
    page.goto(f"{town.url}/rules/new?kind=camera_health")
    assert page.locator(".refused-here").count() == 0
