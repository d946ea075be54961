"""Cameras from a screen: no secret out, no change lost, no comment dropped."""

import pytest
from server_world import Browser, World, entries, live_state

from parvis.policy.terms import Role
from parvis.site.shapes import Camera

NEW = {
    "name": "port",
    "camera": {"label": "Port", "source": "rtsp://admin:s3cret-word@192.0.2.30/main"},
}
SHAPES = {"masks": [], "lines": {"rue": {"points": [[0.2, 0.2], [0.8, 0.8]]}}, "zones": {}}


def etag(browser: Browser, name: str = "quai") -> dict[str, str]:
    return {"if-match": browser.get(f"/api/v1/cameras/{name}").headers["etag"]}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.TECHNICIAN, Role.ADMINISTRATOR])
def test_no_answer_holds_a_secret(world: World, role: Role) -> None:
    browser = world.signed_in(role)
    browser.headers.pop("x-csrf-token")
    for path in ("/cameras", "/cameras/quai", "/states", "/health", "/openapi.json"):
        text = browser.get(f"/api/v1{path}").text
        assert "sesame" not in text
        assert "user:" not in text or path == "/openapi.json"
        assert "QUAI_PASSWORD" not in text


def test_addresses_are_the_technicians_and_redacted(world: World) -> None:
    viewer = world.signed_in(Role.VIEWER).get("/api/v1/cameras/quai").json()
    assert viewer["address"] is None
    technician = world.signed_in(Role.TECHNICIAN).get("/api/v1/cameras/quai").json()
    assert technician["address"]["source"] == "rtsp://***@192.0.2.10/main"


def test_a_camera_tells_its_state_while_it_is_known(world: World) -> None:
    browser = world.signed_in(Role.VIEWER)
    assert browser.get("/api/v1/cameras/quai").json()["state"] is None
    world.hub.board.put(live_state())
    assert browser.get("/api/v1/cameras/quai").json()["state"] == "live"
    world.clock.now_s += 60
    assert browser.get("/api/v1/cameras/quai").json()["state"] is None


def test_adding_a_camera_keeps_comments_and_moves_the_password(world: World) -> None:
    browser = world.signed_in(Role.TECHNICIAN)
    answer = browser.post("/api/v1/cameras", json=NEW)
    assert answer.status_code == 201, answer.text
    text = world.path.read_text(encoding="utf-8")
    assert "this comment must survive" in text
    assert "s3cret-word" not in text
    assert "rtsp://admin:${PORT_PASSWORD}@192.0.2.30/main" in text
    kept = world.path.parent / "secrets.env"
    assert 'PORT_PASSWORD="s3cret-word"' in kept.read_text(encoding="utf-8")
    assert kept.stat().st_mode & 0o077 == 0
    assert "s3cret-word" not in answer.text
    assert browser.post("/api/v1/cameras", json=NEW).status_code == 409
    last = entries(world)[-1]
    assert (last.action, last.target, last.who) == ("camera.add", "port", "technician-1")
    assert "s3cret-word" not in str(last)


def test_a_secret_among_the_parameters_leaves_the_file_too(world: World) -> None:
    technician = world.signed_in(Role.TECHNICIAN)
    camera = {
        "label": "Port",
        "source": "http://192.0.2.30/live.cgi?user=a&pwd=hunter2&token=hunter3",
        "sub_source": "rtsp://a:hunter4@192.0.2.30/sub?key=hunter5",
    }
    answer = technician.post("/api/v1/cameras", json={"name": "port", "camera": camera})
    assert answer.status_code == 201, answer.text
    assert "hunter" not in answer.text + world.path.read_text(encoding="utf-8")
    assert "hunter" not in str(entries(world))
    held = world.site.held
    addresses = [held.address(text, {}) for text in _addresses(held.site.cameras["port"])]
    assert addresses == [camera["source"], camera["sub_source"]]


def test_a_stale_change_is_refused_and_changes_nothing(world: World) -> None:
    ana, bob = world.signed_in(Role.TECHNICIAN), world.signed_in(Role.ADMINISTRATOR)
    seen = etag(ana)
    assert bob.put("/api/v1/cameras/quai/shapes", json=SHAPES, headers=seen).status_code == 200
    before = world.path.read_bytes()
    for method, path, body in (
        ("PUT", "/api/v1/cameras/quai/shapes", SHAPES),
        ("PUT", "/api/v1/cameras/gare", {"label": "x", "source": "rtsp://192.0.2.10/gare"}),
        ("DELETE", "/api/v1/cameras/quai", None),
    ):
        answer = ana.request(method, path, json=body, headers=seen)
        assert answer.status_code == 412
        assert answer.json()["remedy"]
        missing = ana.request(method, path, json=body)
        assert missing.status_code == 428
        star = ana.request(method, path, json=body, headers={"if-match": "*"})
        assert star.status_code == 428
    assert world.path.read_bytes() == before


