"""Every error at once, each with its file, line, key and remedy."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.site import Severity, SiteError, check, load
from parvis.site.document import MAX_BYTES, read
from parvis.site.problems import Problem

ENV = {"QUAI_PASSWORD": "hunter2"}

MARKED = """\
site: {name: 12, timezone: Europe/Pariss, langage: fr}  #! site.name|site.timezone|site.langage
policy: {profile: statistic}                #! policy.profile
server: {bind: house, port: "80"}           #! server.bind|server.port
store:                                      #! store
colour: red                                 #! colour
cameras:
  Quai Nord:                                #! cameras.Quai Nord
    label: Quai
    source: rtsp://192.0.2.10/main
  quai:                                     #! cameras.quai.label
    source: rtsp://user:${MISSING}@192.0.2.10/main   #! cameras.quai.source
    sub_source: ftp://user:hunter2@x/y      #! cameras.quai.sub_source
    space: public_road                      #! cameras.quai.space
    rate: 50                                #! cameras.quai.rate
    rates: 50                               #! cameras.quai.rates
    classes: [person, cat]                  #! cameras.quai.classes.1
    masks:
      - [[0, 0], [0.3, 0], [0.3, 1.2]]      #! cameras.quai.masks.0.2.1
      - [[0, 0], [1, 1], [1, 0], [0, 1]]    #! cameras.quai.masks.1
    lines:
      pont:
        points: [[0.1, 0.5]]                #! cameras.quai.lines.pont.points
        directions: [vers le port]          #! cameras.quai.lines.pont.directions.1
      court:
        points: [[0.1, 0.5], [0.105, 0.5]]  #! cameras.quai.lines.court.points
    enabled: "yes"                          #! cameras.quai.enabled
  double:
    label: a
    source: b.mp4
    label: c                                #! cameras.double.label
