"""Journeys begin and end at gates that have words: zones by their name, edges of the view."""

from zoneinfo import ZoneInfo

from server_world import World

from parvis.fleet.ground_shapes import _STRIPS
from parvis.server.i18n import Words
from parvis.server.town.wording import EDGE_WORDS, gate_said


def test_every_edge_of_a_view_has_a_name_in_both_languages(world: World) -> None:
    assert set(_STRIPS) == set(EDGE_WORDS)
    for language in ("fr", "en"):
        words = Words(language, ZoneInfo("Europe/Paris"))
        said = {gate_said(gate, words) for gate in (*_STRIPS, "", "Terrasse")}
        assert len(said) == len(_STRIPS) + 2
        assert not any("@" in one for one in said)
