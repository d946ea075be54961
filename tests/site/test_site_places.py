"""Places and the map of site.yaml: what is refused, with line, key and remedy."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from parvis.site import check
from parvis.site.place import Place
from parvis.site.shapes import Site
from parvis.site.town_map import Plan, TownMap

TOWN = """\
site: {name: Exemple}
cameras:
  quai:
    label: Quai
    source: rtsp://192.0.2.10/main
    lines: {pont: {points: [[0.1, 0.5], [0.9, 0.5]]}}
    zones: {port: {polygon: [[0.1, 0.5], [0.9, 0.5], [0.5, 0.9]]}}
places:
  marche:
    label: Marché
    capacity: 0                             #! places.marche.capacity
    at: [2.1, 48.1]
    zones:
      - quai.port
      - quai.pont                           #! places.marche.zones.1
      - gare.quai                           #! places.marche.zones.2
    lines: [quai.pont, quai.port]           #! places.marche.lines.1
    entrances:
      quai.pont: first
      quai.porte: second                    #! places.marche.entrances.quai.porte
    empty_at: "24:10"                       #! places.marche.empty_at
    ladder:
      density: [1.0, 3.0, 2.0]              #! places.marche.ladder.density
  nulle_part:                               #! places.nulle_part
    label: Nulle part
map:
  plan: {image: plan.svg, metres_per_pixel: 0}  #! map.plan.image|map.plan.metres_per_pixel
"""


def test_what_a_place_names_and_no_camera_has_is_told_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_text(TOWN, encoding="utf-8")
    expected = {
        (number, key)
        for number, line in enumerate(TOWN.splitlines(), 1)
        if "#! " in line
        for key in line.partition("#! ")[2].split("|")
    }
    found = check(path, {})
    assert {(one.line, one.key) for one in found} == expected
    assert all(one.remedy for one in found)
    told = next(one for one in found if one.key == "places.marche.zones.1")
    assert "quai.port" in told.remedy


def test_a_site_with_strange_members_cannot_be_built() -> None:
    with pytest.raises(ValidationError, match=r"there is no camera 'gare'"):
        Site.model_validate(
            {
                "site": {"name": "X"},
                "places": {"a": {"label": "A", "at": [1.0, 2.0], "zones": ["gare.quai"]}},
            }
        )


@pytest.mark.parametrize(
    "file", ["../plan.png", "/etc/plan.png", "a/../../plan.png", "..\\plan.png", "plan.svg", ""]
)
def test_only_pictures_of_the_folder_are_plans(file: str) -> None:
    with pytest.raises(ValidationError):
        Plan.model_validate({"image": file, "metres_per_pixel": 0.1})


@pytest.mark.parametrize(
    "address",
    [
        "http://tile.example.org/{z}/{x}/{y}.png",
        "https://user:word@tile.example.org/{z}/{x}/{y}.png",
        "https://{x}.example.org/{z}/{x}/{y}.png",
        "https://tile.example.org/{z}/{x}.png",
        "https://tile.example.org; script-src *{z}/{x}/{y}.png",
        "https://*.example.org/{z}/{x}/{y}.png",
    ],
)
def test_tiles_come_from_one_named_host(address: str) -> None:
    with pytest.raises(ValidationError):
        TownMap(tiles=address, attribution="© X")


def test_tiles_state_their_host_and_need_an_attribution() -> None:
    address = "https://tile.example.org/{z}/{x}/{y}.png"
    assert TownMap(tiles=address, attribution="© X").tile_host == "tile.example.org"
    with pytest.raises(ValidationError, match=re.escape("attribution")):
        TownMap(tiles=address)
    with pytest.raises(ValidationError, match="more than one"):
        TownMap(tiles=address, attribution="© X", pmtiles="town.pmtiles")


def test_a_missing_plan_is_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    text = "site: {name: X}\nmap: {plan: {image: plan.png, metres_per_pixel: 0.1}}\n"
    path.write_text(text, encoding="utf-8")
    assert [one.key for one in check(path, {})] == ["map.plan.image"]
    (tmp_path / "plan.png").write_bytes(b"")
    assert not check(path, {})


def test_the_mark_of_a_place_stands_in_its_middle_without_another() -> None:
    corners = ((0.0, 0.0), (4.0, 0.0), (4.0, 2.0), (0.0, 2.0))
    assert Place(label="A", polygon=corners).spot == (2.0, 1.0)
    assert Place(label="A", polygon=corners, at=(1.0, 1.0)).spot == (1.0, 1.0)


def test_a_place_is_recorded_where_all_its_cameras_are() -> None:
    """In a demonstration its sums are shown as its cameras' numbers are."""
    zone = {"port": {"polygon": [[0.1, 0.5], [0.9, 0.5], [0.5, 0.9]]}}
    site = Site.model_validate(
        {
            "site": {"name": "V"},
            "cameras": {
                "clip": {"label": "C", "source": "clip.mp4", "zones": zone},
                "quai": {"label": "Q", "source": "rtsp://192.0.2.10/main", "zones": zone},
            },
            "places": {
                "calme": {"label": "P", "at": [2.1, 48.1], "zones": ["clip.port"]},
                "mixte": {"label": "M", "at": [2.1, 48.1], "zones": ["clip.port", "quai.port"]},
            },
        }
    )
    assert site.recorded == {"clip", "place:calme"}