"""


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "site.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_every_error_is_named_at_its_line(tmp_path: Path) -> None:
    expected = {
        (number, key)
        for number, line in enumerate(MARKED.splitlines(), 1)
        if "#! " in line
        for key in line.split("#! ")[1].split("|")
    }
    problems = check(written(tmp_path, MARKED), ENV)
    found = {(p.line, p.key) for p in problems if p.severity is Severity.ERROR}
    assert found == expected
    for problem in problems:
        assert problem.message and problem.remedy and problem.file.name == "site.yaml"
        assert "hunter2" not in str(problem)
    assert [p.line for p in problems] == sorted(p.line for p in problems)


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        ("site: {name: V, langage: fr}", "did you mean language?"),
        ("site: {name: V, language: de}", "write one of: fr, en"),
        ("cameras: {q: {label: a, source: a.mp4, space: public}}", "did you mean public-road?"),
        ("timezone: Europe/Paris", "under site"),
        ("cameras: {q: {source: a.mp4}}", "add it: The name that people read"),
        ("cameras: [a]", "write names of your own"),
        ("cameras: {q: {label: 3, source: a.mp4}}", "between quotes"),
    ],
)
def test_remedies(tmp_path: Path, line: str, remedy: str) -> None:
    text = line if line.startswith("site") else f"site: {{name: V}}\n{line}\n"
    problems = check(written(tmp_path, text), {})
    assert any(remedy in problem.remedy for problem in problems), problems


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("site:\n\tname: V\n", 2, "tab"),
        ("site: [1,\n", 2, "never closed"),
        ("site: {name: 'V\n", 2, "never closed"),
        ("a: b: c\n", 1, "colon"),
        ("a:\n  b: 1\n c: 2\n", 3, "indentation"),
        ("site: {name: V}\n---\na: 1\n", 3, "second document"),
        ("site: *nobody\n", 1, "anchor"),
        ("site: !!python/object:os.system x\n", 1, "tags"),
        ("site: &a [*a]\n", 1, "contains itself"),
        ("? [1, 2]\n: 3\n", 1, "not a text"),
        ("a: 1\n12: 1\n", 2, "not a text"),
        ("a: \x01\n", 1, "character"),
        ("", 0, "empty"),
        ("# nothing\n", 0, "empty"),
        ("- a\n", 1, "section"),
        ("<<: 3\n", 1, "no section"),
    ],
)
def test_what_is_not_yaml(tmp_path: Path, text: str, line: int, message: str) -> None:
    problems = check(written(tmp_path, text), {})
    assert any(p.line == line and message in p.message for p in problems), problems


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path, message in ((tmp_path / "none.yaml", "no such file"), (tmp_path, "folder")):
        assert message in check(path, {})[0].message
        with pytest.raises(SiteError, match=message):
            load(path)
    latin = check(written(tmp_path, "site:\n  name: Orl\xe9ans\n".encode("latin-1")), {})
    assert (latin[0].line, latin[0].column, latin[0].message) == (2, 12, "this is not UTF-8 text")
    huge = check(written(tmp_path, b"#" * (MAX_BYTES + 1)), {})
    assert "larger" in huge[0].message


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "bomb",
    [
        "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
        + "".join(
            f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 10)}]\n"
            for i in range(12)
        ),
        "a: &a {x: 1}\n"
        + "".join(
            f"{chr(98 + i)}: &{chr(98 + i)} {{p: *{chr(97 + i)}, q: *{chr(97 + i)}}}\n"
            for i in range(24)
        ),
        "{a: " * 5000,
        "[" * 100000,
        "- " * 5000,
    ],
    ids=["laughs", "sections", "braces", "brackets", "dashes"],
)
def test_a_file_that_would_burst_is_refused(tmp_path: Path, bomb: str) -> None:
    problems = check(written(tmp_path, bomb), {})
    assert len(problems) == 1 and re.search("deep|expand", problems[0].message)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_file_at_all_makes_it_fall(raw: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), raw)
        problems = check(path, {})
        assert all(isinstance(problem, Problem) for problem in problems)
        assert problems


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["site", "cameras", "policy", "profile", "source", "lines", "points", "q"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=15,
    )
)
def test_no_shape_at_all_makes_it_fall(value: object) -> None:
    import json

    from parvis.site.check import judge

    text = json.dumps({"site": {"name": "V"}, "cameras": value}, ensure_ascii=True)
    site, problems = judge(Path("site.yaml"), text)
    assert (site is None) == any(p.severity is Severity.ERROR for p in problems)


def test_missing_secrets_and_where_to_put_them(site_yaml: Path) -> None:
    problems = check(site_yaml, {})
    missing = [p for p in problems if "QUAI_PASSWORD" in p.message]
    assert [(p.line, p.severity) for p in missing] == [(9, "error"), (10, "error")]
    assert "secrets.env" in missing[0].remedy
    assert not [p for p in check(site_yaml, ENV) if p.severity is Severity.ERROR]
    secrets = site_yaml.with_name("secrets.env")
    secrets.write_text("QUAI_PASSWORD=hunter2\n")
    secrets.chmod(0o644)
    assert [p.remedy for p in check(site_yaml, {}) if p.file == secrets] == [
        f"run chmod 640 {secrets}"
    ]
    secrets.chmod(0o600)
    assert not [p for p in check(site_yaml, {}) if p.file == secrets]
    elsewhere = {"PARVIS_SECRETS": "nowhere.env", **ENV}
    assert any(p.key == "PARVIS_SECRETS" for p in check(site_yaml, elsewhere))


def test_warnings_let_the_site_load(tmp_path: Path) -> None:
    text = (
        "site: {name: V}\nserver: {bind: 0.0.0.0}\n"
        "cameras:\n  q: {label: a, source: 'rtsp://u:hunter2@h/x'}\n"
        "  r: {label: a, source: no.mp4}\n"
    )
    problems = check(written(tmp_path, text), {})
    assert [p.key for p in problems] == ["server.bind", "cameras.q.source", "cameras.r.source"]
    assert {p.severity for p in problems} == {Severity.WARNING}
    assert load(tmp_path / "site.yaml").site.cameras["q"].label == "a"


def test_a_secret_that_holds_no_source(tmp_path: Path) -> None:
    path = written(tmp_path, "site: {name: V}\ncameras: {q: {label: a, source: '${ALL}'}}\n")
    assert not check(path, {"ALL": "rtsp://u:p@192.0.2.1/x"})
    (problem,) = check(path, {"ALL": "gopher://hunter2"})
    assert problem.key == "cameras.q.source" and "hunter2" not in str(problem)


@pytest.mark.parametrize("half", ["$PASSWORD", "${PASSWORD", "${PASS WORD}"])
def test_references_written_by_half(tmp_path: Path, half: str) -> None:
    text = f"site: {{name: V}}\ncameras: {{q: {{label: a, source: 'rtsp://u:{half}@h/x'}}}}\n"
    problems = check(written(tmp_path, text), {})
    assert any("${NAME}" in problem.remedy for problem in problems)


def test_loading_ignores_secrets_and_knows_its_version(site_yaml: Path) -> None:
    first = load(site_yaml)
    assert first.path.is_absolute() and first.folder == site_yaml.parent
    assert first.data_folder == site_yaml.parent / "data"
    source = first.site.cameras["quai"].source
    assert first.address(source, ENV) == "rtsp://user:hunter2@192.0.2.10/main"
    assert first.address("clips/a.mp4", {}) == str(site_yaml.parent / "clips/a.mp4")
    assert first.database({}) is None
    site_yaml.write_text(site_yaml.read_text() + "# one more comment\n")
    second = load(site_yaml)
    assert (first.hash == second.hash) and (first.etag != second.etag)
    site_yaml.write_text(site_yaml.read_text().replace("rate: 5 ", "rate: 4 "))
    assert load(site_yaml).hash != first.hash


def test_the_hash_knows_no_password(tmp_path: Path) -> None:
    hashes = set()
    for word in ("one", "two"):
        text = f"site: {{name: V}}\ncameras: {{q: {{label: a, source: 'rtsp://u:{word}@h/x'}}}}\n"
        hashes.add(load(written(tmp_path, text)).hash)
    assert len(hashes) == 1


def test_anchors_and_merges_are_read_as_yaml_reads_them() -> None:
    from ruamel.yaml import YAML

    text = (
        "base: &b {rate: 5, space: private}\nlist: &l [1, 2.5, yes, ~, 0x1f, 1e3]\n"
        "a: {<<: *b, rate: 4, l: *l}\n"
        "b:\n  <<: [*b, {rate: 9, x: 'y'}]\n  z: |\n    two\n    lines\n"
    )
    assert read(text).plain() == YAML(typ="safe", pure=True).load(text)
