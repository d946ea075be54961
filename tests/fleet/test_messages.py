"""What a command that cannot go on says: which file or option, and what to do."""

import errno
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from parvis import cli
from parvis.fleet.hub import cannot_listen
from parvis.site.sections import ServerSettings

SITE = Path(__file__).resolve().parents[2] / "bench" / "sites" / "cars.yaml"


def said(*words: str | Path) -> str:
    """What a command that fails says."""
    done = CliRunner().invoke(cli.app, list(map(str, words)))
    assert done.exit_code == 1
    return done.output


@pytest.fixture
def text(tmp_path: Path) -> Path:
    """A file that is neither video, nor crossings, nor tracks."""
    path = tmp_path / "text.csv"
    path.write_text("a,b\n1,x\n", encoding="utf-8")
    return path


def test_analyze_names_the_file(tmp_path: Path, text: Path) -> None:
    asked = ("--site", SITE, "--out", tmp_path / "out")
    missing = said("analyze", tmp_path / "missing.avi", *asked)
    assert f"{tmp_path / 'missing.avi'}: there is no such file" in missing
    assert "Check the path" in missing
    other = said("analyze", text, *asked)
    assert f"{text}: this is not a video" in other
    assert "Give a video file" in other


@pytest.mark.parametrize("what", ["counts", "tracks"])
def test_evaluate_names_the_one_file_that_is_wrong(what: str, tmp_path: Path, text: Path) -> None:
    missing = said("evaluate", what, text.with_name("gone.csv"), text.with_name("gone.csv"))
    assert f"{tmp_path / 'gone.csv'}: there is no such file. Check the path." in missing
    assert "Errno" not in missing
    wrong = said("evaluate", what, text, text)
    assert wrong.count(str(text)) == 1
    assert "a crossings.csv" in wrong or "MOT format has rows" in wrong


def test_the_list_of_models_is_read_whole_on_a_narrow_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cli, "out", Console(width=80))
    listed = CliRunner().invoke(cli.app, ["models", "list"]).output
    assert "…" not in listed
    assert "Counts person, bicycle, car, bus, truck, motorcycle." in " ".join(listed.split())
    assert "Best for its cost." in " ".join(listed.split())


def test_import_names_the_option(tmp_path: Path) -> None:
    words = said("cameras", "import", tmp_path / "a.csv", "--existing", "nope")
    assert "--existing 'nope' is not one of refuse, skip, update" in words


@pytest.mark.parametrize(
    ("number", "key"),
    [
        (errno.EADDRINUSE, "server.port"),
        (errno.EACCES, "server.port"),
        (errno.EADDRNOTAVAIL, "server.bind"),
    ],
)
def test_a_port_that_cannot_be_had_is_a_key_of_site_yaml(number: int, key: str) -> None:
    words = cannot_listen(Path("site.yaml"), ServerSettings(), OSError(number, "why"))
    assert f"why. That is {key} of site.yaml: " in words


def test_models_list_never_cuts_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    done = CliRunner().invoke(cli.app, ["models", "list"])
    assert "person-vehicle-bike-detection-2004" in done.output
