"""The ladder of a place climbs in its zones, live."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parvis.alerts.ladder import rising
from parvis.fleet.assignment import assigned, from_line, to_line
from parvis.fleet.ground_book import GroundBook
from parvis.fleet.ground_shapes import scene_on, shapes_on
from parvis.ground.from_site import ground_of
from parvis.site import load
from parvis.site.shapes import Site
from parvis.values.alerts import Subject
from parvis.values.classes import ObjectClass
from parvis.values.frame import FrameSize
from parvis.values.ground_tracks import GroundTracks

PETS = Path(__file__).resolve().parents[2] / "bench" / "sites" / "pets.yaml"
SQUARE = {"polygon": [[0.3, 0.45], [0.75, 0.45], [0.75, 0.75], [0.3, 0.75]]}
LOW = {"density": [0.005, 0.01, 5.0], "source": "dossier de sécurité"}


def site(**ladders: dict[str, Any] | None) -> Site:
    """The staged scene with one zone, and places of that zone with these ladders."""
    pets = load(PETS).site.cameras["pets"].model_dump(mode="json", by_alias=True)
    places = {
        name: {"label": name, "at": [0.0, 0.0], "zones": ["pets.square"]}
        | ({"ladder": ladder} if ladder else {})
        for name, ladder in ladders.items()
    }
    cameras = {"pets": pets | {"zones": {"square": SQUARE}}}
    return Site.model_validate({"site": {"name": "T"}, "cameras": cameras, "places": places})


def alarm_of(said: Site) -> str:
    """The alarm in the zone once three people have stood there for forty seconds."""
    one = from_line(to_line(assigned(said, ["pets"])))["pets"]
    assert one.camera.ground is not None
    ground = ground_of(one.camera.ground, FrameSize(768, 576))
    book = GroundBook("pets", one.camera, (ObjectClass.PERSON,), one.ladders).watch(ground)
    zone = shapes_on("pets", one.camera, ground).zones["square"]
    middle = zone.array().mean(axis=0)
    assert 0.01 < 3 / zone.area_m2 < 1.0
    for i in range(200):
        people = middle + np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
        ids, nobody = np.arange(3), np.empty(0, dtype=np.int64)
        rest = (np.zeros(3, np.int8), np.ones(3, np.bool_), nobody)
        book.observe(GroundTracks(0.2 * i, ids, people, np.zeros((3, 2, 2)), *rest))
    return book.zones_now()["square"].alarm


@pytest.mark.parametrize(
    ("ladders", "alarm"),
    [
        ({}, "none"),
        ({"parc": None}, "none"),
        ({"parc": LOW}, "warn"),
        ({"a": None, "parc": LOW, "z": {"density": [0.006, 4.0, 5.0]}}, "warn"),
        ({"parc": {"occupancy": [0.1, 0.2, 0.3]}}, "none"),
    ],
)
def test_a_place_with_its_own_ladder_shows_its_own_level_live(
    ladders: dict[str, dict[str, Any] | None], alarm: str
) -> None:
    assert alarm_of(site(**ladders)) == alarm


def test_rules_on_the_zone_climb_it_too() -> None:
    one = assigned(site(parc=LOW), ["pets"])["pets"]
    assert one.camera.ground is not None
    ground = ground_of(one.camera.ground, FrameSize(768, 576))
    shapes = shapes_on("pets", one.camera, ground, one.ladders)
    found = scene_on("pets", one.camera, ground, shapes).densities()
    assert found == {Subject("pets", "square"): rising((0.005, 0.01, 5.0))}
    plain = shapes_on("pets", one.camera, ground)
    assert scene_on("pets", one.camera, ground, plain).densities() == {}


def test_a_camera_is_reloaded_when_the_ladder_of_its_place_changes() -> None:
    before = assigned(site(parc=LOW), ["pets"])["pets"]
    assert before.runs_on(from_line(to_line({"pets": before}))["pets"])
    assert before.runs_on(assigned(site(parc=LOW, autre=None), ["pets"])["pets"])
    assert not before.runs_on(assigned(site(parc=None), ["pets"])["pets"])
