"""*Historique*: what it opens on."""

import pytest
from looking import OpenPage
from town import Town

pytestmark = pytest.mark.machine


def test_history_opens_on_the_first_camera_of_the_site(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    page.goto(f"{town.url}/history")
    # By the alphabet it would be the station.
    assert page.inner_text(".chip.series").strip().startswith("Place du Marché, Fontaine")
    # The line under the chart says the last value before anybody points at one.
    page.wait_for_function("document.getElementById('readout').textContent.includes('14')")
