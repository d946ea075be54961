"""A camera's ground: tried, refused in words, saved with its comments, never over a newer file."""

from typing import Any

import pytest
from server_world import World, entries

from parvis.policy.terms import Role

FLOOR = [
    {"image": [x, y], "ground": [20 * x, 10 * (1 - y)]}
    for x, y in ((0, 1), (1, 1), (1, 0), (0, 0), (0.5, 0.5), (0.25, 0.5))
]
AT = "/api/v1/cameras/quai/ground"


def tried(world: World, ground: Any) -> Any:
    answer = world.signed_in(Role.TECHNICIAN).post(f"{AT}/try", json={"ground": ground})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_good_points_tell_their_error_and_where_metres_end(world: World) -> None:
    found = tried(world, {"points": FLOOR})
    assert found["refusal"] is None
    assert len(found["off_m"]) == 6 and max(found["off_m"]) < 0.05
    assert len(found["usable"]) > 3
    assert sorted(found["worst_first"]) == [0, 1, 2, 3, 4, 5]
    assert found["off_m"][found["worst_first"][0]] == max(found["off_m"])


def test_the_error_field_holds_what_pixels_and_pairs_leave_open(world: World) -> None:
    found = tried(world, {"points": FLOOR})
    field = found["error_m"]
    assert {len(row) for row in field} == {40} and len(field) == 24
    # Seen from straight above, a pixel is worth the same everywhere; the pairs' own error is added.
    known = [cell for row in field for cell in row]
    assert None not in known
    by_pixels = found["error_px"] * found["nearest_m"]
    assert by_pixels * 0.95 < min(known) <= max(known) < by_pixels * 5


def test_no_error_is_told_where_positions_are_withheld(world: World) -> None:
    # Rows of the picture at 0.3 and 0.9 meet the horizon at 0.1: 1 / (y - 0.1) away.
    far = [
        {"image": [0.5 + x * (y - 0.1) / 8, y], "ground": [x, 4 / (y - 0.1)]}
        for x in (-2, 0, 2)
        for y in (0.3, 0.5, 0.9)
    ]
    field = tried(world, {"points": far})["error_m"]
    assert set(field[0]) == {None}
    middle = [row[20] for row in field if row[20] is not None]
    assert len(middle) > 12 and middle[:9] == sorted(middle[:9], reverse=True)
    assert middle[0] > 10 * middle[8]


@pytest.mark.parametrize(
    ("points", "kind", "word"),
    [
        (FLOOR[:3], "TooFewPoints", "quatre"),
        ([{**p, "ground": [p["ground"][0], -p["ground"][1]]} for p in FLOOR], "Mirrored", "miroir"),
        (
            [{"image": [x / 9, 0.5], "ground": [x, 1.0]} for x in range(6)],
            "Collinear",
            "ligne",
        ),
    ],
)
def test_bad_points_are_refused_in_the_readers_words(
    world: World, points: list[Any], kind: str, word: str
) -> None:
    refusal = tried(world, {"points": points})["refusal"]
    assert refusal["kind"] == kind
    assert word in refusal["reason"] and refusal["remedy"]


def test_a_swapped_pair_is_named(world: World) -> None:
    swapped = [dict(one) for one in FLOOR]
    swapped[4]["ground"], swapped[5]["ground"] = swapped[5]["ground"], swapped[4]["ground"]
    assert set(tried(world, {"points": swapped})["refusal"]["points"]) == {4, 5}


def test_a_ground_is_saved_removed_and_logged(world: World) -> None:
    browser = world.signed_in(Role.TECHNICIAN)
    etag = browser.get("/api/v1/cameras/quai").headers["etag"]
    diff = browser.post(f"{AT}/diff", json={"ground": {"points": FLOOR}}).json()["diff"]
    assert "+    ground:" in diff
    saved = browser.put(AT, json={"ground": {"points": FLOOR}}, headers={"if-match": etag})
    assert saved.status_code == 204
    text = world.path.read_text(encoding="utf-8")
    assert "this comment must survive" in text and "ground:" in text
    assert entries(world)[-1].action == "camera.ground"
    stale = browser.put(AT, json={"ground": None}, headers={"if-match": etag})
    assert stale.status_code == 412
    fresh = saved.headers["etag"]
    assert browser.put(AT, json={"ground": None}, headers={"if-match": fresh}).status_code == 204
    assert "ground:" not in world.path.read_text(encoding="utf-8")


def test_known_lengths_tell_their_own_error(world: World) -> None:
    lengths = [
        {"from": [0.3, 0.9], "to": [0.7, 0.9], "metres": 4.0},
        {"from": [0.4, 0.5], "to": [0.6, 0.5], "metres": 5.0},
        {"from": [0.45, 0.9], "to": [0.47, 0.6], "metres": 6.0},
    ]
    found = tried(world, {"lengths": lengths, "height": 6.0})
    assert found["refusal"] or len(found["off_share"]) == 3
