"""A change of the file concerns only the cameras that it is about."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.site import SiteError, load
from parvis.site.edit import SiteDocument
from parvis.site.loading import LoadedSite
from parvis.site.sections import Identity
from parvis.site.shapes import Camera, Site
from parvis.site.watch import CameraChange, SiteChange, SiteRejected, SiteWatch, compare, runs_on


def change_of(watch: SiteWatch) -> SiteChange:
    found = watch.poll()
    assert isinstance(found, SiteChange)
    return found


def test_only_the_cameras_concerned(site_yaml: Path) -> None:
    watch = SiteWatch(site_yaml)
    assert watch.poll() is None and watch.poll() is None
    document = SiteDocument.open(site_yaml)
    quai = document.site.cameras["quai"]
    document.set_camera("quai", quai.model_copy(update={"rate": 4.0})).save()
    change = change_of(watch)
    assert change.cameras == {"quai": CameraChange.CHANGED}
    assert change.changed == {"quai": frozenset({"rate"})} and not change.sections
    assert watch.poll() is None
    SiteDocument.open(site_yaml).set_camera("new", Camera(label="n", source="a.mp4")).save()
    assert change_of(watch).cameras == {"new": CameraChange.ADDED}
    SiteDocument.open(site_yaml).remove_camera("marche").save()
    assert change_of(watch).cameras == {"marche": CameraChange.REMOVED}
    SiteDocument.open(site_yaml).set_identity({"name": "V", "timezone": "Indian/Reunion"}).save()
    assert change_of(watch).sections == {"site"}
    label = watch.current.site.cameras["quai"].model_copy(update={"label": "Quai Est"})
    SiteDocument.open(site_yaml).set_camera("quai", label).save()
    assert change_of(watch).cameras == {"quai": CameraChange.RELABELLED}


def test_a_label_of_a_line_or_zone_restarts_no_camera_but_a_moved_one_does(
    site_yaml: Path,
) -> None:
    watch = SiteWatch(site_yaml)
    quai = watch.current.site.cameras["quai"]
    named = {
        name: line.model_copy(update={"label": "Pont Neuf"}) for name, line in quai.lines.items()
    }
    assert named
    SiteDocument.open(site_yaml).set_lines("quai", named).save()
    change = change_of(watch)
    assert change.cameras == {"quai": CameraChange.RELABELLED}
    after = change.after.site.cameras["quai"]
    assert [line.called(name) for name, line in after.lines.items()] == ["Pont Neuf"] * len(named)
    moved = {
        name: line.model_copy(update={"points": ((0.1, 0.1), (0.9, 0.2))})
        for name, line in named.items()
    }
    SiteDocument.open(site_yaml).set_lines("quai", moved).save()
    assert change_of(watch).cameras == {"quai": CameraChange.CHANGED}


def test_a_watch_begins_with_the_kept_version_when_the_file_is_unsound(
    site_yaml: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "elsewhere" / "kept.yaml"
    kept.parent.mkdir()
    good = site_yaml.read_bytes()
    kept.write_bytes(good)
    site_yaml.write_text("cameras: [\n")
    watch = SiteWatch(site_yaml, kept)
    assert watch.raw == good
    assert watch.current.folder == site_yaml.parent, "relative paths start from the file's folder"
    assert isinstance(watch.poll(), SiteRejected)
    site_yaml.write_bytes(good + b"# mended\n")
    change_of(watch)
    assert watch.raw == good + b"# mended\n"


def test_words_alone_reload_no_camera() -> None:
    camera = Camera(label="Quai", source="a.mp4")
    assert runs_on(camera, camera.model_copy(update={"label": "Quai Est", "credit": "City"}))
    assert not runs_on(camera, camera.model_copy(update={"label": "Quai Est", "rate": 4.0}))


def test_comments_alone_reload_nothing(site_yaml: Path) -> None:
    watch = SiteWatch(site_yaml)
    site_yaml.write_text(site_yaml.read_text() + "# more\n")
    change = change_of(watch)
    assert not change and watch.current.etag == load(site_yaml).etag


def test_an_unsound_file_keeps_the_old_configuration(site_yaml: Path) -> None:
    good = site_yaml.read_text()
    watch = SiteWatch(site_yaml)
    before = watch.current
    for bad in (good.replace("rate: 5", "rate: fast"), "", "site: [", "\0"):
        site_yaml.write_text(bad)
        rejected = watch.poll()
        assert isinstance(rejected, SiteRejected) and rejected.problems
        assert watch.poll() is None, "told once"
        assert watch.current is before
    site_yaml.unlink()
    assert isinstance(watch.poll(), SiteRejected)
    assert watch.poll() is None and watch.current is before
    site_yaml.write_text(good)
    assert not change_of(watch)
    site_yaml.write_text(good.replace("rate: 5 ", "rate: 7 "))
    assert change_of(watch).cameras == {"quai": CameraChange.CHANGED}


def test_two_writes_at_the_same_time_and_size_are_told_apart(site_yaml: Path) -> None:
    watch = SiteWatch(site_yaml)
    moment = site_yaml.stat().st_mtime_ns
    for rate in ("7", "8", "9"):
        text = site_yaml.read_text()
        at = text.index("rate: ") + 6
        site_yaml.write_text(text[:at] + rate + text[at + 1 :])
        os.utime(site_yaml, ns=(moment, moment))
        assert change_of(watch).after.site.cameras["quai"].rate == float(rate)


def test_it_does_not_start_on_an_unsound_file(tmp_path: Path) -> None:
    with pytest.raises(SiteError):
        SiteWatch(tmp_path / "none.yaml")


camera_sets = st.dictionaries(
    st.sampled_from("abcde"),
    st.builds(
        Camera, label=st.sampled_from("xy"), source=st.just("a"), rate=st.sampled_from([1.0, 2.0])
    ),
)


@given(camera_sets, camera_sets)
def test_every_camera_is_concerned_or_equal(old: dict[str, Camera], new: dict[str, Camera]) -> None:
    def loaded(cameras: dict[str, Camera]) -> LoadedSite:
        return LoadedSite(Site(site=Identity(name="V"), cameras=cameras), Path("s"), "", "")

    change = compare(loaded(old), loaded(new))
    for name in old.keys() | new.keys():
        assert (name in change.cameras) == (old.get(name) != new.get(name))
    back = compare(loaded(new), loaded(old))
    assert back.added == change.removed and back.changed == change.changed
    assert bool(change) == (old != new)
