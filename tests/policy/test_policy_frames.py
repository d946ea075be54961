"""Spaces, modes, purposes, own profiles: which profile answers, and how a file is refused."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.policy.events import events, events_of
from parvis.policy.gate import Gate, Output, OutputKind, Role, Verdict
from parvis.policy.instrument import Instrument, missing
from parvis.policy.law import Law, law_of, law_of_frame
from parvis.policy.packaged import packaged
from parvis.policy.premises import Premises
from parvis.policy.reading import LawError, frame, read_frame
from parvis.policy.space import Mode, Space
from parvis.values.alerts import AlertBasis, AlertKind

NOW = 1_790_000_123.0
EIGHT = {
    "abandoned-object", "weapon", "wrong-way", "forbidden-zone", "person-down", "crowd-movement",
    "excessive-density", "fire",
}  # fmt: skip
PREMISES = Premises(
    {"quai": Space.PUBLIC_ROAD, "halle": Space.PUBLIC_VENUE, "cour": Space.PRIVATE},
    {"place:port": frozenset({"quai", "halle"}), "place:halle": frozenset({"halle"})},
)
kinds = st.sampled_from(AlertKind)


def act(*cameras: str, **changed: Any) -> Instrument:
    said: dict[str, Any] = {
        "number": 1,
        "version": 1,
        "authority": "Préfecture",
        "reference": "Arrêté 2026-1",
        "events": frozenset(events()),
        "purposes": frozenset(),
        "perimeter": "le quai",
        "cameras": frozenset(cameras),
        "starts_s": NOW - 3600,
        "ends_s": NOW + 3600,
        "attestation": "C. Martin, DGS",
    }
    return Instrument(**{**said, **changed})


def operational(*acts: Instrument) -> Gate:
    return Gate(law_of("operational"), PREMISES, acts)


def live(camera: str | None) -> Output:
    return Output(OutputKind.LIVE_STATE, camera, newest_s=NOW)


@pytest.mark.law(4)
@given(kinds, st.sampled_from(["fr-public-road", "operational"]))
def test_on_the_public_road_an_act_opens_the_eight_events_and_nothing_else(
    kind: AlertKind, name: str
) -> None:
    law = law_of(name, Mode.OPERATIONAL)
    offered = law.at(Space.PUBLIC_ROAD).alerts[AlertBasis.IMAGE].events  # type: ignore[union-attr]
    assert offered == EIGHT
    raises = Gate(law, PREMISES, [act("quai")]).permit("image", kind, (), "quai").raises
    assert raises == bool(events_of(kind) & EIGHT)
    assert raises == (
        kind
        in {
            AlertKind.DENSITY,
            AlertKind.WRONG_WAY,
            AlertKind.INTRUSION,
            AlertKind.FORBIDDEN_CROSSING,
            AlertKind.CROWD_MOVEMENT,
        }
    )


@pytest.mark.law(4)
def test_a_gathering_alerts_only_where_another_instrument_allows_it() -> None:
    both = act("quai", "halle")
    gate = operational(both)
    assert not gate.permit("image", AlertKind.GATHERING, (), "quai").raises
    assert gate.permit("image", AlertKind.GATHERING, (), "halle").raises
    dense = act("quai", "halle", events=frozenset({"excessive-density"}))
    assert not operational(dense).permit("image", AlertKind.GATHERING, (), "halle").raises


@pytest.mark.law(3)
@given(kinds, st.sampled_from(["quai", "halle", "cour"]))
def test_without_an_instrument_operational_raises_nothing_and_shows_nothing_live(
    kind: AlertKind, camera: str
) -> None:
    gate = operational()
    assert not gate.permit("image", kind, ("foule",), camera).raises
    for role in Role:
        assert not gate.decide(live(camera), role, NOW).allowed


@pytest.mark.law(3)
@pytest.mark.parametrize(
    "field", ["authority", "reference", "perimeter", "cameras", "events", "attestation"]
)
def test_an_act_that_lacks_a_field_opens_nothing(field: str) -> None:
    empty: Any = frozenset() if field in ("cameras", "events") else "  "
    lacking = act("quai", **{field: empty})
    assert [one.field for one in missing(lacking)] == [field]
    gate = operational(lacking)
    assert not gate.decide(live("quai"), Role.OPERATOR, NOW).allowed
    assert not lacking.in_force(NOW)


@pytest.mark.law(3)
@given(st.floats(-1e5, 1e5))
def test_an_act_opens_between_its_beginning_and_its_end_only(after_s: float) -> None:
    one = act("quai")
    now_s = NOW + after_s
    moment = Output(OutputKind.LIVE_STATE, "quai", newest_s=now_s + 1.0)
    decision = operational(one).decide(moment, Role.OPERATOR, now_s)
    inside = one.starts_s <= now_s < one.ends_s
    assert decision.allowed == inside
    if inside:
        assert decision.until_s == one.ends_s


@pytest.mark.law(3)
def test_an_act_opens_its_cameras_to_those_who_handle_alerts() -> None:
    gate = operational(act("halle"))
    for role in Role:
        opened = gate.decide(live("halle"), role, NOW).allowed
        assert opened == (role in (Role.OPERATOR, Role.TECHNICIAN, Role.ADMINISTRATOR))
        assert not gate.decide(live("quai"), role, NOW).allowed
        assert not gate.decide(live(None), role, NOW).allowed
    # Measures stay closed quarters: an act opens the moment, not the publication.
    measure = Output(OutputKind.MEASURES, "halle", newest_s=NOW)
    assert gate.decide(measure, Role.OPERATOR, NOW).verdict is Verdict.DELAY


@pytest.mark.law(3)
def test_a_place_is_open_where_each_of_its_cameras_is() -> None:
    assert not operational(act("halle")).decide(live("place:port"), Role.OPERATOR, NOW).allowed
    assert operational(act("halle", "quai")).decide(live("place:port"), Role.OPERATOR, NOW).allowed
    one = operational(act("halle"))
    assert one.permit("image", AlertKind.DENSITY, (), "place:halle").raises
    assert not one.permit("image", AlertKind.DENSITY, (), "place:port").raises


@pytest.mark.law(5)
def test_a_purpose_that_the_profile_does_not_name_is_refused_and_every_answer_names_one() -> None:
    gate = Gate(law_of("statistics"), PREMISES)
    for kind in OutputKind:
        asked = Output(kind, "quai", newest_s=NOW - 3600, purpose="prosecution")
        refused = gate.decide(asked, Role.ADMINISTRATOR, NOW)
        assert refused.verdict is Verdict.REFUSE and refused.article.key == "gdpr-purpose"
        plain = gate.decide(Output(kind, "quai", newest_s=NOW - 3600), Role.ADMINISTRATOR, NOW)
        assert plain.purpose


@pytest.mark.law(3)
def test_a_purpose_may_open_what_no_event_names() -> None:
    gate = operational(act("halle", events=frozenset(), purposes=frozenset({"marché de Noël"})))
    assert gate.permit("image", AlertKind.QUEUE, ("marché de Noël",), "halle").raises
    assert not gate.permit("image", AlertKind.QUEUE, ("autre",), "halle").raises


@pytest.mark.law(1)
def test_each_camera_runs_under_the_profile_of_its_space() -> None:
    gate = Gate(law_of("statistics"), PREMISES)
    said = {
        name: gate.decide(
            Output(OutputKind.MEASURES, name, newest_s=NOW), Role.ANALYST, NOW
        ).article
        for name in ("quai", "halle", "cour")
    }
    assert said["quai"].key == "cnil-augmented"
    assert said["halle"].key == said["cour"].key == "gdpr-minimisation"
    unknown = gate.decide(Output(OutputKind.MEASURES, "neu", newest_s=NOW), Role.ANALYST, NOW)
    assert unknown.article.key == "cnil-augmented", "what nobody knows is protected most"
    narrow = Gate(law_of("fr-private"), PREMISES)
    for kind in OutputKind:
        assert not narrow.decide(
            Output(kind, "quai", newest_s=0.0), Role.ADMINISTRATOR, NOW
        ).allowed
    assert not narrow.permit("health", AlertKind.CAMERA_HEALTH, (), "quai").raises


@pytest.mark.law(2)
def test_sums_over_two_spaces_are_told_no_earlier_and_no_smaller_than_either_allows() -> None:
    own = deepcopy(packaged("fr-private.yaml"))
    assert isinstance(own, dict)
    own["name"] = "cour"
    own["modes"]["statistics"].update(closed_bin_s=3600, min_cell=50)
    mixed = Law(
        "statistics",
        Mode.STATISTICS,
        {Space.PUBLIC_ROAD: frame("fr-public-road"), Space.PRIVATE: read_frame(own)},
    )
    for space in mixed.frames:
        profile = mixed.at(space)
        assert profile is not None and (profile.closed_bin_s, profile.min_cell) == (3600, 50)


def test_a_town_adds_its_own_profile() -> None:
    own = read_frame(
        {
            "name": "centre-ville",
            "dated": "2026-11-25",
            "title": {"fr": "Centre-ville", "en": "Town centre"},
            "spaces": ["public-road"],
            "articles": {
                "deliberation": {
                    "reference": {"fr": "Délibération n° 7", "en": "Resolution no. 7"},
                    "says": {"fr": "Case de 50.", "en": "A cell of 50."},
                    "status": "read",
                    "verified_on": "2026-11-20",
                }
            },
            "modes": {
                "statistics": {
                    "based_on": "fr-public-road/statistics",
                    "min_cell": 50,
                    "min_cell_article": "deliberation",
                },
                "operational": {"based_on": "fr-public-road/operational", "min_cell": 50},
            },
        }
    )
    gate = Gate(law_of_frame(own, Mode.STATISTICS), PREMISES)
    cell = Output(OutputKind.MEASURES, "quai", newest_s=0.0, cell=49.0)
    decision = gate.decide(cell, Role.VIEWER, NOW)
    assert decision.verdict is Verdict.SUPPRESS and decision.article.key == "deliberation"
    assert "50" in decision.reason.fr


SOUND: dict[str, Any] = {
    "name": "ville",
    "dated": "2026-11-25",
    "title": {"fr": "Ville", "en": "Town"},
    "spaces": ["public-road"],
    "modes": {"statistics": {"based_on": "fr-public-road/statistics"}},
}


@pytest.mark.parametrize(
    ("spoil", "key"),
    [
        (lambda one: one.pop("dated"), "dated"),
        (lambda one: one.update(spaces=["street"]), "spaces.0"),
        (lambda one: one.update(colour="red"), "colour"),
        (lambda one: one["modes"]["statistics"].update(min_cell=-1), "modes.statistics.min_cell"),
        (
            lambda one: one["modes"]["statistics"].update(based_on="fr-public-road/wild"),
            "modes.statistics.based_on",
        ),
        (
            lambda one: one["modes"]["statistics"].update(based_on="ville/statistics"),
            "modes.statistics.based_on",
        ),
        (
            lambda one: one["modes"]["statistics"].update(min_cell_article="nobody-s"),
            "modes.statistics.min_cell_article",
        ),
        (
            lambda one: one["modes"]["statistics"].update(
                alerts={"image": {"events": ["flying-saucer"]}}
            ),
            "modes.statistics.alerts.image.events",
        ),
        (
            lambda one: one.update(
                articles={
                    "x": {
                        "reference": {"fr": "x", "en": "x"},
                        "says": {"fr": "x", "en": "x"},
                        "status": "read",
                    }
                }
            ),
            "articles.x",
        ),
    ],
)
def test_a_file_of_law_is_refused_by_its_key_with_a_remedy(spoil: Any, key: str) -> None:
    told = deepcopy(SOUND)
    read_frame(told)
    spoil(told)
    with pytest.raises(LawError) as refused:
        read_frame(told)
    assert any(one.key.startswith(key) and one.remedy for one in refused.value.problems)


def test_a_file_that_is_no_mapping_is_refused() -> None:
    for plain in (None, [], "statistics", 7):
        with pytest.raises(LawError):
            read_frame(plain)


def test_a_mode_that_a_frame_has_not_is_refused() -> None:
    with pytest.raises(LawError, match="has no mode"):
        law_of("demonstration", Mode.OPERATIONAL)
    with pytest.raises(LawError, match="is a mode already"):
        law_of("statistics", Mode.OPERATIONAL)
