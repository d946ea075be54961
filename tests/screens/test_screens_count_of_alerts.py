"""The count of alerts to verify: current on every page, with one stream for all tabs."""

import pytest
import raised
from looking import OpenPage
from playwright.sync_api import BrowserContext, Page, expect
from town import Town

from parvis.values.alerts import AlertKind, Subject

pytestmark = pytest.mark.machine

PAGES = ("/health", "/cameras", "/history", "/map", "/rules", "/cameras/marche/edit")


def raise_one(town: Town, key: str) -> None:
    """Raise an alert now, of a cause of its own."""
    now_s = town.services.clock()
    one = raised.change(key, AlertKind.QUEUE, Subject("gare"), now_s, rule=key, value=12)
    raised.raise_all(town.services.store, [one])


def test_the_count_lives_on_every_page(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    for n, address in enumerate(PAGES):
        page.goto(town.url + address)
        count = page.locator(".rail [data-alert-count]")
        held = n and str(n)
        if held:
            expect(count).to_have_text(f"{held} à vérifier")
        else:
            assert not count.is_visible()
        raise_one(town, f"page-{n}")
        expect(count).to_have_text(f"{n + 1} à vérifier", timeout=10_000)
        assert count.is_visible()
    kept = town.services.store.alerts.get("page-0")
    assert kept is not None
    raised.judge(town.services.store, kept, "paul", town.services.clock())
    expect(page.locator(".rail [data-alert-count]")).to_have_text(f"{len(PAGES) - 1} à vérifier")


def test_many_tabs_listen_once_and_all_are_told(town: Town, open_page: OpenPage) -> None:
    first = open_page(1280)
    context = first.context
    pages = [first, *(context.new_page() for _ in range(7))]
    for page in pages:
        # Eight streams over HTTP/1.1 would leave no connection for the page of the eighth.
        page.goto(f"{town.url}/health", timeout=15_000)
    pages[3].goto(f"{town.url}/alerts")
    before = listeners(town)
    assert before == 1
    raise_one(town, "for-all")
    waiting = town.services.store.alerts.count(raised_tray())
    for page in pages:
        page.bring_to_front()
        expect(page.locator(".rail [data-alert-count]")).to_have_text(
            f"{waiting} à vérifier", timeout=10_000
        )
    # The tab that listens is closed: another one listens, and nothing is missed.
    told = close_until_another_listens(context, pages, town)
    raise_one(town, "after-the-first")
    expect(told.locator(".rail [data-alert-count]")).to_have_text(
        f"{waiting + 1} à vérifier", timeout=10_000
    )
    assert listeners(town) == 1


def listeners(town: Town) -> int:
    """How many streams the server holds."""
    return town.services.board.follower_count


def raised_tray() -> object:
    """The tray of what waits."""
    from parvis.store.alerts import Tray

    return Tray.INBOX


def close_until_another_listens(context: BrowserContext, pages: list[Page], town: Town) -> Page:
    """Close every tab but the last, which then has to listen itself."""
    last = pages[-1]
    for page in pages[:-1]:
        page.close()
    last.bring_to_front()
    last.wait_for_timeout(1500)
    assert len(context.pages) == 1
    return last
