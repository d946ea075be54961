"""*Alertes*: the unusual is read as so many instead of so many, at a desk and on a phone."""

from dataclasses import replace
from pathlib import Path

import pytest
import raised
from looking import OpenPage, violations
from town import Town

from parvis.values.alerts import AlertKind, Form, Severity, Subject, Usual

pytestmark = pytest.mark.machine


@pytest.mark.parametrize("width", [1280, 390])
def test_so_many_instead_of_so_many(
    town: Town, open_page: OpenPage, width: int, tmp_path: Path
) -> None:
    now_s, key = town.services.clock(), f"unusual-{width}"
    one = raised.change(
        key, AlertKind.UNUSUAL, Subject("gare"), now_s, rule=key, form=Form.MORE,
        severity=Severity.WATCH, value=2.34, threshold=1.0, since_s=now_s,
    )  # fmt: skip
    usual = Usual(3, 12_400.0, 4_502.3, 3_804.0, 5_296.0)
    raised.raise_all(town.services.store, [replace(one, usual=usual)])
    page = open_page(width, bypass_csp=True)
    page.goto(f"{town.url}/alerts/{key}")
    page.wait_for_selector("#feed[data-feed=live]")
    told = page.inner_text("body").replace("\u202f", " ").replace("\u00a0", " ")
    assert "12 400 au lieu de 4 502 (3 804–5 296) sur 3 h" in told
    assert "d’habitude 3 804–5 296, 9 fois sur 10" in told
    assert "atteint : 2,3 ×" in told
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert violations(page) == []
    page.screenshot(path=tmp_path / f"unusual-{width}.png")
