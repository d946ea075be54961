"""*Lieu* as its readers get it: who may read of a check, who is inside, what may be taken away."""

import re
from html import unescape

import pytest
from server_world import NOON_S, World, entries, minute
from test_server_checks import counted_along

from parvis.policy.terms import Role
from parvis.site import load

PLACES = """\
places:
  halle:
    label: Halle
    at: [2.0, 48.0]
    zones: [quai.terrasse]
    lines: [quai.pont]
    entrances: {quai.pont: first}
    empty_at: "10:00"
  sans: {label: Sans, at: [2.0, 48.0], lines: [quai.pont]}
"""
TEN_S = NOON_S - 7200


def placed(world: World) -> None:
    text = world.path.read_text(encoding="utf-8")
    world.path.write_text(text.partition("places:")[0] + PLACES, encoding="utf-8")
    world.site.take(load(world.path))


def read(world: World, role: Role, place: str = "halle") -> str:
    """The page without its marks, as a person reads it."""
    answer = world.signed_in(role).get(f"/places/{place}")
    assert answer.status_code == 200, answer.text
    text = unescape(re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2]))
    return re.sub(r"\s+", " ", text)


def section(world: World, role: Role, name: str, place: str = "halle") -> str:
    """The marks of one card."""
    page = world.signed_in(role).get(f"/places/{place}").text
    return page.partition(f'aria-labelledby="{name}"')[2].partition("</section>")[0]


def test_a_line_that_nobody_checked_leads_those_to_the_pad_who_may_count(world: World) -> None:
    placed(world)
    pad = 'href="/cameras/quai/lines/pont/check"'
    assert "jamais contrôlée" in read(world, Role.VIEWER)
    assert pad in section(world, Role.TECHNICIAN, "place-cameras")
    assert pad in section(world, Role.ADMINISTRATOR, "place-cameras")
    for role in (Role.VIEWER, Role.ANALYST, Role.DPO, Role.OPERATOR):
        assert pad not in section(world, role, "place-cameras")


def test_the_error_is_told_to_who_counted_and_of_a_person_to_others(
    demonstration: World,
) -> None:
    world = demonstration
    placed(world)
    counted_along(world, world.signed_in(Role.TECHNICIAN))
    check = world.signed_in(Role.TECHNICIAN).get("/api/v1/checks").json()["checks"][0]
    world.signed_in(Role.TECHNICIAN).get(f"/api/v1/checks/{check['id']}")
    mine, other = read(world, Role.TECHNICIAN), read(world, Role.ANALYST)
    assert "Parvis 36, vous 40 : −4 (de −" in mine and "plein jour" in mine
    assert "Parvis 36, personne 40 : −4 (de −" in other and "vous 40" not in other
    assert f'href="/checks/{check["id"]}"' in section(world, Role.ANALYST, "place-cameras")
    # Who may not read checks learns that there was one, not how many passed.
    hidden = read(world, Role.VIEWER)
    assert "plein jour" in hidden and "Parvis 36" not in hidden
    assert f"/checks/{check['id']}" not in section(world, Role.VIEWER, "place-cameras")


def test_a_check_of_the_line_as_it_was_is_said_to_count_no_more(demonstration: World) -> None:
    world = demonstration
    placed(world)
    check_id = counted_along(world, world.signed_in(Role.TECHNICIAN))
    world.signed_in(Role.TECHNICIAN).get(f"/api/v1/checks/{check_id}")
    changed = "ne compte plus pour la ligne"
    assert changed not in read(world, Role.ANALYST)
    text = world.path.read_text(encoding="utf-8").replace("[0.9, 0.5]", "[0.9, 0.55]")
    world.path.write_text(text, encoding="utf-8")
    world.site.take(load(world.path))
    assert changed in read(world, Role.ANALYST)


