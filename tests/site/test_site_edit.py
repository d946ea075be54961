"""Edits keep comments and every byte that has nothing to do with them; none is lost or torn."""

import multiprocessing
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commented_site import COMMENTED
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parvis.site import SiteError, load
from parvis.site.document import read
from parvis.site.edit import CannotSpliceError, SiteDocument, StaleDocumentError
from parvis.site.sections import Identity
from parvis.site.shapes import Camera, Line, Zone

PATH = Path("site.yaml")
MENDED = COMMENTED.replace("${QUAI_PASSWORD}", "${P}")


def document(text: str = COMMENTED) -> SiteDocument:
    return SiteDocument(PATH, text, text, "")


def comments(text: str) -> list[str]:
    """Comments of a text whose values hold no number sign after a blank."""
    return [line[line.index("#") :] for line in text.splitlines() if "#" in line]


names = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,8}", fullmatch=True)
words = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=20
).filter(lambda text: text.strip() != "" and "#" not in text)
unit = st.floats(0, 1)
lines = st.builds(
    lambda x1, x2, y, a: Line(points=((x1, y), (x2, 1 - y)), directions=(a + "1", a + "2")),
    st.floats(0, 0.4),
    st.floats(0.5, 1),
    unit,
    words,
)
zones = st.builds(
    lambda x, y, use: Zone(polygon=((x, y), (x + 0.4, y), (x + 0.2, y + 0.4)), use=use),
    st.floats(0, 0.5),
    st.floats(0, 0.5),
    st.sampled_from(["walkway", "waiting", "queue"]),
)
masks = st.lists(
    st.builds(
        lambda x, y: ((x, y), (x + 0.3, y), (x, y + 0.3)), st.floats(0, 0.5), st.floats(0, 0.5)
    ),
    max_size=4,
)
cameras = st.builds(
    Camera,
    label=words,
    source=st.sampled_from(["rtsp://u:${P}@192.0.2.1/x", "a b.mp4", "/dev/video2"]),
    rate=st.floats(0.5, 25),
    masks=masks,
    lines=st.dictionaries(names, lines, max_size=3),
    zones=st.dictionaries(names, zones, max_size=3),
    enabled=st.booleans(),
    credit=st.none() | words,
)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["quai", "marche", "new", "2"]), cameras)
def test_a_camera_set_is_the_camera_read(name: str, camera: Camera) -> None:
    before = document()
    after = before.set_camera(name, camera)
    assert after.site.cameras[name] == camera
    for other in before.site.cameras.keys() - {name}:
        assert after.site.cameras[other] == before.site.cameras[other]
    assert after.site.site == before.site.site
    if name not in ("quai", "marche"):
        assert comments(after.text) == comments(COMMENTED)
    again = after.set_camera(name, camera)
    assert again.text == after.text


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(names, lines, max_size=3),
    st.dictionaries(names, zones, max_size=3),
    masks,
    st.booleans(),
)
def test_shapes_drawn_on_a_screen(
    new_lines: dict[str, Line], new_zones: dict[str, Zone], new_masks: Any, keep: bool
) -> None:
    if keep:
        new_lines = {"pont": Line(points=((0.2, 0.2), (0.8, 0.8))), **new_lines}
    after = (
        document()
        .set_lines("quai", new_lines)
        .set_zones("quai", new_zones)
        .set_masks("quai", new_masks)
        .set_lines("marche", new_lines)
    )
    quai = after.site.cameras["quai"]
    assert (quai.lines, quai.zones) == (new_lines, new_zones)
    assert quai.masks == tuple(tuple(mask) for mask in new_masks)
    assert after.site.cameras["marche"].lines == new_lines
    gone = [] if "pont" in new_lines else ["# over the bridge", "# relative"]
    left = comments(after.text)
    assert [one for one in comments(COMMENTED) if one not in left] == [
        one for one in gone if one not in left
    ]
    untouched = [line for line in COMMENTED.splitlines() if "QUAI_PASSWORD" in line]
    assert all(line in after.text for line in untouched)


@settings(max_examples=20, deadline=None)
@given(words, st.sampled_from(["Europe/Paris", "Indian/Reunion"]), st.sampled_from(["fr", "en"]))
@example(":", "Europe/Paris", "fr")
def test_identity(name: str, zone: str, language: str) -> None:
    identity = Identity.model_validate({"name": name, "timezone": zone, "language": language})
    after = document().set_identity(identity)
    assert after.site.site == identity
    assert after.text.splitlines()[2:] == COMMENTED.splitlines()[2:]
    assert "# who" in after.text.splitlines()[1]