def test_a_change_by_hand_meanwhile_is_not_lost(world: World) -> None:
    browser = world.signed_in(Role.TECHNICIAN)
    seen = etag(browser)
    world.path.write_text(world.path.read_text(encoding="utf-8") + "# by hand\n", encoding="utf-8")
    assert browser.put("/api/v1/cameras/quai/shapes", json=SHAPES, headers=seen).status_code == 412
    assert "# by hand" in world.path.read_text(encoding="utf-8")


def test_a_change_with_the_redacted_address_keeps_the_secret_one(world: World) -> None:
    browser = world.signed_in(Role.TECHNICIAN)
    seen = etag(browser)
    shown = browser.get("/api/v1/cameras/quai").json()["address"]["source"]
    body = {"label": "Quai Sud", "source": shown, "rate": 4.0}
    answer = browser.put("/api/v1/cameras/quai", json=body, headers=seen)
    assert answer.status_code == 200, answer.text
    assert answer.headers["etag"] != seen["if-match"]
    text = world.path.read_text(encoding="utf-8")
    assert "${QUAI_PASSWORD}@192.0.2.10" in text
    assert "Quai Sud" in text
    assert world.site.loaded().site.cameras["quai"].rate == 4.0


def test_unsound_settings_name_every_fault(world: World) -> None:
    browser = world.signed_in(Role.TECHNICIAN)
    body = {"label": "", "source": "rtsp://192.0.2.9/x", "rate": 99.0, "unknown": 1}
    answer = browser.put("/api/v1/cameras/gare", json=body, headers=etag(browser))
    assert answer.status_code == 422
    assert {one["key"] for one in answer.json()["errors"]} == {"label", "rate", "unknown"}


def test_a_difference_is_shown_before_it_is_saved(world: World) -> None:
    browser = world.signed_in(Role.TECHNICIAN)
    before = world.path.read_bytes()
    answer = browser.post("/api/v1/cameras/quai/shapes/diff", json=SHAPES)
    assert "+" in answer.json()["diff"]
    assert "rue" in answer.json()["diff"]
    assert world.path.read_bytes() == before


def test_removing_a_camera(world: World) -> None:
    browser = world.signed_in(Role.TECHNICIAN)
    world.hub.board.put(live_state("gare"))
    assert browser.delete("/api/v1/cameras/gare", headers=etag(browser)).status_code == 204
    assert [one["name"] for one in browser.get("/api/v1/cameras").json()] == ["quai"]
    assert "gare" not in world.hub.board.latest()
    assert browser.get("/api/v1/cameras/gare").status_code == 404


def test_trying_a_stream_tells_codec_or_cause(world: World) -> None:
    browser = world.signed_in(Role.TECHNICIAN)
    good = browser.post("/api/v1/cameras/test", json={"source": "rtsp://192.0.2.30/main"}).json()
    assert (good["ok"], good["codec"], good["width"]) == (True, "h264", 1920)
    body = {"source": "rtsp://admin:refused-word@192.0.2.30/main"}
    bad = browser.post("/api/v1/cameras/test", json=body)
    assert bad.json()["reason"] == "401 from rtsp://***@192.0.2.30/main"
    assert bad.json()["remedies"]
    assert "refused-word" not in str(entries(world))
    shown = {"source": "rtsp://***@192.0.2.10/main", "camera": "quai"}
    assert browser.post("/api/v1/cameras/test", json=shown).status_code == 200
    assert world.desk.probed[-1] == "rtsp://user:${QUAI_PASSWORD}@192.0.2.10/main"


@pytest.mark.parametrize(
    "source",
    ["/etc/passwd", "clips/a.mp4", "http://127.0.0.1:8080/", "rtsp://x:${HOME}@192.0.2.1/"],
)
def test_a_screen_opens_nothing_but_cameras(world: World, source: str) -> None:
    browser = world.signed_in(Role.TECHNICIAN)
    body = {"label": "x", "source": source}
    answers = [
        browser.post("/api/v1/cameras/test", json={"source": source}),
        browser.post("/api/v1/cameras", json={"name": "x", "camera": body}),
        browser.put("/api/v1/cameras/gare", json=body, headers=etag(browser)),
        browser.post(
            "/api/v1/setup-sessions", json={"camera": "x", "draft": body, "reason": "a test"}
        ),
    ]
    assert [answer.status_code for answer in answers] == [422] * 4
    assert not world.desk.probed
    assert not world.desk.opened


