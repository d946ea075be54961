"""*Alertes* when the hub goes and comes back: told at once, dated, and nothing is missed."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import raised
from looking import OpenPage
from playwright.sync_api import expect
from town import Town, open_site

from parvis.values.alerts import AlertKind, Severity, Subject

pytestmark = pytest.mark.machine


class Hub:
    """A town whose server can be stopped, and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running = ExitStack()
        self.now = self._running.enter_context(open_site(folder, days=()))

    def stop(self) -> None:
        self._running.close()

    def start(self) -> None:
        port = int(self.now.url.rpartition(":")[2])
        again = open_site(self._folder, days=(), port=port, account=False)
        self.now = self._running.enter_context(again)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """The hub of this test."""
    made = Hub(tmp_path_factory.mktemp("restart"))
    yield made
    made.stop()


@pytest.fixture(scope="module")
def town(hub: Hub) -> Town:
    """The town as it was first served."""
    return hub.now


def raise_one(town: Town, key: str) -> None:
    """Raise an alert now, of a cause of its own."""
    one = raised.change(
        key,
        AlertKind.QUEUE,
        Subject("gare"),
        town.services.clock(),
        rule=key,
        severity=Severity.WATCH,
        value=12,
        threshold=10,
    )
    raised.raise_all(town.services.store, [one])


def test_the_inbox_outlives_the_hub(hub: Hub, town: Town, open_page: OpenPage) -> None:
    raise_one(town, "before")
    page = open_page(1280)
    page.goto(f"{town.url}/alerts/before")
    page.wait_for_selector("#feed[data-feed=live]")
    hub.stop()
    page.wait_for_selector("#cut:visible", timeout=30_000)
    said = page.inner_text("#cut").replace("\u00a0", " ")
    assert re.search(r"Aucune nouvelle du serveur depuis \d+ s. La liste est celle de 14 h", said)
    assert page.get_attribute("#feed", "data-feed") == "lost"
    # A verdict that cannot be sent says so and stays.
    page.click("[data-act=confirm]")
    expect(page.locator(".verdict [data-wrong]")).to_contain_text("n’est pas parvenu")
    expect(page.locator("[data-act=confirm]")).to_be_enabled()
    hub.start()
    raise_one(hub.now, "meanwhile")
    page.wait_for_selector("#cut", state="hidden", timeout=30_000)
    expect(page.locator("#fresh")).to_have_text("1 nouvelle", timeout=15_000)
    page.click("#fresh")
    assert page.locator("li[data-alert=meanwhile]").count() == 1
    page.click("[data-act=confirm]")
    page.wait_for_selector("article[data-state=confirmed]")
    assert hub.now.services.store.alerts.get("before").judgement is not None  # type: ignore[union-attr]
