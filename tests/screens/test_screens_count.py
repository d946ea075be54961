"""A count check in a browser: the pad on a phone, offline for a while, and what came of it."""

from pathlib import Path

import pytest
from looking import OpenPage, cookies, violations
from playwright.sync_api import Browser, Page, Route, expect
from town import PASSWORD, Town

from parvis.values.checks import Act, Entry, Passage, Span, Witnessed

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
    # On a phone, who signs need not go past every passage that was missed.
    signer, lists = (page.locator(one).first.bounding_box() for one in ("#signer", ".columns"))
    assert signer and lists and signer["y"] < lists["y"]
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


def given_up(page: Page) -> None:
    """Leave no count behind on this phone for the next test."""
    page.evaluate("localStorage.clear()")


def pressed_twice(page: Page, form: str) -> None:
    """Send a form twice before any answer can come."""
    page.evaluate(
        "id => { for (let i = 0; i < 2; i++) document.getElementById(id).requestSubmit(); }", form
    )


def test_a_second_press_begins_no_second_check(open_page: OpenPage, town: Town) -> None:
    page = open_page(390)
    page.goto(f"{town.url}{PAGE}")
    asked: list[str] = []

    def slowly(route: Route) -> None:
        asked.append(route.request.method)
        page.wait_for_timeout(300)
        route.continue_()

    page.route("**/api/v1/checks", slowly)
    page.fill("#reason", "Réseau lent")
    pressed_twice(page, "ask-form")
    page.wait_for_selector("button.tap:enabled", timeout=10_000)
    page.keyboard.press("f")
    assert (asked, tally(page)[0]) == (["POST"], "1")
    given_up(page)


def test_time_without_the_pad_on_the_screen_is_left_out(open_page: OpenPage, town: Town) -> None:
    page = open_page(390)
    check_id = begin(page, town)
    page.keyboard.press("f")
    handed_in(page, town, check_id, 1)
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto(f"{town.url}/cameras")
    page.wait_for_timeout(6_500)
    page.goto(f"{town.url}{PAGE}")
    expect(page.locator("#said")).to_contain_text("n’était plus à l’écran")
    expect(page.locator("#pause")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("f")
    assert tally(page)[0] == "1"
    page.click("#pause")
    page.keyboard.press("f")
    handed_in(page, town, check_id, 4)
    acts = town.services.store.checks.entries(check_id)
    assert [one.act.value for one in acts] == ["tap", "pause", "resume", "tap"]
    assert acts[2].time_s - acts[1].time_s > 6
    given_up(page)


def test_who_is_signed_out_meanwhile_loses_no_tap(
    browser: Browser, open_page: OpenPage, town: Town
) -> None:
    page = open_page(390, storage_state=cookies(browser, town))
    check_id = begin(page, town)
    other = page.context.new_page()
    other.goto(f"{town.url}/")
    other.evaluate(
        "fetch('/api/v1/session', {method: 'DELETE', headers:"
        " {'X-CSRF-Token': document.querySelector('meta[name=csrf]').content}})"
    )
    for _ in range(3):
        page.keyboard.press("f")
    expect(page.locator("#kept")).to_contain_text("Vous n’êtes plus connecté")
    # Two more rounds: the answer is another one once the cookie is gone.
    page.wait_for_timeout(5_000)
    expect(page.locator("#kept")).to_contain_text("Vous n’êtes plus connecté")
    other.goto(f"{town.url}/login")
    other.fill("input[name=name]", "claire")
    other.fill("input[name=password]", PASSWORD)
    other.click("main button[type=submit]")
    handed_in(page, town, check_id, 3)
    assert tally(page)[0] == "3"
    given_up(page)


def test_the_buttons_wait_for_what_answers_them(open_page: OpenPage, town: Town) -> None:
    page = open_page(1280, java_script_enabled=False)
    for address in (PAGE, "/cameras/marche/edit", "/cameras/marche/ground"):
        page.goto(f"{town.url}{address}")
        buttons = page.locator("#ask-form button")
        assert buttons.count() >= 1
        assert all(buttons.nth(i).is_disabled() for i in range(buttons.count())), address


def test_a_result_is_signed_once_however_often_one_presses(open_page: OpenPage, town: Town) -> None:
    page = open_page(390)
    check_id = begin(page, town)
    begun = town.services.store.checks.get(check_id)
    assert begun is not None
    moments = [begun.start_s + 0.1 * i for i in range(12)]
    page.wait_for_timeout(1_500)
    now_s = town.services.clock()
    town.services.store.checks.add(
        check_id, [Entry(f"e{i}", at, Act.TAP, 0, "person") for i, at in enumerate(moments)]
    )
    town.services.witnesses.put(
        Witnessed(
            check_id,
            "r",
            now_s + 60,
            tuple(Passage(at, 0, "person") for at in moments),
            (Span(begun.start_s - 60, now_s + 60),),
        )
    )
    page.click("#finish")
    page.click("#finish-dialog button[value=finish]")
    page.wait_for_url(f"{town.url}/checks/{check_id}", timeout=20_000)
    page.fill("#why", "Deux fois pressé")
    pressed_twice(page, "correct")
    page.wait_for_selector("text=acceptée par")
    versions = {one.version for one in town.services.store.corrections.all("marche")}
    assert versions == {1}


def test_each_column_points_where_its_people_walk_in_the_picture(
    open_page: OpenPage, town: Town, kept_file: Path
) -> None:
    page = open_page(390)
    heads = page.locator(".pad-grid h2")
    page.goto(f"{town.url}{PAGE}")
    assert heads.all_text_contents() == ["↙ Vers la place", "Vers la rue ↗"]
    text = kept_file.read_text(encoding="utf-8")
    turned = text.replace("[[0.08, 0.52], [0.34, 0.93]]", "[[0.2, 0.93], [0.2, 0.5]]")
    kept_file.write_text(turned, encoding="utf-8")
    page.goto(f"{town.url}{PAGE}")
    # Walked from below to above, the first direction goes to the right: it stands there.
    assert heads.all_text_contents() == ["← Vers la rue", "Vers la place →"]
    ways = page.locator("button.tap").evaluate_all(
        "all => all.slice(0, 2).map(one => [one.dataset.key, one.dataset.direction])"
    )
    assert ways == [["F", "1"], ["J", "0"]]
    page.goto(f"{town.url}/cameras/haute/lines/haute/check")
    assert heads.all_text_contents() == ["↓ Montée", "Descente ↑"]
