"""What the hub takes over from a changed site.yaml while it runs."""

from pathlib import Path

from parvis.fleet.hub import Hub
from parvis.fleet.watched_site import WatchedSite
from parvis.site import load
from parvis.site.edit import SiteDocument

SITE = """\
site: {name: Test, timezone: Europe/Paris, language: fr}
policy: {profile: statistics}
cameras:
  quai: {label: Quai, source: "rtsp://192.0.2.10/main"}
"""


def test_another_time_zone_waits_for_the_restart_and_all_else_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_text(SITE, encoding="utf-8")
    forgotten: list[str] = []
    site = WatchedSite(path, None, forgotten.append)
    path.write_text(SITE.replace("Quai,", "Quai Nord,"), encoding="utf-8")
    site.poll()
    assert site.loaded().site.cameras["quai"].label == "Quai Nord"
    other = SITE.replace("Europe/Paris", "Asia/Kolkata").replace("  quai", "  gare")
    path.write_text(other, encoding="utf-8")
    for _ in range(3):
        site.poll()
    assert site.loaded().site.site.timezone == "Europe/Paris"
    assert "quai" in site.loaded().site.cameras
    assert forgotten == []
    path.write_text(SITE.replace("  quai", "  gare"), encoding="utf-8")
    site.poll()
    assert forgotten == ["quai"]


def test_a_change_by_hand_is_in_the_audit_trail_by_its_keys_and_never_by_its_values(
    tmp_path: Path,
) -> None:
    path = tmp_path / "site.yaml"
    path.write_text(SITE, encoding="utf-8")
    hub = Hub(path)

    def edited(text: str) -> dict[str, object]:
        path.write_text(text, encoding="utf-8")
        for _ in range(2):
            hub.look_at_the_file()
        last, *before = hub.store.audit.entries(0, 1e12)
        assert (last.who, last.action, last.target) == ("system", "site.reload", "Test")
        assert last.detail["file"] == load(path).etag
        assert last.detail["file"] not in [one.detail["file"] for one in before], "told once"
        assert "hunter2" not in str(last)
        return {key: said for key, said in last.detail.items() if said and "hash" not in key}

    try:
        hub.look_at_the_file()
        assert hub.store.audit.entries(0, 1e12) == []
        moved = SITE.replace("rtsp://192", "rtsp://a:hunter2@192").replace("Quai,", "Nord,")
        assert edited(moved)["changed"] == {"quai": ["label", "source"]}
        assert edited(moved.replace("Nord", "Sud"))["changed"] == {"quai": ["label"]}
        more = moved.replace("cameras:", "server: {port: 8099}\ncameras:") + (
            '  gare: {label: Gare, source: "rtsp://192.0.2.11/x?pwd=hunter2"}\n'
        )
        found = edited(more)
        assert (found["added"], found["keys"]) == (["gare"], ["server.port"])
        assert set(edited(f"# a word\n{more}")) == {"file", "before"}, (
            "its bytes changed, and no key"
        )
        count = len(hub.store.audit.entries(0, 1e12))
        path.write_text("cameras: [", encoding="utf-8")
        hub.look_at_the_file()
        path.write_text(more, encoding="utf-8")
        saved = SiteDocument.open(path).remove_camera("gare").save()
        hub.site.take(saved)
        hub.look_at_the_file()
        assert "gare" not in hub.site.loaded().site.cameras
        assert len(hub.store.audit.entries(0, 1e12)) == count, "a screen's change has its own entry"
        saved = SiteDocument.open(path).set_enabled("quai", enabled=False).save()
        hub.look_at_the_file()  # the clock is faster than the screen's thread
        hub.site.take(saved)
        for _ in range(2):
            hub.look_at_the_file()
        assert len(hub.store.audit.entries(0, 1e12)) == count
    finally:
        hub.close()
