"""A count check in a browser: the pad on a phone, offline for a while, and what came of it."""

import pytest
from looking import OpenPage, violations
from playwright.sync_api import Page
from town import Town

from parvis.values.checks import Passage, Span, Witnessed

pytestmark = pytest.mark.machine

PAGE = "/cameras/marche/lines/fontaine/check"


def begin(page: Page, town: Town) -> str:
    """Begin a check with a reason; returns its id once counting is on."""
    page.goto(f"{town.url}{PAGE}")
    page.fill("#reason", "Arbre devant la ligne")
    page.press("#reason", "Enter")
    page.wait_for_selector("#pad:not([hidden])")
    page.wait_for_selector("button.tap:enabled", timeout=10_000)
    return newest(town)


def handed_in(page: Page, town: Town, check_id: str, count: int) -> None:
    """Wait until the server holds that many acts of the pad."""
    for _ in range(150):
        if len(town.services.store.checks.entries(check_id)) == count:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"not {count}: {town.services.store.checks.entries(check_id)}")


def tally(page: Page) -> list[str]:
    return page.locator("[data-tally]").all_inner_texts()


def newest(town: Town) -> str:
    return town.services.store.checks.page("marche", "fontaine").checks[0].id


def test_a_person_counts_along_on_a_phone(open_page: OpenPage, town: Town) -> None:
    page = open_page(390)
    check_id = begin(page, town)
    checks = town.services.store.checks
    boxes = [one.bounding_box() for one in page.locator("button.tap").all()]
    assert len(boxes) == 6 and all(box and box["height"] >= 56 for box in boxes)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click("button.tap[data-direction='0'][data-class=person]")
    for key in ("f", "j", "k", "z", "l"):
        page.keyboard.press(key)
    assert tally(page) == ["2", "1", "0", "0", "0", "1"]
    page.keyboard.press(" ")
    page.keyboard.press("f")
    assert tally(page)[0] == "2", "paused"
    page.keyboard.press(" ")
    handed_in(page, town, check_id, 8)

    page.context.set_offline(True)
    for _ in range(5):
        page.keyboard.press("f")
    page.wait_for_selector("#kept:has-text('gardés')")
    assert tally(page)[0] == "7"
    assert len(checks.entries(check_id)) == 8
    page.context.set_offline(False)
    handed_in(page, town, check_id, 13)

    page.once("dialog", lambda dialog: dialog.accept())  # the page is left while counting
    page.reload()
    page.wait_for_selector("#pad:not([hidden])")
    assert tally(page)[0] == "7", "the phone goes on where it was"
    assert violations(page) == []

    entries = checks.entries(check_id)
    taps = [e for e in entries if e.act == "tap"]
    begun = checks.get(check_id)
    assert begun is not None
    now_s = town.services.clock()
    passages = tuple(
        Passage(e.time_s - 0.6, e.direction or 0, e.tapped or "person") for e in taps[1:]
    )
    town.services.witnesses.put(
        Witnessed(check_id, "r", now_s + 60, passages, (Span(begun.start_s, now_s + 60),))
    )
    page.click("#finish")
    page.click("#finish-dialog button[value=finish]")
    page.wait_for_url(f"{town.url}/checks/{check_id}", timeout=20_000)
    said = page.inner_text(".answer")
    assert "Parvis" in said and "vous" in said
    assert page.locator("table.list").count() >= 1
    assert violations(page) == []
    page.fill("#signer", "Claire Dupont")
    page.press("#signer", "Enter")
    page.wait_for_selector("text=Signé par Claire Dupont")
    signed = checks.get(check_id)
    assert signed is not None and signed.signed_by == "Claire Dupont"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pad_and_result_are_free_of_faults_wide_and_in_both_colours(
    open_page: OpenPage, town: Town, scheme: str
) -> None:
    page = open_page(1280, color_scheme=scheme)
    reports: list[str] = []
    page.on("console", lambda said: reports.append(said.text) if said.type == "error" else None)
    page.goto(f"{town.url}{PAGE}")
    assert violations(page) == []
    page.check("#look")
    page.fill("#reason", "Vérifier le soir")
    page.click("#ask-form button[type=submit]")
    page.wait_for_selector("#pad:not([hidden])")
    page.wait_for_selector("button.tap:enabled", timeout=10_000)
    begin_id = newest(town)
    page.wait_for_selector("#pad [data-dots] path", state="attached", timeout=10_000)
    assert violations(page) == []
    town.services.store.checks.end(begin_id, town.services.clock())
    assert not [text for text in reports if "Content Security" in text]
    page.evaluate("localStorage.clear()")


def test_each_line_of_a_camera_leads_to_its_pad(town: Town, open_page: OpenPage) -> None:
    page = open_page(390)
    page.goto(f"{town.url}/cameras")
    assert page.locator(f"a[href='{PAGE}']").count() == 1
    answer = page.goto(f"{town.url}/cameras/marche/lines/nowhere/check")
    assert answer is not None and answer.status == 404
