"""*Première mise en route*: from no camera to the first one."""

from collections.abc import Iterator

import pytest
from looking import OpenPage, violations
from town import Town, open_site

pytestmark = pytest.mark.machine


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A site before its first camera, under the profile ``statistics``."""
    folder = tmp_path_factory.mktemp("new")
    with open_site(folder, "statistics", cameras=False) as served:
        yield served


def test_a_first_camera_is_found_on_the_network_and_set_up_step_by_step(
    town: Town, open_page: OpenPage
) -> None:
    page = open_page(390, bypass_csp=True)
    page.goto(f"{town.url}/cameras")
    assert violations(page) == []
    assert page.inner_text(".first-steps [aria-current=step] b") == "Caméra"
    page.click(".first-steps [aria-current=step] a")
    page.click("#search-network")
    page.wait_for_selector("text=2 caméras ont répondu")
    page.click("#search-list button >> text=Dôme nord")
    assert page.input_value("#name") == "dome-nord"
    page.fill("#onvif-user", "admin")
    page.fill("#onvif-password", "faux")
    page.click("#onvif-ask")
    page.wait_for_selector("text=La caméra refuse le nom ou le mot de passe")
    assert violations(page) == []
    page.fill("#onvif-password", "sesame")
    page.press("#onvif-password", "Enter")
    page.wait_for_selector("text=sont remplis ci-dessous")
    assert page.input_value("#source") == "rtsp://admin:sesame@192.0.2.31/main"
    assert page.input_value("#sub_source") == "rtsp://admin:sesame@192.0.2.31/sub"
    page.click("#camera-form [type=submit]")
    page.wait_for_url("**/cameras/dome-nord/edit")
    # The password went to the secrets file; the list knows the next step.
    assert "sesame" not in town.path.read_text(encoding="utf-8")
    page.goto(f"{town.url}/cameras")
    assert page.inner_text(".first-steps [aria-current=step] b") == "Masque"
