"""No data without a term: every table of the schema, and every term of the law's data."""

import pytest

from parvis.policy.retention import terms
from parvis.site.sections import StoreSettings
from parvis.store.retention import Kept
from parvis.store.schema import metadata
from parvis.store.tables import AUDIT, TABLES, Lasting

pytestmark = pytest.mark.law(13)


def test_every_table_has_a_term_or_says_why_it_lasts() -> None:
    """A new table: name its kind of data in store/tables.py, and purge it in store/retention.py."""
    assert set(metadata.tables) - TABLES.keys() == set()


def test_every_kind_of_data_has_a_term_within_its_bounds_and_is_deleted() -> None:
    kinds = {one for one in TABLES.values() if not isinstance(one, Lasting)}
    assert kinds == {one.kind for one in terms()} == {*map(str, Kept), AUDIT}
    settings = StoreSettings()
    for one in terms():
        assert one.least <= one.days(settings) <= one.most
        assert one.setting is None or getattr(settings, one.setting) == one.days(settings)
        assert one.why.fr and one.why.en
    assert terms()[-1].kind == AUDIT, "the journal last: it tells of the others"