def test_the_error_waits_for_its_quarter_under_statistics(world: World) -> None:
    placed(world)
    check_id = counted_along(world, world.signed_in(Role.TECHNICIAN))
    world.signed_in(Role.TECHNICIAN).get(f"/api/v1/checks/{check_id}")
    early = read(world, Role.TECHNICIAN)
    assert "Parvis 36" not in early and "12 h 30" in early.replace("\xa0", " ")
    world.clock.now_s = NOON_S + 1800
    assert "Parvis 36, vous 40" in read(world, Role.TECHNICIAN)


def fill(world: World, from_s: float, to_s: float, came: float = 3.0) -> None:
    """So many come each minute; one leaves."""
    world.store.record([minute(float(at), came) for at in range(int(from_s), int(to_s), 60)])


def test_who_is_inside_is_told_with_its_curve_and_its_table(world: World) -> None:
    placed(world)
    fill(world, TEN_S, NOON_S)
    told = read(world, Role.ANALYST)
    # Two more each minute, over two hours.
    assert re.search(r"240 personnes à l’intérieur à 12 h 00 \(\d+–\d+\)", told), told
    card = section(world, Role.ANALYST, "inside")
    assert card.count('class="c-line"') == 2 and "not known" not in card
    rows = re.findall(r'<th scope="row">([^<]+)</th><td class="num">([^<]+)</td>', card)
    assert [n for _, n in rows] == [str(30 * n) for n in range(8, 0, -1)]
    assert 'format=csv"' in card


@pytest.mark.parametrize("hole", [(TEN_S, TEN_S + 1800), (TEN_S + 1800, TEN_S + 3600)])
def test_a_hole_ends_what_is_known_of_the_day_and_says_so(
    world: World, hole: tuple[float, float]
) -> None:
    placed(world)
    for from_s, to_s in ((TEN_S, hole[0]), (hole[1], NOON_S)):
        fill(world, from_s, to_s)
    told = read(world, Role.ANALYST).replace("\xa0", " ")
    at = {TEN_S: "10 h 00", TEN_S + 1800: "10 h 30"}[hole[0]]
    assert f"Inconnu à partir de {at} : une entrée n’a pas été vue." in told
    # What was seen afterwards is no number of who is inside.
    assert "240 personnes à l’intérieur" not in told


def test_a_place_without_entrances_says_what_it_lacks(world: World) -> None:
    placed(world)
    assert "ce lieu ne nomme aucune entrée" in read(world, Role.VIEWER, "sans")
    assert 'href="/cameras"' in section(world, Role.TECHNICIAN, "inside", "sans")
    assert 'href="/cameras"' not in section(world, Role.VIEWER, "inside", "sans")


def test_every_file_of_the_page_comes_and_is_logged(world: World) -> None:
    placed(world)
    fill(world, TEN_S, NOON_S)
    browser = world.signed_in(Role.ANALYST)
    page = browser.get("/places/halle").text
    links = [unescape(one) for one in re.findall(r'href="([^"]+)" download', page)]
    assert len(links) == 5
    for link in links:
        answer = browser.get(link)
        assert answer.status_code == 200 or "parquet" in link, (link, answer.text)
    actions = [one.action for one in entries(world)]
    assert actions.count("export.csv") == 3 and "export.geojson" in actions
    assert not re.findall(r'href="[^"]+" download', read_page(world, Role.OPERATOR))


def read_page(world: World, role: Role) -> str:
    return world.signed_in(role).get("/places/halle").text


def test_the_table_of_who_is_inside_is_its_csv(world: World) -> None:
    placed(world)
    fill(world, TEN_S, NOON_S)
    browser = world.signed_in(Role.ANALYST)
    text = browser.get("/api/v1/places/halle/balance?day=2026-11-23&format=csv").text
    told = browser.get("/api/v1/places/halle/balance?day=2026-11-23").json()["quarters"]
    rows = [row.split(",") for row in text.split()[1:]]
    assert [float(row[2]) for row in rows] == [one["inside"] for one in told]
