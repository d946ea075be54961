"""What each profile lets out, to whom, and when."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.policy.gate import Gate, Output, OutputKind, Role, SetupSession, Verdict
from parvis.policy.law import law_of
from parvis.policy.packaged import FRAMES
from parvis.policy.permit import AlertLaw
from parvis.policy.reading import articles, frame
from parvis.site.fields import PACKAGED_PROFILES
from parvis.site.sections import PolicyChoice
from parvis.values.alerts import AlertKind

NOW = 1_790_000_123.0
STATISTICS = Gate.of("statistics")
DEMONSTRATION = Gate.of("demonstration", {"clip"})
instants = st.floats(1e9, 4e9)
roles = st.sampled_from(Role)
PLAIN = ("statistics", "demonstration")


def session(camera: str = "quai", start: float = NOW - 60, length: float = 600) -> SetupSession:
    return SetupSession(camera, "réglage de la ligne", start, start + length)


def test_profiles_are_those_of_site_yaml() -> None:
    for name in PACKAGED_PROFILES:
        assert law_of(name).name == name
    assert set(PACKAGED_PROFILES) == {"statistics", "operational", *FRAMES}
    assert PolicyChoice().profile == "statistics"


@pytest.mark.parametrize("name", FRAMES)
def test_every_kind_has_a_dated_sourced_rule_in_both_languages(name: str) -> None:
    found = frame(name)
    assert found.dated
    for profile in found.modes.values():
        for kind in OutputKind:
            rule = profile.rules[kind]
            assert rule.reason.fr and rule.reason.en and rule.reason.fr != rule.reason.en
            assert "{" not in rule.reason.fr + rule.reason.en
            assert rule.article.reference.fr
            assert rule.purposes


def test_what_is_from_memory_is_flagged() -> None:
    assert not articles()["gdpr-minimisation"].confirmed
    assert articles()["conseil-etat-506370"].confirmed
    for article in articles().values():
        assert article.confirmed is (article.verified_on is not None)


@pytest.mark.law(2)
@given(instants, instants, roles, st.sampled_from(["live_state", "measures", "export"]))
def test_statistics_never_shows_an_open_quarter(
    newest: float, now: float, role: Role, kind: str
) -> None:
    decision = STATISTICS.decide(Output(OutputKind(kind), "quai", newest_s=newest), role, now)
    if decision.allowed:
        assert newest <= math.floor(now / 900) * 900
    elif decision.verdict is Verdict.DELAY:
        assert decision.until_s is not None
        assert newest > STATISTICS.closed_before(now)
        later = STATISTICS.decide(
            Output(OutputKind(kind), "quai", newest_s=newest), role, decision.until_s
        )
        assert later.allowed
        sooner = STATISTICS.decide(
            Output(OutputKind(kind), "quai", newest_s=newest), role, decision.until_s - 0.01
        )
        assert not sooner.allowed


@pytest.mark.law(2)
@given(instants)
def test_closed_before_is_the_last_quarter(now: float) -> None:
    closed = STATISTICS.closed_before(now)
    assert closed % 900 == 0
    assert 0 <= now - closed < 900


@pytest.mark.law(2)
@pytest.mark.parametrize("kind", [OutputKind.LIVE_STATE, OutputKind.MEASURES, OutputKind.EXPORT])
def test_an_undated_value_is_taken_for_one_of_now(kind: OutputKind) -> None:
    decision = STATISTICS.decide(Output(kind, "quai"), Role.ANALYST, NOW)
    assert decision.verdict is not Verdict.ALLOW


@pytest.mark.law(2)
@given(roles, st.sampled_from([OutputKind.DOTS, OutputKind.PREVIEW]))
def test_dots_and_previews_only_in_a_set_up(role: Role, kind: OutputKind) -> None:
    assert STATISTICS.decide(Output(kind, "quai"), role, NOW).verdict is Verdict.REFUSE
    under = STATISTICS.decide(Output(kind, "quai", session=session()), role, NOW)
    assert under.allowed == (role in (Role.TECHNICIAN, Role.ADMINISTRATOR))
    if under.allowed:
        assert under.until_s == session().ends_s


@pytest.mark.law(2)
@pytest.mark.parametrize(
    "unsound",
    [session("pont"), session(start=NOW - 700), session(start=NOW + 1), session(length=1801)],
    ids=["other camera", "over", "not begun", "too long"],
)
def test_an_unsound_session_opens_nothing(unsound: SetupSession) -> None:
    for kind in (OutputKind.DOTS, OutputKind.PREVIEW, OutputKind.SETUP_SESSION):
        output = Output(kind, "quai", session=unsound)
        assert STATISTICS.decide(output, Role.TECHNICIAN, NOW).verdict is Verdict.REFUSE


@pytest.mark.law(2)
def test_a_session_states_its_reason_and_ends() -> None:
    for reason, end in (("  ", NOW + 1), ("réglage", NOW), ("réglage", math.inf)):
        with pytest.raises(ValueError):
            SetupSession("quai", reason, NOW, end)
    free = STATISTICS.decide(Output(OutputKind.SETUP_SESSION, "quai"), Role.TECHNICIAN, NOW)
    assert free.until_s == NOW + 1800


@pytest.mark.law(26)
@given(st.floats(0, 100), roles)
def test_small_cells_are_hidden_from_viewers_and_the_public(cell: float, role: Role) -> None:
    output = Output(OutputKind.MEASURES, "quai", newest_s=NOW - 3600, cell=cell)
    verdict = STATISTICS.decide(output, role, NOW).verdict
    hidden = role in (Role.PUBLIC, Role.VIEWER) and cell < 20
    assert verdict is (Verdict.SUPPRESS if hidden else Verdict.ALLOW)
    assert STATISTICS.hides_cell(cell, role) == hidden
    assert not STATISTICS.hides_cell(None, role)


@pytest.mark.law(26)
def test_statistics_gives_no_bin_under_a_quarter() -> None:
    for bin_s, verdict in ((60, Verdict.REFUSE), (900, Verdict.ALLOW)):
        output = Output(OutputKind.MEASURES, "quai", newest_s=NOW - 7200, bin_s=bin_s)
        assert STATISTICS.decide(output, Role.ANALYST, NOW).verdict is verdict


def test_health_is_never_delayed_and_metrics_carry_no_live_value() -> None:
    assert STATISTICS.decide(Output(OutputKind.HEALTH, "quai"), Role.VIEWER, NOW).allowed
    assert not STATISTICS.decide(Output(OutputKind.HEALTH, "quai"), Role.PUBLIC, NOW).allowed
    assert STATISTICS.decide(Output(OutputKind.METRICS), Role.TECHNICIAN, NOW).allowed
    live = Output(OutputKind.METRICS, newest_s=NOW)
    assert STATISTICS.decide(live, Role.TECHNICIAN, NOW).verdict is Verdict.DELAY


@pytest.mark.law(1)
@given(st.sampled_from(OutputKind), roles)
def test_demonstration_shows_recorded_clips_only(kind: OutputKind, role: Role) -> None:
    real = DEMONSTRATION.decide(Output(kind, "quai", newest_s=NOW), role, NOW)
    assert real.verdict is Verdict.REFUSE
    clip = DEMONSTRATION.decide(Output(kind, "clip", newest_s=NOW), role, NOW)
    if kind in (OutputKind.LIVE_STATE, OutputKind.DOTS, OutputKind.MEASURES):
        assert clip.allowed
    assert clip.notice is not None and "rejoué" in clip.notice.said("fr")
    assert STATISTICS.decide(Output(kind, "quai"), role, NOW).notice is None


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(ValueError, match="Write one of statistics"):
        Gate.of("wild")


@pytest.mark.law(2)
@given(st.sampled_from(AlertKind), st.lists(st.text(), max_size=2))
def test_statistics_raises_no_alert_from_images_and_any_from_health(
    kind: AlertKind, purposes: list[str]
) -> None:
    image = STATISTICS.permit("image", kind, purposes, "quai")
    assert not image.raises
    assert image.article.confirmed and image.reason.fr != image.reason.en
    for name in PLAIN:
        assert Gate.of(name, {"quai"}).permit("health", kind, purposes, "quai").raises


@pytest.mark.law(6)
def test_closed_measures_may_alert_in_every_profile() -> None:
    for name in PLAIN:
        assert Gate.of(name).permit("closed", AlertKind.UNUSUAL).raises


@pytest.mark.law(1)
def test_a_demonstration_alerts_on_recorded_clips_only() -> None:
    assert DEMONSTRATION.permit("image", AlertKind.DENSITY, (), "clip").raises
    refused = DEMONSTRATION.permit("image", AlertKind.DENSITY, (), "quai")
    assert not refused.raises and refused.article.key == "house-recorded"


@pytest.mark.law(4)
def test_a_law_may_name_kinds_and_purposes() -> None:
    given_by = articles()["house-recorded"]
    wording = STATISTICS.profile.title
    law = AlertLaw(True, frozenset({AlertKind.DENSITY}), frozenset({"event"}), wording, given_by)
    assert law.permit(AlertKind.DENSITY, ["event", "other"]).raises
    assert not law.permit(AlertKind.DENSITY, []).raises
    assert not law.permit(AlertKind.GATHERING, ["event"]).raises


@pytest.mark.law(20)
@given(roles)
def test_alerts_are_for_those_who_judge_them_or_answer_for_them(role: Role) -> None:
    allowed = STATISTICS.decide(Output(OutputKind.ALERTS), role, NOW).allowed
    assert allowed == (role not in (Role.PUBLIC, Role.VIEWER))