def test_one_value_changes_one_line() -> None:
    quai = document().site.cameras["quai"]
    after = document().set_camera("quai", quai.model_copy(update={"rate": 2.5}))
    assert after.text == COMMENTED.replace("rate: 5  ", "rate: 2.5  ")
    assert [line for line in after.diff().splitlines()[2:] if line[:1] in "+-"] == [
        "-    rate: 5                              # analysed frames a second",
        "+    rate: 2.5                              # analysed frames a second",
    ]
    assert "QUAI_PASSWORD" not in after.diff()


def test_nothing_changed_is_nothing_written() -> None:
    for name, camera in document().site.cameras.items():
        assert document().set_camera(name, camera).text == COMMENTED
        assert document().set_camera(name, camera).diff() == ""


def test_removing_cameras_keeps_the_comments_around_them() -> None:
    after = document().remove_camera("quai")
    assert list(after.site.cameras) == ["marche"]
    for kept in ("# Our town, in git", "# the north quay", "# the market, from above", "# the end"):
        assert kept in after.text
    assert document().remove_camera("quai").remove_camera("marche").site.cameras == {}
    with pytest.raises(KeyError):
        document().remove_camera("nobody")
    with pytest.raises(KeyError):
        document().set_lines("nobody", {})


STYLES: dict[str, str] = {
    "windows lines": COMMENTED.replace("\n", "\r\n"),
    "byte order mark": "\ufeff" + COMMENTED,
    "no newline at the end": COMMENTED.rstrip("\n").removesuffix("# the end").rstrip(),
    "four spaces": "site:\n    name: V\ncameras:\n    q:\n        label: a\n        "
    "source: a.mp4\n",
    "all in braces": "site: {name: V}\ncameras: {q: {label: a, source: a.mp4, lines: {}}}\n",
    "one brace": "{site: {name: V}, cameras: {q: {label: a, source: a.mp4}}}\n",
    "no cameras": "site: {name: V}\n",
    "empty cameras": "site: {name: V}\ncameras: {}  # none yet\n",
    "dashes": (
        "site: {name: V}\ncameras:\n  q:\n    label: a\n    source: a.mp4\n    masks:\n"
        "    - [[0, 0], [1, 0], [1, 1]]  # roof\n    # window\n"
        "    - - [0, 0]\n      - [0.5, 0]\n      - [0.5, 0.5]\n"
        "    classes:\n    - person\n    - car\n"
    ),
    "merge": (
        "site: {name: V}\ncameras:\n  q: &q\n    label: a\n    source: a.mp4\n    rate: 4\n"
        "  r:\n    <<: *q\n    label: b\n"
    ),
    "explicit document": "%YAML 1.2\n---\nsite: {name: V}\ncameras: {}\n...\n",
    "many lines in braces": (
        "site: {name: V}\ncameras: {\n  q: {  # the quay\n    label: a,  # words\n"
        "    source: a.mp4  # a clip\n  }\n}\n"
    ),
}


@pytest.mark.parametrize("text", STYLES.values(), ids=STYLES.keys())
@settings(max_examples=8, deadline=None)
@given(cameras, cameras, masks)
def test_every_way_of_writing(text: str, first: Camera, second: Camera, drawn: Any) -> None:
    start = document(text)
    after = start.set_camera("added", first)
    assert after.site.cameras["added"] == first
    assert set(comments(text)) <= set(comments(after.text))
    if "r" in start.site.cameras:
        after = after.set_camera("r", second)
        assert after.site.cameras["r"] == second
        assert after.site.cameras["q"] == start.site.cameras["q"]
    elif "q" in start.site.cameras:
        after = after.set_masks("q", drawn)
        assert after.site.cameras["q"].masks == tuple(tuple(mask) for mask in drawn)
        after = after.set_camera("q", second)
        assert after.site.cameras["q"] == second
    if "\r\n" in text:
        assert after.text.count("\n") == after.text.count("\r\n")
    assert after.remove_camera("added").site.cameras.keys() == start.site.cameras.keys()


def test_what_is_shared_is_not_changed_behind_anyones_back() -> None:
    start = document(STYLES["merge"])
    with pytest.raises(CannotSpliceError, match="shared"):
        start.set_camera("q", start.site.cameras["q"].model_copy(update={"rate": 2.0}))


def test_an_address_that_comes_back_hidden_stays() -> None:
    shown = {
        "label": "Quai",
        "source": "rtsp://***@192.0.2.10/main",
        "sub_source": "rtsp://***@192.0.2.10/sub",
    }
    after = document().set_camera("quai", shown)
    assert after.site.cameras["quai"].source == "rtsp://user:${QUAI_PASSWORD}@192.0.2.10/main"
    moved = document().set_camera("quai", {**shown, "source": "rtsp://***@192.0.2.99/main"})
    (problem,) = moved.problems()
    assert problem.key == "cameras.quai.source" and "hidden" in problem.message


