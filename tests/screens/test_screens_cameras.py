"""The form of a camera, and its removal."""

from pathlib import Path

import pytest
from looking import OpenPage
from town import Town

from parvis.site import load

pytestmark = pytest.mark.machine


def test_a_camera_is_set_from_its_form_and_removed_after_a_question(
    town: Town, open_page: OpenPage, kept_file: Path
) -> None:
    page = open_page(390)
    page.goto(f"{town.url}/cameras/quai")
    page.select_option("#model", "nanodet-g")
    page.fill("#rate", "7.5")
    page.select_option("#anchor", "centre")
    page.uncheck("#enabled")
    page.click("#camera-form [type=submit]")
    page.wait_for_selector("#toast:not([hidden])")
    camera = load(kept_file).site.cameras["quai"]
    assert (camera.model, camera.rate, camera.anchor) == ("nanodet-g", 7.5, "centre")
    assert not camera.enabled
    assert list(camera.lines) == ["quai"]
    # A rate that is none is refused, named, and nothing is written.
    page.fill("#rate", "40")
    page.click("#camera-form [type=submit]")
    page.wait_for_selector("#rate[aria-invalid=true]")
    assert load(kept_file).site.cameras["quai"].rate == 7.5

    page.click("#remove")
    page.click("#remove-dialog [data-cancel]")
    assert "quai" in load(kept_file).site.cameras
    page.click("#remove")
    page.click("#remove-dialog [type=submit]")
    page.wait_for_url(f"{town.url}/cameras")
    assert "Quai des Tanneurs" not in page.inner_text("main")
    assert "quai" not in load(kept_file).site.cameras


def test_a_camera_changed_meanwhile_is_not_removed(
    town: Town, open_page: OpenPage, kept_file: Path
) -> None:
    page = open_page(1280)
    page.goto(f"{town.url}/cameras/quai")
    kept_file.write_text(kept_file.read_text(encoding="utf-8") + "# by hand\n", encoding="utf-8")
    page.click("#remove")
    page.click("#remove-dialog [type=submit]")
    page.wait_for_selector("#remove-dialog [data-wrong]:not(:empty)")
    assert "Quelqu’un d’autre" in page.inner_text("#remove-dialog")
    assert "quai" in load(kept_file).site.cameras
