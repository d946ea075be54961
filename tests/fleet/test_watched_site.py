"""What the hub takes over from a changed site.yaml while it runs."""

from pathlib import Path

from parvis.fleet.hub import WatchedSite

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
