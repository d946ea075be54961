"""*Conformité* in a real browser: an order is given once, the chain is verified, a phone fits."""

import pytest
from looking import OpenPage, violations
from town import Town

from parvis.values.stops import Stops

pytestmark = [pytest.mark.machine, pytest.mark.law(22)]


def test_a_use_is_stopped_in_two_steps_once_with_its_time(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    page.goto(f"{town.url}/compliance")
    assert page.locator("[data-order=stop]").count() == 2, "the bar's and the section's"
    page.click("#section-stops [data-order=stop]")
    page.select_option("#order-stop-what", "use:measures.presence")
    page.fill("#order-stop-reason", "Demande de la déléguée")
    page.click("#order-stop [data-next]")
    page.click("#order-stop [type=submit]")
    page.wait_for_selector("#order-stop [data-step='3']:not([hidden])")
    assert "Arrêté en" in page.inner_text("#order-stop [data-told]")
    page.click("#order-stop [data-step='3'] button")
    page.wait_for_load_state()
    page.wait_for_selector("#section-stops li")
    rows = page.locator("#section-stops tbody tr")
    assert rows.count() == 1, "one order, one entry"
    assert "Demande de la déléguée" in rows.inner_text()
    page.click("#section-journal [type=submit] >> nth=0")
    page.wait_for_selector("#section-journal [role=status]")
    assert "La chaîne est entière" in page.inner_text("#section-journal [role=status]")
    assert violations(open_plain(open_page, town)) == []
    phone = open_page(390)
    phone.goto(f"{town.url}/compliance")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    town.control.held = Stops()


def open_plain(open_page: OpenPage, town: Town):  # type: ignore[no-untyped-def]
    page = open_page(1280, bypass_csp=True)
    page.goto(f"{town.url}/compliance")
    page.click("#section-deletions summary")
    return page
