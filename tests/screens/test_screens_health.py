"""*Santé du système* and the orders given from every page."""

import pytest
from looking import OpenPage
from town import Town

pytestmark = pytest.mark.machine


def test_stopping_everything_takes_two_steps_and_a_reason(town: Town, open_page: OpenPage) -> None:
    page = open_page(390)
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


def test_a_phone_shows_the_failing_cameras_and_the_others_when_asked(
    town: Town, open_page: OpenPage
) -> None:
    page = open_page(390)
    page.goto(f"{town.url}/health")
    assert page.locator("table.health tbody tr:visible").count() == 2
    page.check("#also-well")
    assert page.locator("table.health tbody tr:visible").count() == 4


def test_single_keys_act_and_can_be_switched_off(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
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
