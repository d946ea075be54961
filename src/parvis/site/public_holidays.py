"""Public holidays of where a site lies, as the package ``holidays`` knows them; nothing is fetched.

A place is a country (ISO 3166-1) and, where its holidays differ, a part of it: ``FR``, ``FR-57``
(Moselle: Good Friday and 26 December too), ``FR-67``, ``FR-68``, ``FR-974`` (La Réunion).
"""

from datetime import date
from functools import cache

_ALSACE = {"FR-67": "FR-6AE", "FR-68": "FR-6AE"}
"""The package knows the two departments by their common number alone."""


@cache
def public_holidays(place: str, year: int) -> frozenset[date]:
    """The public holidays of a year there.

    Raises:
        LookupError: no such place.
    """
    import holidays  # noqa: PLC0415  # a quarter of a second, for those who ask

    country, dash, part = _ALSACE.get(place, place).partition("-")
    try:
        found = holidays.country_holidays(country, subdiv=part if dash else None, years=year)
    except NotImplementedError:
        raise LookupError(f"no public holidays are known of {place!r}") from None
    return frozenset(day for day in found if day.year == year)


def is_public_holiday(place: str, day: date) -> bool:
    """Whether nobody has to work there on that day.

    Raises:
        LookupError: no such place.
    """
    return day in public_holidays(place, day.year)
