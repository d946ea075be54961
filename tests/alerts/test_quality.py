"""What verdicts say of a rule."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.alerts.life import judged, opened, taken
from parvis.alerts.quality import KEPT_SHARE, Precision, proposal, quality
from parvis.alerts.rule import Rule
from parvis.values.alerts import (
    Alert,
    AlertKind,
    Change,
    DismissReason,
    Form,
    Judgement,
    Severity,
    Step,
    Subject,
    Verdict,
)


def alert(n: int, value: float, camera: str = "quai") -> Alert:
    """An alert as a rule raises it."""
    change = Change(
        f"e{n}", 0, "dense", "v", AlertKind.DENSITY, Form.PLAIN, Subject(camera, "z"),
        Step.RAISED, 100.0 * n, 100.0 * n - 30, Severity.WARN, value, None, None, 2.0,
    )  # fmt: skip
    return opened(change, Rule("dense", AlertKind.DENSITY))


def confirmed(n: int, value: float) -> Alert:
    """One that a person found right."""
    return judged(alert(n, value), Judgement(Verdict.CONFIRMED, "claire", 100.0 * n + 20))


def dismissed(n: int, value: float, reason: DismissReason = DismissReason.NOTHING_THERE) -> Alert:
    """One that a person found wrong."""
    return judged(alert(n, value), Judgement(Verdict.DISMISSED, "claire", 100.0 * n + 60, reason))


@pytest.mark.law(23)
@given(st.integers(1, 400), st.integers(0, 400))
def test_the_interval_holds_the_share_and_narrows(judged_n: int, right: int) -> None:
    one = Precision(min(right, judged_n), judged_n)
    low, high = one.interval or (1.0, 0.0)
    assert 0 <= low <= (one.share or 0.0) <= high <= 1
    more = Precision(one.right * 4, judged_n * 4).interval or (0.0, 1.0)
    assert more[1] - more[0] < high - low


def test_the_interval_is_that_of_wilson() -> None:
    # 7 of 10: Newcombe 1998's formula by hand, z = 1.6449.
    low, high = Precision(7, 10).interval or (0.0, 0.0)
    assert low == pytest.approx(0.4424, abs=1e-3)
    assert high == pytest.approx(0.8736, abs=1e-3)
    assert Precision(0, 0).interval is None
    assert Precision(0, 0).share is None


def test_a_duplicate_says_nothing_of_the_rule() -> None:
    found = quality([confirmed(1, 2.5), dismissed(2, 2.1, DismissReason.DUPLICATE)], 2.0)
    assert (found.precision.right, found.precision.judged) == (1, 1)
    assert found.raised == 2
    assert found.per_day == 1.0


def test_the_delay_is_until_somebody_takes_it() -> None:
    early = taken(alert(1, 2.5), "paul", 110.0)
    found = quality([early, confirmed(2, 2.5), dismissed(3, 2.1), alert(4, 2.2)], 1.0)
    assert found.delay_s == 20.0
    assert quality([alert(1, 2.5)], 1.0).delay_s is None


def test_alerts_of_one_camera_and_day() -> None:
    cameras = [replace(alert(n, 2.5), subject=Subject(f"c{n % 2}", "z")) for n in range(8)]
    assert quality(cameras, 2.0).per_camera_day == 2.0
    with pytest.raises(ValueError, match="holds nothing"):
        quality(cameras, 0.0)


@pytest.mark.law(23)
def test_a_rule_that_is_wrong_too_often_asks_for_another_threshold() -> None:
    right = [confirmed(n, 3.0 + n / 10) for n in range(4)]
    wrong = [dismissed(n + 10, 2.0 + n / 10) for n in range(8)]
    found = quality(right + wrong, 7.0)
    assert found.wants_tuning
    assert found.proposal is not None
    assert found.proposal.threshold == 3.0
    assert (found.proposal.kept, found.proposal.dropped) == (4, 8)
    # Few verdicts ask nothing.
    assert not quality(right[:1] + wrong[:3], 7.0).wants_tuning
    assert quality(right + wrong[:3], 7.0).proposal is None


@given(
    st.lists(st.floats(0.01, 500.0), min_size=1, max_size=40),
    st.lists(st.floats(0.01, 500.0), max_size=40),
    st.booleans(),
)
def test_a_proposal_keeps_what_was_confirmed(
    right: list[float], wrong: list[float], falling: bool
) -> None:
    found = proposal(right, wrong, falling=falling)
    if found is None:
        return
    assert found.dropped > 0
    assert found.kept >= KEPT_SHARE * len(right) - 1e-9


def test_nothing_confirmed_proposes_nothing() -> None:
    assert proposal([], [1.0, 2.0]) is None
    assert proposal([2.0], [2.5]) is None
