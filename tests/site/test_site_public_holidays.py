"""Public holidays are those of the place that the site says it lies in."""

from datetime import date
from pathlib import Path

import pytest

from parvis.site import check
from parvis.site.public_holidays import is_public_holiday, public_holidays
from parvis.site.sections import Identity

GOOD_FRIDAY, SAINT_STEPHEN = date(2026, 4, 3), date(2026, 12, 26)


@pytest.mark.parametrize("place", ["FR-57", "FR-67", "FR-68", "FR-6AE"])
def test_alsace_and_moselle_have_two_days_more(place: str) -> None:
    more = public_holidays(place, 2026) - public_holidays("FR", 2026)
    assert more == {GOOD_FRIDAY, SAINT_STEPHEN}


def test_france_has_eleven_holidays_and_reunion_one_more() -> None:
    assert len(public_holidays("FR", 2026)) == 11
    assert is_public_holiday("FR", date(2026, 7, 14))
    assert not is_public_holiday("FR", date(2026, 7, 15))
    assert public_holidays("FR-974", 2026) - public_holidays("FR", 2026) == {date(2026, 12, 20)}


@pytest.mark.parametrize("place", ["FR-99", "XX", "", "Alsace", "fr", "-57"])
def test_a_place_without_known_holidays_is_refused_with_its_remedy(
    tmp_path: Path, place: str
) -> None:
    path = tmp_path / "site.yaml"
    path.write_text(f"site: {{name: V, holidays: '{place}'}}\n", encoding="utf-8")
    (problem,) = [one for one in check(path, {}) if one.key == "site.holidays"]
    assert "FR-57" in problem.remedy


def test_france_is_meant_where_nothing_is_said() -> None:
    assert Identity(name="V").holidays == "FR"