def test_stop_and_start_are_logged_with_their_reason(world: World) -> None:
    operator = world.signed_in(Role.OPERATOR)
    order = {"camera": "quai", "reason": "Demande du délégué"}
    answer = operator.post("/api/v1/stop", json=order)
    said = answer.json()
    assert said.pop("took_s") < 2
    assert said == {"target": "camera:quai", "stopped": True, "confirmed": True}
    assert entries(world)[-1].why == "Demande du délégué"
    assert operator.get("/api/v1/cameras/quai").json()["stopped"]
    assert operator.post("/api/v1/start", json=order).status_code == 403
    technician = world.signed_in(Role.TECHNICIAN)
    assert technician.post("/api/v1/start", json=order).status_code == 200
    assert technician.post("/api/v1/stop", json=order | {"camera": "all"}).status_code == 200
    assert world.control.stops == {None}
    assert technician.post("/api/v1/stop", json=order | {"camera": "none"}).status_code == 404
    assert technician.post("/api/v1/stop", json=order | {"reason": ""}).status_code == 422


def test_a_stop_ends_every_look_and_lets_none_begin(world: World) -> None:
    technician = world.signed_in(Role.TECHNICIAN)
    asked = {"camera": "quai", "reason": "a new line"}
    opened = technician.post("/api/v1/setup-sessions", json=asked)
    assert opened.status_code == 201
    order = {"camera": "quai", "reason": "Demande du délégué"}
    assert technician.post("/api/v1/stop", json=order).json()["confirmed"]
    assert world.desk.sessions[-1].closed.is_set()
    still = f"/api/v1/setup-sessions/{opened.json()['id']}/still"
    assert technician.get(still).status_code == 404
    assert technician.post("/api/v1/setup-sessions", json=asked).status_code == 409
    source = world.site.held.site.cameras["quai"].source
    test = {"camera": "quai", "source": source}
    assert technician.post("/api/v1/cameras/test", json=test).status_code == 409
    technician.post("/api/v1/stop", json=order | {"camera": "all"})
    bare = technician.post("/api/v1/cameras/test", json={"source": "rtsp://192.0.2.9/live"})
    assert bare.status_code == 409


def test_one_camera_is_not_started_while_everything_is_stopped(world: World) -> None:
    """It would stay stopped: the answer says so, and what to do."""
    technician = world.signed_in(Role.TECHNICIAN)
    order = {"camera": "all", "reason": "an exercise"}
    technician.post("/api/v1/stop", json=order)
    refused = technician.post("/api/v1/start", json=order | {"camera": "quai"})
    assert refused.status_code == 409
    assert refused.json()["type"].endswith(":all-stopped")
    assert refused.json()["remedy"]
    assert world.control.is_stopped("quai")
    assert entries(world)[-1].action == "camera.stop", "what was not done is not logged"
    assert technician.post("/api/v1/start", json=order).json()["stopped"] is False
    assert not world.control.is_stopped("quai")


@pytest.mark.parametrize(
    "reason", ["   ", "\t\t\t", "\x1c\x1d\x1e", "...", "\u2003\u2003\u2003", "\x00\x00\x00"]
)
def test_a_blank_reason_is_refused_in_words(world: World, reason: str) -> None:
    technician = world.signed_in(Role.TECHNICIAN)
    asked = {"camera": "quai", "reason": reason}
    for path in ("setup-sessions", "stop", "start"):
        answer = technician.post(f"/api/v1/{path}", json=asked)
        assert answer.status_code == 422, path
        (wrong,) = answer.json()["errors"]
        assert wrong["key"] == "body.reason"
        assert wrong["remedy"]
    assert not world.control.stops


def test_a_demonstration_looks_at_no_real_camera(demonstration: World) -> None:
    technician = demonstration.signed_in(Role.TECHNICIAN)
    real = "rtsp://192.0.2.77/live"
    look = {"camera": "quai", "reason": "essai", "draft": {"label": "x", "source": real}}
    refused = technician.post("/api/v1/setup-sessions", json=look)
    assert refused.status_code == 403
    assert refused.json()["type"].endswith(":recorded-only")
    assert technician.post("/api/v1/cameras/test", json={"source": real}).status_code == 403
    assert not demonstration.desk.opened
    assert not demonstration.desk.probed


def test_a_technician_accepts_a_moved_view_and_the_log_keeps_it(world: World) -> None:
    technician = world.signed_in(Role.TECHNICIAN)
    assert technician.post("/api/v1/cameras/quai/view").status_code == 204
    assert world.control.accepted == ["quai"]
    said = entries(world)[-1]
    assert (said.action, said.target) == ("camera.view", "quai")
    assert technician.post("/api/v1/cameras/nowhere/view").status_code == 404
    assert world.signed_in(Role.OPERATOR).post("/api/v1/cameras/quai/view").status_code == 403
    assert world.control.accepted == ["quai"]


