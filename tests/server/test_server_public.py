"""The public page says what it must without an account, hides small cells, and may be cached."""

import csv
import io
import re

import pytest
from server_world import NOON_S, Browser, World
from test_server_checks import counted_along

from parvis.policy.terms import Role
from parvis.server.documents.facts import gathered
from parvis.server.public.busy import busy_places, for_public
from parvis.site import load
from parvis.values.measure import Measure, Spread
from parvis.values.minute import ClosedMinute
from parvis.values.series import Series, SeriesKind

PLACES = """\
places:
  nord: {label: Terrasse Nord, at: [2.3, 48.8], capacity: 100, zones: [quai.terrasse]}
  bout: {label: Bout du quai, at: [2.3, 48.8], capacity: 100, zones: [quai.bout]}
  deux: {label: Les deux, at: [2.3, 48.8], capacity: 100, zones: [quai.terrasse, quai.bout]}
  loin: {label: Passage, at: [2.3, 48.8]}
"""
CONTROLLER = """\
controller:
  name: Commune d'exemple
  contact: 05 00 00 00 00
  dpo: dpo@exemple.invalid
  basis: Mission d'intérêt public
  purposes: [Adapter la propreté à la fréquentation]
"""
PORT = Series("quai", SeriesKind.CROSSINGS, "pont", "person", 0)
TERRACE = Series("quai", SeriesKind.OCCUPANCY, "terrasse", "person")
END = Series("quai", SeriesKind.OCCUPANCY, "bout", "person")


def switch_on(world: World, public: str = "{page: true}") -> None:
    """The page is switched on, and a second zone and places are there."""
    text = world.path.read_text(encoding="utf-8").replace(
        "    zones:\n",
        "    zones:\n      bout: {polygon: [[0.7, 0.4], [0.9, 0.4], [0.9, 0.9]]}\n",
        1,
    )
    text = text.replace("server:\n", "server:\n  public_url: https://parvis.example.fr\n", 1)
    text += PLACES + CONTROLLER + f"public: {public}\n"
    world.path.write_text(text, encoding="utf-8")
    world.site.take(load(world.path))


def measured(world: World, start_s: float, values: dict[Series, float], minutes: int = 15) -> None:
    """So many, every minute."""
    world.store.record(
        [
            ClosedMinute(
                "quai",
                f"r{start_s}",
                at_s,
                60.0,
                tuple(
                    Measure(
                        one,
                        at_s,
                        at_s + 60,
                        value,
                        Spread(),
                        60.0,
                        60.0 if one.kind is SeriesKind.OCCUPANCY else 0.0,
                    )
                    for one, value in values.items()
                ),
            )
            for at_s in (start_s + 60 * n for n in range(minutes))
        ]
    )


def stranger(world: World) -> Browser:
    return world.browser("https://parvis.example.fr")


def plain(html: str) -> str:
    """The words of a page, its no-break spaces as spaces."""
    words = re.sub(r"<[^>]+>", " ", html.partition("</style>")[2])
    return re.sub(r"\s+", " ", words.replace("&#39;", "'"))


@pytest.mark.law(18)
def test_there_is_no_public_page_unless_it_is_switched_on(world: World) -> None:
    for path in ("/public", "/api/v1/public", "/api/v1/public/counts"):
        assert world.browser().get(path).status_code == 404
    switch_on(world)
    assert stranger(world).get("/public").status_code == 200
    assert stranger(world).get("/api/v1/public").status_code == 200
    assert stranger(world).get("/api/v1/public/counts").status_code == 404, "a switch of its own"


@pytest.mark.law(18)
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", ("Ce que mesurent les caméras", "Moins de 20 personnes", "Pas de mesure récente")),
        ("en", ("What the cameras measure", "Fewer than 20 people", "No recent measure")),
    ],
)
def test_the_page_says_what_the_law_asks(
    world: World, language: str, said: tuple[str, ...]
) -> None:
    switch_on(world)
    measured(world, NOON_S - 900, {END: 7.0})
    answer = stranger(world).get("/public", params={"language": language})
    words = plain(answer.text)
    for one in (
        *said,
        "Quai Nord",
        "Adapter la propreté à la fréquentation",
        "Mission d'intérêt public",
        "dpo@exemple.invalid",
        "05 00 00 00 00",
        "CNIL",
        world.site.held.hash[:16],
    ):
        assert one in words, one
    assert "controller.decision" in words, "what nobody filled in is named, never invented"
    assert answer.headers["content-language"] == language
    assert len(answer.content) < 100_000
    assert "<script" not in answer.text


@pytest.mark.law(26)
def test_a_small_cell_is_told_as_small_and_every_place_that_holds_it_too(world: World) -> None:
    switch_on(world)
    measured(world, NOON_S - 900, {TERRACE: 60.0, END: 7.0})
    told = {one.name: one for one in busy_places(world.hub, for_public(world.hub))}
    assert (told["nord"].told, told["nord"].level) == ("level", "busy")
    assert (told["bout"].told, told["bout"].level) == ("few", None)
    assert (told["deux"].told, told["deux"].level) == ("partly-few", None)
    assert told["loin"].told == "not-measured"
    assert (told["nord"].start_s, told["nord"].end_s) == (NOON_S - 900, NOON_S)
    page = stranger(world).get("/public?language=fr").text
    assert "60" not in plain(page).partition("Ce qui est mesuré")[0], "words, no number"


