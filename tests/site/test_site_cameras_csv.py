"""Cameras from a spreadsheet: a dry run, all or nothing, errors by row."""

import csv
import io
from pathlib import Path

import pytest
from commented_site import COMMENTED
from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.site import Severity, SiteError, load
from parvis.site.cameras_csv import Conflict, ImportPlan, plan_import
from parvis.site.edit import SiteDocument, StaleDocumentError


def plan(site_yaml: Path, text: str | bytes, conflict: Conflict = Conflict.REFUSE) -> ImportPlan:
    sheet = site_yaml.with_name("cameras.csv")
    sheet.write_bytes(text if isinstance(text, bytes) else text.encode())
    return plan_import(sheet, SiteDocument.open(site_yaml), conflict)


def test_a_dry_run_writes_nothing_and_apply_writes_all(site_yaml: Path) -> None:
    made = plan(
        site_yaml,
        "name,label,source,sub_source,space,rate,anchor,classes\n"
        "gare,Gare Sud,rtsp://u:${P}@192.0.2.20/main,rtsp://u:${P}@192.0.2.20/sub,private,2.5,"
        "centre,person bicycle\n"
        "\n"
        "parc,,rtsp://192.0.2.21/main,,,,,\n",
    )
    assert made.sound and made.added == ("gare", "parc") and not made.problems
    assert site_yaml.read_text() == COMMENTED
    assert "+  gare:" in made.document.diff()
    made.apply()
    site = load(site_yaml).site
    assert site.cameras["gare"].rate == 2.5 and site.cameras["gare"].anchor == "centre"
    assert site.cameras["gare"].classes == ("person", "bicycle")
    assert site.cameras["parc"].label == "parc" and site.cameras["parc"].rate == 5
    assert site_yaml.read_text().startswith(COMMENTED.removesuffix("# the end\n"))
    assert "# the end" in site_yaml.read_text()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp1252"])
@pytest.mark.parametrize("prefix", ["", "sep=;\r\n"])
def test_what_french_excel_writes(site_yaml: Path, encoding: str, prefix: str) -> None:
    text = (
        prefix + "Nom;Libellé;Flux;Cadence;Active\r\n"
        'été;x;a.mp4;2,5;Oui\r\n;"Quai ; ""Été""";b.mp4;5;non\r\n'
    )
    made = plan(site_yaml, text.encode(encoding))
    line = 3 if prefix else 2
    names = [(p.line, p.key) for p in made.problems if p.severity is Severity.ERROR]
    assert names == [(line, "name")]
    made = plan(site_yaml, text.replace("été;", "ete;").encode(encoding))
    assert made.sound and made.added == ("ete", "quai-ete")
    cameras = made.document.site.cameras
    assert cameras["ete"].rate == 2.5 and cameras["ete"].enabled
    assert cameras["quai-ete"].label == 'Quai ; "Été"' and not cameras["quai-ete"].enabled
    assert bool(made.problems) == (encoding == "cp1252")


def test_every_wrong_row_is_named_and_nothing_is_imported(site_yaml: Path) -> None:
    made = plan(
        site_yaml,
        "name,source,rate,space,enabled,classes\n"
        "good,a.mp4,5,private,1,person\n"
        "Bad Name,a.mp4,5,private,1,person\n"
        "b,ftp://u:hunter2@x/y,fast,road,maybe,cat\n"
        "c,,,,,\n"
        "good,a.mp4,,,,\n"
        "d,a.mp4,99,,,\n"
        "quai,a.mp4,,,,\n"
        "e,a.mp4,,,,,,too,many\n",
    )
    found = {(p.line, p.column, p.key) for p in made.problems}
    assert found == {
        (3, 1, "name"),
        (4, 2, "source"),
        (4, 3, "rate"),
        (4, 4, "space"),
        (4, 5, "enabled"),
        (4, 6, "classes"),
        (5, 2, "source"),
        (6, 1, "name"),
        (7, 3, "rate"),
        (8, 1, "name"),
        (9, 7, ""),
    }
    assert "hunter2" not in "".join(map(str, made.problems))
    assert not made.sound and made.document.text == COMMENTED
    with pytest.raises(SiteError):
        made.apply()
    assert site_yaml.read_text() == COMMENTED


