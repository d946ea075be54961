"""A search of the network: whom it is for, what is logged, where it may lead."""

import pytest
from server_world import World, entries

from parvis.policy.terms import Role

ADDRESS = "/api/v1/cameras/search"


def test_a_search_is_logged_and_knows_the_cameras_of_the_site(world: World) -> None:
    browser = world.signed_in(Role.TECHNICIAN)
    answer = browser.post(ADDRESS)
    assert answer.status_code == 200
    found = {one["address"]: one["known"] for one in answer.json()}
    assert found["192.0.2.31"] is None
    assert found["192.0.2.10"]
    assert [one.action for one in entries(world) if one.action == "camera.search"]


def test_streams_are_told_without_the_password_and_the_log_has_none(world: World) -> None:
    browser = world.signed_in(Role.TECHNICIAN)
    asked = {
        "service": "http://192.0.2.31/onvif/device_service",
        "user": "admin",
        "password": "sesame",
    }
    answer = browser.post(f"{ADDRESS}/streams", json=asked)
    assert answer.json() == {"main": "rtsp://192.0.2.31/main", "sub": "rtsp://192.0.2.31/sub"}
    refused = browser.post(f"{ADDRESS}/streams", json=asked | {"password": "autre-mot"})
    assert refused.status_code == 502
    assert refused.json()["detail"]
    said = str([vars(one) if hasattr(one, "__dict__") else one for one in entries(world)])
    assert "sesame" not in said
    assert "autre-mot" not in said + refused.text


@pytest.mark.parametrize(
    "service",
    [
        "http://127.0.0.1/onvif",
        "http://169.254.169.254/latest",
        "http://2852039166/latest",
        "http://camera.example/onvif",
        "file:///etc/passwd",
        "http://admin:x@192.0.2.31/onvif",
        "http://${SECRET}/onvif",
    ],
)
def test_a_question_leads_to_cameras_only(world: World, service: str) -> None:
    answer = world.signed_in(Role.TECHNICIAN).post(f"{ADDRESS}/streams", json={"service": service})
    assert answer.status_code == 422


def test_a_demonstration_searches_for_no_camera(demonstration: World) -> None:
    browser = demonstration.signed_in(Role.TECHNICIAN)
    assert browser.post(ADDRESS).status_code == 403
    asked = {"service": "http://192.0.2.31/onvif"}
    assert browser.post(f"{ADDRESS}/streams", json=asked).status_code == 403
