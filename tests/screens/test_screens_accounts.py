"""*Comptes* and *Mon compte*: made, limited, ended; a device set up; a token shown once."""

import re
from typing import Any

import pyotp
import pytest
from looking import OpenPage, violations
from playwright.sync_api import Browser, Page, expect
from town import PASSWORD, Town

pytestmark = pytest.mark.machine

NEW_PASSWORD = "encore quatre mots ici"


def sign_in(page: Page, town: Town, name: str, password: str) -> None:
    page.goto(f"{town.url}/login")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit]")


def make(page: Page, town: Town, name: str, role: str = "viewer") -> None:
    page.goto(f"{town.url}/accounts/new")
    page.fill("[name=name]", name)
    page.fill("[name=password]", NEW_PASSWORD)
    page.check(f"[name=role][value={role}]")
    page.fill("[name=reason]", "Arrivée au service")
    page.click("main form .main")
    page.wait_for_url("**told=made")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("locale", ["fr-FR", "en-GB"])
def test_the_pages_of_accounts_are_accessible(
    town: Town, open_page: OpenPage, width: int, theme: Any, locale: str
) -> None:
    page = open_page(width, color_scheme=theme, bypass_csp=True, locale=locale)
    wrong = {}
    factor = "/account/second-factor"
    for address in ("/accounts", "/accounts/new", "/accounts/paul", "/account", factor):
        answer = page.goto(town.url + address)
        assert answer is not None
        assert answer.status == 200, address
        page.evaluate(
            "for (const one of document.querySelectorAll('main details')) one.open = true"
        )
        wrong[address] = violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    assert {address: found for address, found in wrong.items() if found} == {}


@pytest.mark.law(20)
def test_an_account_is_made_closed_and_deleted(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    make(page, town, "zoe", "operator")
    page.goto(f"{town.url}/accounts")
    row = page.locator("tr", has=page.locator("a[href='/accounts/zoe']"))
    assert "Opérateur" in row.inner_text()
    page.goto(f"{town.url}/accounts/zoe")
    page.fill("[name=last_day]", "2020-01-01")
    page.fill("#reason", "Fin de mission")
    page.click("main form .main")
    expect(page.locator("#summary")).to_contain_text("Cette échéance est passée")
    page.check("[name=disabled]")
    page.fill("[name=last_day]", "")
    page.fill("#reason", "Fin de mission")
    page.click("main form .main")
    page.wait_for_url("**told=changed")
    assert "fermé" in page.inner_text(".answer")
    page.click("summary:has-text('Supprimer le compte')")
    page.fill("#why-remove", "Fin de mission")
    page.click("button[value=remove]")
    page.wait_for_url("**/accounts?told=removed")
    assert page.locator("a[href='/accounts/zoe']").count() == 0


@pytest.mark.law(21)
def test_a_device_is_set_up_and_asked_for(
    town: Town, open_page: OpenPage, browser: Browser
) -> None:
    make(open_page(1280), town, "lou")
    context = browser.new_context(locale="fr-FR", viewport={"width": 390, "height": 844})
    page = context.new_page()
    sign_in(page, town, "lou", NEW_PASSWORD)
    page.goto(f"{town.url}/account/second-factor")
    assert page.locator(".qr svg path").count() > 0
    secret = page.input_value("[name=secret]")
    clock = town.services.clock
    page.fill("[name=code]", pyotp.TOTP(secret).at(int(clock())))
    page.fill("[name=password]", NEW_PASSWORD)
    page.click("main form .main")
    recovery = page.locator(".codes code").all_inner_texts()
    assert len(recovery) == 10
    context.close()
    context = browser.new_context(locale="fr-FR", bypass_csp=True)
    page = context.new_page()
    sign_in(page, town, "lou", NEW_PASSWORD)
    page.wait_for_url("**/login/code?*")
    assert violations(page) == []
    page.fill("[name=code]", "000000")
    page.click("main form .main")
    expect(page.locator("#wrong")).to_contain_text("Le code est faux")
    page.fill("[name=code]", recovery[3])
    page.click("main form .main")
    page.wait_for_url(f"{town.url}/")
    page.goto(f"{town.url}/account")
    assert "Il reste 9 codes de secours" in page.inner_text("main")
    context.close()


@pytest.mark.law(21)
def test_a_token_is_shown_once(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    page.goto(f"{town.url}/account")
    page.click("summary:has-text('Créer un jeton')")
    page.fill("#token-name", "export de nuit")
    page.check("[name=scopes][value='measures:read']")
    page.fill("#token-password", PASSWORD)
    page.click("button:has-text('Créer le jeton')")
    token = page.inner_text("code.secret")
    assert re.fullmatch(r"parvis_[\w-]{43}", token)
    page.goto(f"{town.url}/account")
    assert token not in page.content()
    page.click("button[value=revoke]")
    page.wait_for_url("**told=revoked")
    expect(page.locator("main")).to_contain_text("Aucun jeton")


@pytest.mark.law(20)
def test_only_administrators_find_the_accounts(
    town: Town, open_page: OpenPage, browser: Browser
) -> None:
    make(open_page(1280), town, "max")
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    sign_in(page, town, "max", NEW_PASSWORD)
    page.wait_for_url(f"{town.url}/")
    assert page.locator("a[href='/accounts']").count() == 0
    answer = page.goto(f"{town.url}/accounts")
    assert answer is not None
    assert answer.status == 403
    context.close()
