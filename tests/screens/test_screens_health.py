"""*Santé du système* and the orders given from every page."""

import pytest
from looking import OpenPage
from town import Town

from parvis.server.machine import ClockHealth, Queue
from parvis.values.stops import Stops

pytestmark = pytest.mark.machine


def test_stopping_everything_takes_two_steps_and_a_reason(town: Town, open_page: OpenPage) -> None:
    page = open_page(390)
    page.goto(f"{town.url}/health")
    page.click("[data-order=stop]")
    page.click("#order-stop [data-next]")
    assert not town.control.held
    page.fill("#order-stop-reason", "Demande du DPO")
    page.click("#order-stop [data-next]")
    assert not town.control.held
    page.click("#order-stop [type=submit]")
    page.wait_for_selector("#order-stop [data-step='3']:not([hidden])")
    assert town.control.held.everything
    town.control.held = Stops()


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


def test_the_machine_says_what_calls_for_somebody(town: Town, open_page: OpenPage) -> None:
    page = open_page(390)
    machine = town.machine
    page.goto(f"{town.url}/health")
    assert "La machine demande" not in page.inner_text(".answer")
    calm = machine.queue, machine.clock_health, machine.free_bytes
    now_s = town.services.clock()
    try:
        machine.queue = Queue(12, now_s - 600, 0)
        machine.clock_health = ClockHealth(False, None, 1, -3.2, now_s - 60)
        machine.free_bytes = 900_000_000
        machine.retention_failed = True
        page.reload()
        verdict = page.inner_text(".answer")
        for name in ("disque", "file vers la base", "horloge", "effacement"):
            assert name in verdict
        # On a phone only what fails is shown, each with what to type.
        shown = page.locator(".sieve .machine > div:visible")
        assert shown.count() == 4
        assert "timedatectl set-ntp true" in page.inner_text(".machine >> nth=0")
        assert "12 minutes attendent depuis" in page.inner_text(".machine >> nth=0")
        page.check("#also-well")
        assert shown.count() == 6
    finally:
        machine.queue, machine.clock_health, machine.free_bytes = calm
        machine.retention_failed = False


def test_a_technician_has_the_machine_checked(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    page.goto(f"{town.url}/health")
    page.click("[data-examine]")
    page.wait_for_selector("text=Examen en cours")
    page.wait_for_selector("text=parvis models pull auto")
    assert "112,4\N{NO-BREAK SPACE}Go libres dans data" in page.inner_text(
        "[aria-labelledby=doctor]"
    )
    page.wait_for_selector("[data-examine]:enabled")