def test_a_stop_that_nobody_confirms_says_so_within_two_seconds(world: World) -> None:
    import time

    world.control.answers = False
    operator = world.signed_in(Role.OPERATOR)
    began = time.monotonic()
    answer = operator.post("/api/v1/stop", json={"camera": "all", "reason": "an exercise"})
    assert time.monotonic() - began < 3
    assert answer.json()["confirmed"] is False
    assert entries(world)[-1].action == "camera.stop"


def test_metrics_for_the_token_or_a_technician(world: World) -> None:
    world.hub.board.put(live_state())
    world.clock.now_s += 900
    world.hub.board.put(live_state())
    scrape = world.browser().get(
        "/metrics", headers={"authorization": "Bearer metrics-token-of-the-tests"}
    )
    assert scrape.status_code == 200
    for line in (
        'parvis_camera_fps{camera="quai"} 25.0',
        'parvis_camera_state{camera="quai",state="live"} 1.0',
        'parvis_camera_cpu_ms_per_second{camera="quai",stage="infer"} 55.0',
        'parvis_camera_inference_ms{camera="quai"} 11.5',
        'parvis_camera_coverage_today_seconds{camera="quai"} 3600.0',
        'parvis_camera_reconnects_total{camera="quai"} 0.0',
        'parvis_camera_dropped_frames_total{camera="quai"} 0.0',
        'parvis_camera_analysed_frames_total{camera="quai"} 300.0',
    ):
        assert line in scrape.text
    assert "occupancy" not in scrape.text
    wrong = world.browser().get("/metrics", headers={"authorization": "Bearer wrong"})
    assert wrong.status_code == 401
    assert world.browser().get("/metrics").status_code == 401
    assert world.signed_in(Role.VIEWER).get("/metrics").status_code == 403
    assert world.signed_in(Role.TECHNICIAN).get("/metrics").status_code == 200


def _addresses(camera: Camera) -> list[str]:
    return [text for text in (camera.source, camera.sub_source) if text is not None]


def test_a_failing_stream_says_why_in_the_reader_s_language(world: World) -> None:
    browser = world.signed_in(Role.TECHNICIAN)
    asked = {"source": "rtsp://192.0.2.66/silent"}
    french = browser.post(
        "/api/v1/cameras/test", json=asked, headers={"accept-language": "fr"}
    ).json()
    english = browser.post(
        "/api/v1/cameras/test", json=asked, headers={"accept-language": "en"}
    ).json()
    assert french["reason"] == "La caméra ne répond pas à temps."
    assert english["reason"] == "The camera does not answer in time."
    assert french["remedies"] != english["remedies"]


@pytest.mark.law(14)
def test_a_change_of_the_settings_is_logged_with_the_hash_of_its_difference(world: World) -> None:
    browser = world.signed_in(Role.TECHNICIAN)
    before = world.site.held.etag
    assert browser.post("/api/v1/cameras", json=NEW).status_code == 201
    (told,) = [one for one in entries(world) if one.action == "camera.add"]
    after = world.site.held
    assert (told.detail["before"], told.detail["etag"]) == (before, after.etag)
    assert told.detail["configuration_hash"] == after.hash
    assert len(told.detail["difference"]) == 64
    assert (told.who, told.origin) == ("technician-1", "testclient")


@pytest.mark.law(22)
def test_a_use_or_a_place_is_stopped_by_name_with_a_reason(world: World) -> None:
    operator = world.signed_in(Role.OPERATOR)
    why = {"reason": "Demande du délégué"}
    assert operator.post("/api/v1/stop", json={"use": "alerts.density"} | why).json()["confirmed"]
    assert world.control.held.rule("density")
    assert (entries(world)[-1].action, entries(world)[-1].target) == ("use.stop", "alerts.density")
    for nobody in ({"use": "alerts.nothing"}, {"place": "nowhere"}, {"camera": "none"}):
        assert operator.post("/api/v1/stop", json=nobody | why).status_code == 404, nobody
    for unclear in ({}, {"use": "alerts", "camera": "quai"}):
        assert operator.post("/api/v1/stop", json=unclear | why).status_code == 422, unclear
    technician = world.signed_in(Role.TECHNICIAN)
    page = technician.get("/compliance", headers={"accept-language": "fr"})
    assert page.status_code == 403, "the journal is not for a technician"
    page = technician.get("/", headers={"accept-language": "fr"})
    assert 'value="use:alerts.density"' in page.text and "Alertes : Densité" in page.text.replace(
        "\u00a0", " "
    )
    assert technician.post("/api/v1/start", json={"use": "alerts.density"} | why).is_success
    assert not world.control.held