def test_rows_of_several_lines_keep_their_line_number(site_yaml: Path) -> None:
    made = plan(site_yaml, 'name,source,credit\na,a.mp4,"two\nlines"\nb,ftp://x/y,\n')
    assert [(p.line, p.key) for p in made.problems] == [(2, "credit"), (4, "source")]


def test_what_to_do_with_cameras_that_are_there(site_yaml: Path) -> None:
    text = "name,source,rate,label\nquai,,3,\nmarche,,,Marché : place\nnew,a.mp4,,\n"
    assert not plan(site_yaml, text).sound
    skipping = plan(site_yaml, text, Conflict.SKIP)
    assert skipping.skipped == ("quai", "marche") and skipping.added == ("new",)
    updating = plan(site_yaml, text, Conflict.UPDATE)
    assert updating.updated == ("quai",) and updating.unchanged == ("marche",)
    old, new = load(site_yaml).site.cameras["quai"], updating.document.site.cameras["quai"]
    assert new == old.model_copy(update={"rate": 3.0})
    updating.apply()
    again = plan(site_yaml, text, Conflict.UPDATE)
    assert again.unchanged == ("quai", "marche", "new") and again.document.diff() == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "empty"),
        (b"name,sauce\na,b\n", "not known"),
        (b"name,source,name\na,b,c\n", "twice"),
        (b"name,label\na,b\n", "no column source"),
        (b"source\nb\n", "no column name"),
        (b'name,source\na,"b\n', "not closed"),
        (b"PK\x03\x04\x00\x00", "not a CSV"),
    ],
)
def test_sheets_of_no_use(site_yaml: Path, text: bytes, message: str) -> None:
    made = plan(site_yaml, text)
    assert any(message in problem.message for problem in made.problems), made.problems
    assert not made.sound


def test_passwords_in_clear_are_told(site_yaml: Path) -> None:
    made = plan(site_yaml, "name,source\na,rtsp://u:hunter2@192.0.2.1/x\n")
    assert made.sound and [p.severity for p in made.problems] == [Severity.WARNING]
    assert "hunter2" not in made.document.diff()


def test_a_plan_made_on_an_old_version_is_refused(site_yaml: Path) -> None:
    made = plan(site_yaml, "name,source\na,a.mp4\n")
    site_yaml.write_text(COMMENTED + "# later\n")
    with pytest.raises(StaleDocumentError):
        made.apply()


def test_demonstration_takes_clips_only(site_yaml: Path) -> None:
    site_yaml.write_text("site: {name: V}\npolicy: {profile: demonstration}\n")
    made = plan(site_yaml, "name,source\na,rtsp://192.0.2.1/x\nb,a.mp4\n")
    assert [(p.line, p.key) for p in made.problems] == [(2, "source")]


cells = st.text(max_size=12).map(lambda text: text.replace("\0", "").replace("\r", ""))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(cells, min_size=1, max_size=5), max_size=4), st.sampled_from(",;"))
def test_no_sheet_at_all_makes_it_fall(rows: list[list[str]], separator: str) -> None:
    import tempfile

    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet, delimiter=separator)
    writer.writerow(["name", "label", "source", "rate", "enabled"])
    writer.writerows(rows)
    with tempfile.TemporaryDirectory() as folder:
        site_yaml = Path(folder) / "site.yaml"
        site_yaml.write_text(COMMENTED, encoding="utf-8")
        made = plan(site_yaml, sheet.getvalue().encode("utf-8", "replace"))
        if made.sound:
            assert not made.document.problems()