@pytest.mark.law(26)
def test_nothing_of_a_stretch_that_is_not_closed_is_told(world: World) -> None:
    switch_on(world)
    measured(world, NOON_S - 900, {TERRACE: 60.0})
    world.clock.now_s = NOON_S - 1.0
    told = busy_places(world.hub, for_public(world.hub))
    assert {one.told for one in told} == {"nothing-fresh", "not-measured"}
    before = stranger(world).get("/public?language=fr")
    world.clock.now_s = NOON_S + 1.0
    after = stranger(world).get("/public?language=fr")
    assert "Animé" not in before.text
    assert before.headers["etag"] != after.headers["etag"]
    assert before.headers["cache-control"] == "public, max-age=1", "the stretch closes in a second"


@pytest.mark.law(18)
def test_the_page_is_the_same_for_all_and_caches_may_keep_it(world: World) -> None:
    switch_on(world)
    measured(world, NOON_S - 900, {TERRACE: 60.0, END: 7.0})
    first = stranger(world).get("/public?language=fr")
    assert first.headers["cache-control"] == "public, max-age=60"
    assert first.headers["vary"] == "Accept-Language"
    again = stranger(world).get(
        "/public?language=fr", headers={"if-none-match": f'"other", W/{first.headers["etag"]}'}
    )
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    browser = stranger(world)
    for name in ("__Host-parvis", "parvis"):
        browser.cookies.set(name, "an-old-session")
    browser.cookies.set("parvis_language", "en")
    held = browser.get("/public?language=fr")
    assert held.content == first.content
    assert "set-cookie" not in held.headers, "a cache would hand it to others"


def test_the_language_is_the_address_s_else_the_browser_s_else_the_site_s(world: World) -> None:
    switch_on(world)

    def language(path: str, accept: str) -> str:
        answer = stranger(world).get(path, headers={"accept-language": accept})
        return str(answer.headers["content-language"])

    assert language("/public", "de") == "fr"
    assert language("/public", "en-GB,fr;q=0.5") == "en"
    assert language("/public?language=fr", "en") == "fr"


@pytest.mark.law(26)
@pytest.mark.law(27)
def test_open_data_hide_small_cells_and_say_so(world: World) -> None:
    switch_on(world, "{page: true, open_data: true}")
    yesterday_s = NOON_S - 12 * 3600 - 86400
    for hour, each in ((8, 10.0), (9, 0.1)):
        measured(world, yesterday_s + 3600 * hour, {PORT: each}, minutes=60)
    told = stranger(world).get("/api/v1/public/counts").json()
    (series,) = [one for one in told["series"] if one["series"] == PORT.key]
    by_hour = {one["start"][11:13]: one for one in series["values"]}
    assert (by_hour["08"]["status"], by_hour["08"]["value"]) == ("measured", 600.0)
    assert (by_hour["09"]["status"], by_hour["09"]["value"]) == ("suppressed", None)
    assert (by_hour["10"]["status"], by_hour["10"]["value"]) == ("gap", None)
    answer = stranger(world).get("/api/v1/public/counts?format=csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    at = {row["start"][11:13]: row for row in rows if row["shape"] == "pont"}
    assert (at["08"]["value"], at["09"]["value"], at["09"]["status"]) == ("600", "", "suppressed")
    assert at["08"]["direction"].startswith("'="), "a spreadsheet runs nothing"
    today = stranger(world).get("/api/v1/public/counts?day=2026-11-23")
    assert today.status_code == 422


@pytest.mark.law(18)
def test_the_sign_leads_to_the_page_once_it_is_there(world: World) -> None:
    def facts() -> object:
        law, now_s = world.hub.gate().law, world.clock()
        return gathered(world.hub.site.loaded(), world.store, law, (), now_s=now_s).public

    assert facts() is None
    sign = world.signed_in(Role.DPO).get("/compliance/documents/dpia/page.html").text
    assert "switch the public page on" in sign or "page publique" in sign
    switch_on(world)
    assert facts() == "https://parvis.example.fr/public"


@pytest.mark.law(18)
def test_the_page_carries_its_own_style_and_nothing_else_runs(world: World) -> None:
    switch_on(world)
    answer = stranger(world).get("/public")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert set(re.findall(r'(?:src|href)="([^"#]+)"', answer.text)) == {
        "/static/parvis.svg",
        "/public?language=en",
    }


@pytest.mark.law(18)
@pytest.mark.law(26)
def test_the_error_of_a_line_is_told_once_closed_without_a_name(world: World) -> None:
    world.clock.now_s = NOON_S - 895.0
    technician = world.signed_in(Role.TECHNICIAN)
    technician.get(f"/api/v1/checks/{counted_along(world, technician)}")
    switch_on(world)
    (check,) = world.store.checks.results(each=1)
    world.store.checks.sign(check.id, "Claire Dupont", world.clock())

    def page() -> str:
        return plain(stranger(world).get("/public?language=fr").text).replace("\u202f", " ")

    assert "Quai Nord, pont" in page() and "trop peu de passages" in page()
    world.clock.now_s = NOON_S + 901.0
    assert "−10 %" in page(), "36 counted where 40 passed"
    assert "Claire" not in page()
    told = stranger(world).get("/api/v1/public").json()["accuracy"]
    assert [(one["line"], one["error"], one["signed"]) for one in told] == [("pont", -0.1, True)]