def test_saving_replaces_the_file_and_keeps_its_mode(site_yaml: Path) -> None:
    site_yaml.chmod(0o640)
    opened = SiteDocument.open(site_yaml, load(site_yaml).etag)
    saved = opened.set_identity({"name": "Autre"}).save()
    assert saved == load(site_yaml) and saved.site.site.name == "Autre"
    assert stat.S_IMODE(site_yaml.stat().st_mode) == 0o640
    assert [path.name for path in site_yaml.parent.iterdir()] == ["site.yaml"]
    assert comments(site_yaml.read_text()) == comments(COMMENTED)


def test_a_link_stays_a_link(site_yaml: Path, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere"
    link.mkdir()
    link /= "site.yaml"
    link.symlink_to(site_yaml)
    SiteDocument.open(link).set_identity({"name": "Autre"}).save()
    assert link.is_symlink() and load(site_yaml).site.site.name == "Autre"


def test_a_lost_update_is_refused(site_yaml: Path) -> None:
    seen = load(site_yaml).etag
    mine, theirs = SiteDocument.open(site_yaml, seen), SiteDocument.open(site_yaml, seen)
    theirs.set_identity({"name": "Theirs"}).save()
    with pytest.raises(StaleDocumentError) as caught:
        mine.set_identity({"name": "Mine"}).save()
    assert caught.value.etag == load(site_yaml).etag
    with pytest.raises(StaleDocumentError):
        SiteDocument.open(site_yaml, seen)
    assert load(site_yaml).site.site.name == "Theirs"


@pytest.mark.parametrize(
    "edit",
    [
        lambda d: d.set_lines("quai", {"x": {"points": [[0, 0], [0, 0.001]]}}),
        lambda d: d.set_zones("quai", {"x y": {"polygon": [[0, 0], [1, 0], [1, 1]]}}),
        lambda d: d.set_masks("quai", [[[0, 0], [1, 1], [1, 0], [0, 1]]]),
        lambda d: d.set_camera("quai", {"label": "a", "source": "ftp://x/y", "rates": 3}),
        lambda d: d.set_identity({"name": "", "timezone": "Mars"}),
    ],
)
def test_what_is_unsound_is_never_written(
    site_yaml: Path, edit: Callable[[SiteDocument], SiteDocument]
) -> None:
    edited = edit(SiteDocument.open(site_yaml))
    assert all(problem.line > 0 for problem in edited.problems())
    with pytest.raises(SiteError):
        edited.save()
    assert site_yaml.read_text() == COMMENTED


def test_a_file_with_errors_is_not_opened_for_edits(site_yaml: Path) -> None:
    site_yaml.write_text(COMMENTED.replace("rate: 5", "rate: fast"))
    with pytest.raises(SiteError):
        SiteDocument.open(site_yaml)


def _save_until_done(path: str, name: str) -> None:
    while True:
        try:
            SiteDocument.open(Path(path)).set_camera(
                name, Camera(label=name, source="a.mp4")
            ).save()
        except StaleDocumentError:
            continue
        return


@pytest.mark.timeout(60)
def test_writers_at_the_same_time_lose_nothing(site_yaml: Path) -> None:
    names = [f"c{i}" for i in range(6)]
    context = multiprocessing.get_context("fork")
    writers = [
        context.Process(target=_save_until_done, args=(str(site_yaml), name)) for name in names
    ]
    for writer in writers:
        writer.start()
    seen = 0
    while any(writer.is_alive() for writer in writers):
        seen = max(seen, len(load(site_yaml).site.cameras))  # never torn, never unsound
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert load(site_yaml).site.cameras.keys() == {"quai", "marche", *names}


def test_a_crash_before_the_rename_leaves_the_old_file(
    site_yaml: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited = SiteDocument.open(site_yaml).set_identity({"name": "Autre"})

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        edited.save()
    assert site_yaml.read_text() == COMMENTED
    assert [path.name for path in site_yaml.parent.iterdir()] == ["site.yaml"]


@given(st.text(max_size=30))
def test_any_text_survives_being_written(text: str) -> None:
    from parvis.site import emit

    usable = all(ch.isprintable() or ord(ch) < 0xD800 or ord(ch) > 0xDFFF for ch in text)
    if not usable:
        return
    section = {"k": text, "l": [text, {text or "x": text}], "n": 0.1, "b": True, "z": None}
    written = "\n".join(emit.block(section, 0, 2)) + "\n"
    assert read(written).plain() == section, written
