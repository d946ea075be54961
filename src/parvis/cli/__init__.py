"""The commands of Parvis."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.table import Table

import parvis
from parvis.cli.audit import audit_app
from parvis.cli.console import SitePath, err, fail, out
from parvis.cli.documents import documents
from parvis.cli.gate import gate_app
from parvis.cli.notify import notify_app
from parvis.cli.rules import rules_app

app = typer.Typer(
    name="parvis",
    help="Cameras that a town already owns, turned into anonymous measures of its public space.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # a traceback with locals would show stream addresses
)
models_app = typer.Typer(help="The detectors: what they are, where they come from.")
app.add_typer(models_app, name="models", no_args_is_help=True)
cameras_app = typer.Typer(help="The cameras of a site.")
app.add_typer(cameras_app, name="cameras", no_args_is_help=True)
evaluate_app = typer.Typer(help="Compare results with ground truth.")
app.add_typer(evaluate_app, name="evaluate", no_args_is_help=True)
app.add_typer(rules_app, name="rules", no_args_is_help=True)
app.add_typer(notify_app, name="notify", no_args_is_help=True)
app.add_typer(gate_app, name="gate", no_args_is_help=True)
app.add_typer(audit_app, name="audit", no_args_is_help=True)
app.command()(documents)


def _print_version(wanted: bool) -> None:
    if wanted:
        out.print(parvis.__version__)
        raise typer.Exit


@app.callback()
def main(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Cameras that a town already owns, turned into anonymous measures of its public space."""
    if sys.platform == "linux":
        from parvis.fleet.memory import forget_core_dumps

        # Those of every program that a command starts as well.
        forget_core_dumps()


@models_app.command("list")
def models_list() -> None:
    """List the known detectors and whether they are on this machine."""
    from parvis.vision.models import fetch

    # Sentences in the narrow columns of a table would be cut short on a terminal of 80.
    table = Table("name", "state", "licence", "size", box=SIMPLE, show_edge=False)
    rows = fetch.list_models()
    for row in rows:
        size = f"{row.size / 1e6:.1f} MB" if row.size else ""
        table.add_row(row.name, row.state, row.licence, size)
    out.print(table)
    for row in rows:
        counted = f" Counts {', '.join(row.classes)}." if row.classes else ""
        out.print(f"\n{row.name}: {row.title}{counted}", highlight=False, markup=False)


@models_app.command("pull")
def models_pull(
    name: Annotated[str, typer.Argument(help="A model's name, or auto for the best to be had.")],
) -> None:
    """Fetch a detector and verify it."""
    from parvis.fleet.failures import MODEL_FAILURES
    from parvis.fleet.progress import model_progress
    from parvis.vision.models import fetch

    try:
        with model_progress(err) as progress:
            local = fetch.pull(name, progress=progress)
    except MODEL_FAILURES as error:
        raise fail(str(error)) from None
    out.print(f"{local.definition.name}: {local.folder}", highlight=False, soft_wrap=True)


@models_app.command("verify")
def models_verify(
    names: Annotated[
        list[str] | None, typer.Argument(help="Names; by default all on this machine.")
    ] = None,
) -> None:
    """Compare the files of detectors with their published hashes."""
    from parvis.fleet.failures import MODEL_FAILURES
    from parvis.vision.models import fetch

    wanted = names or [row.name for row in fetch.list_models() if row.state in ("ready", "damaged")]
    faults = 0
    for name in wanted:
        try:
            checks = fetch.check(name)
        except MODEL_FAILURES as error:
            raise fail(str(error)) from None
        for check in checks:
            faults += bool(check.fault)
            mark = f"[red]✗ {check.fault}[/]" if check.fault else "[green]✓[/]"
            out.print(f"{mark} {check.model} {check.file}", highlight=False, soft_wrap=True)
    if faults:
        raise fail(f"{faults} files are not what they should be", "Run: parvis models pull NAME")


@app.command()
def schema() -> None:
    """Print the JSON schema of site.yaml, for editors that complete and check it."""
    from parvis.site import json_schema

    json.dump(json_schema(), sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


@app.command()
def permissions() -> None:
    """Print who may do what: every route of the API by role, as docs/reference/permissions.md."""
    from parvis.server.app import api_alone
    from parvis.server.permissions import matrix

    sys.stdout.write(matrix(api_alone()))


@app.command()
def check(site: SitePath) -> None:
    """Say everything that is wrong with a site.yaml: file, line, key and remedy."""
    from parvis.alerts.remarks import rule_remarks
    from parvis.ground.remarks import ground_remarks
    from parvis.server.law import law_remarks
    from parvis.site import check as problems_of
    from parvis.site.problems import errors

    problems = problems_of(site, judges=[ground_remarks, rule_remarks, law_remarks(site.parent)])
    for problem in problems:
        err.print(str(problem), highlight=False, soft_wrap=True, markup=False)
    wrong = len(errors(problems))
    if wrong:
        raise fail(f"{wrong} {'error' if wrong == 1 else 'errors'} in {site}")
    out.print(f"[green]✓[/] {site} is in order", highlight=False, soft_wrap=True)


@cameras_app.command("import")
def cameras_import(
    file: Annotated[Path, typer.Argument(help="A CSV file, one camera a row.", dir_okay=False)],
    site: Annotated[Path, typer.Option(help="The site.yaml to add them to.")] = Path("site.yaml"),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done.")] = False,
    existing: Annotated[
        str, typer.Option(help="What to do with cameras known already: refuse, skip or update.")
    ] = "refuse",
) -> None:
    """Add the cameras of a spreadsheet to site.yaml, all of them or none."""
    from parvis.site import SiteError
    from parvis.site.cameras_csv import Conflict, plan_import
    from parvis.site.edit import SiteDocument

    if existing not in set(Conflict):
        raise fail(
            f"--existing {existing!r} is not one of {', '.join(Conflict)}",
            "refuse stops at cameras known already, skip leaves them as they are, update changes "
            "them.",
        )
    try:
        plan = plan_import(file, SiteDocument.open(site), Conflict(existing))
    except SiteError as error:
        for problem in error.problems:
            err.print(str(problem), highlight=False, soft_wrap=True, markup=False)
        raise fail("nothing was imported") from None
    for problem in plan.problems:
        err.print(str(problem), highlight=False, soft_wrap=True, markup=False)
    if not plan.sound:
        raise fail("nothing was imported")
    for word, names in (
        ("add", plan.added),
        ("update", plan.updated),
        ("leave as it is", (*plan.skipped, *plan.unchanged)),
    ):
        for name in names:
            out.print(f"{word}: {name}", highlight=False)
    if dry_run:
        out.print("Dry run: nothing was written.")
    else:
        plan.apply()
        out.print(f"[green]✓[/] {site} written", highlight=False, soft_wrap=True)


@app.command()
def run(site: SitePath) -> None:
    """Run a site: camera workers, hub and pages, until Ctrl+C or SIGTERM."""
    from parvis.fleet.lease import LeaseHeldError
    from parvis.fleet.supervisor import Supervisor
    from parvis.site import SiteError

    try:
        supervisor = Supervisor(site)
    except SiteError as error:
        for problem in error.problems:
            err.print(str(problem), highlight=False, soft_wrap=True, markup=False)
        raise fail(f"{site} cannot be used") from None
    except LeaseHeldError:
        raise fail(f"{site} is already running on this machine") from None
    supervisor.run()


@app.command()
def analyze(
    videos: Annotated[
        list[Path],
        typer.Argument(help="Video files or folders, or one MOT detections file (.txt)."),
    ],
    site: Annotated[Path, typer.Option(help="The site.yaml with the camera's lines and zones.")],
    out_dir: Annotated[Path, typer.Option("--out", help="The folder for the results.")],
    camera: Annotated[str | None, typer.Option(help="Which camera's shapes to use.")] = None,
    events: Annotated[
        bool, typer.Option("--events", help="Write crossings.csv too, one row a crossing.")
    ] = False,
    tracks: Annotated[
        Path | None, typer.Option(help="Write the tracks in MOT format too (evaluation only).")
    ] = None,
    start: Annotated[
        str | None, typer.Option(help="When the first frame was taken, ISO 8601.")
    ] = None,
    fps: Annotated[
        float, typer.Option(help="Frames a second behind a detections file.", min=0.1)
    ] = 10.0,
    size: Annotated[
        str, typer.Option(help="Size of the frames behind a detections file.")
    ] = "768x576",
) -> None:
    """Count in recorded videos, as fast as possible; the same file gives the same numbers."""
    from parvis.fleet.analyze import Request, RequestError, analyze_and_write
    from parvis.fleet.failures import MODEL_FAILURES, SOURCE_FAILURES
    from parvis.site import SiteError

    request = Request(tuple(videos), site, out_dir, camera, events, tracks, start, fps, size)
    try:
        analyze_and_write(request, err)
    except SiteError as error:
        for problem in error.problems:
            err.print(str(problem), highlight=False, soft_wrap=True, markup=False)
        raise fail(f"{site} cannot be used") from None
    except RequestError as error:
        raise fail(str(error), error.remedy) from None
    except (*MODEL_FAILURES, *SOURCE_FAILURES) as error:
        raise fail(str(error)) from None


ResultFile = Annotated[Path, typer.Argument(help="What Parvis wrote.", dir_okay=False)]
TruthFile = Annotated[Path, typer.Argument(help="What is true.", dir_okay=False)]


@evaluate_app.command("tracks")
def evaluate_tracks(
    result: ResultFile,
    truth: TruthFile,
    every: Annotated[
        int | None,
        typer.Option(
            help="One frame in so many was analysed; found in RESULT when left out.", min=1
        ),
    ] = None,
) -> None:
    """Score tracks in MOT format, over the frames that were analysed: HOTA, IDF1, MOTA."""
    from parvis.fleet.evaluate import TruthError, score_tracks

    try:
        scores, step = score_tracks(result, truth, every)
    except TruthError as error:
        raise fail(str(error)) from None
    table = Table("HOTA", "DetA", "AssA", "IDF1", "MOTA", "id switches", "false", "missed")
    shares = (scores.hota, scores.deta, scores.assa, scores.idf1, scores.mota)
    counts = (scores.id_switches, scores.false_positives, scores.misses)
    table.add_row(*(f"{100 * share:.2f}" for share in shares), *(str(n) for n in counts))
    if step > 1:
        out.print(f"Compared on one frame in {step}, those that were analysed.")
    out.print(table)


@evaluate_app.command("counts")
def evaluate_counts(
    result: ResultFile,
    truth: TruthFile,
    site: Annotated[Path | None, typer.Option(help="Names the lines' directions.")] = None,
    camera: Annotated[str | None, typer.Option(help="Which of its cameras.")] = None,
    tolerance: Annotated[float, typer.Option(help="Largest difference, seconds.", min=0)] = 1.0,
    fps: Annotated[float, typer.Option(help="Frames a second behind a JSON truth.")] = 10.0,
) -> None:
    """Match crossings (crossings.csv) with true ones, by line, direction and moment."""
    from parvis.fleet.evaluate import Names, TruthError, evaluate_counts
    from parvis.site import SiteError, load

    names = Names({})
    try:
        if site is not None:
            cameras = load(site).site.cameras
            chosen = [c for name, c in cameras.items() if camera in (None, name)]
            if len(chosen) != 1:
                raise fail(f"{site} has several cameras, or not this one", "Say --camera NAME")
            names = Names.of(chosen[0])
        found = evaluate_counts(result, truth, names, fps, tolerance)
    except SiteError as error:
        raise fail("; ".join(str(problem) for problem in error.problems)) from None
    except TruthError as error:
        raise fail(str(error)) from None
    table = Table("line", "direction", "true", "false", "missed")
    for group in found.groups:
        direction = names.directions.get(group.line, ("0", "1"))[group.direction]
        table.add_row(group.line, direction, str(group.true), str(group.false), str(group.missed))
    table.add_section()
    table.add_row("all", "", str(found.true), str(found.false), str(found.missed))
    out.print(table)


@evaluate_app.command("ground")
def evaluate_ground(
    video: Annotated[Path, typer.Argument(help="A recording of the camera.", dir_okay=False)],
    site: Annotated[Path, typer.Option(help="The site.yaml with the camera's ground.")],
    truth: Annotated[
        Path,
        typer.Option(help="True positions: a CSV time_s,id,x_m,y_m, or MOT boxes with --tsai."),
    ],
    camera: Annotated[str | None, typer.Option(help="Which of its cameras.")] = None,
    tsai: Annotated[
        Path | None, typer.Option(help="Tsai calibration (XML) that puts true boxes on the ground.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="The detector; by default the camera's.")
    ] = None,
    fps: Annotated[float, typer.Option(help="Frames a second behind true boxes.", min=0.1)] = 10.0,
) -> None:
    """Compare positions and speeds on the ground, from detections, with true ones."""
    from parvis.fleet.evaluate import TruthError
    from parvis.fleet.evaluate_ground import GroundRequest, GroundRequestError, rows_of
    from parvis.fleet.evaluate_ground import evaluate_ground as compare
    from parvis.fleet.failures import MODEL_FAILURES, SOURCE_FAILURES
    from parvis.ground.refusals import CalibrationRefusedError
    from parvis.site import SiteError

    request = GroundRequest(video, site, truth, camera, tsai, model, fps)
    try:
        findings = compare(request, err)
    except SiteError as error:
        raise fail("; ".join(str(problem) for problem in error.problems)) from None
    except GroundRequestError as error:
        raise fail(str(error), error.remedy) from None
    except CalibrationRefusedError as error:
        raise fail(f"the ground of the camera is refused: {error.reason}", error.remedy) from None
    except (TruthError, *MODEL_FAILURES, *SOURCE_FAILURES) as error:
        raise fail(str(error)) from None
    table = Table("what", "figure")
    for what, figure in rows_of(findings):
        table.add_row(what, figure)
    out.print(table)


@app.command()
def demo(
    folder: Annotated[Path, typer.Option(help="Where the demonstration lives.")] = Path(
        "demo-data"
    ),
) -> None:
    """Show Parvis at work on a recorded clip, over a real RTSP stream on this machine."""
    from parvis.fleet.clip import ClipUnavailableError
    from parvis.fleet.demo import run_demo
    from parvis.fleet.failures import MODEL_FAILURES
    from parvis.fleet.lease import LeaseHeldError
    from parvis.fleet.logs import set_up_logs
    from parvis.fleet.replay_server import ReplayServerError

    set_up_logs()
    try:
        run_demo(folder, out)
    except (ClipUnavailableError, ReplayServerError, *MODEL_FAILURES) as error:
        raise fail(str(error)) from None
    except LeaseHeldError:
        raise fail("the demonstration is already running on this machine") from None


@app.command()
def doctor(site: SitePath) -> None:
    """Check machine, models, streams, database and clock; say how many cameras it can carry."""
    from parvis.fleet.doctor import examine
    from parvis.server.machine import Finding
    from parvis.site import SiteError, load

    try:
        loaded = load(site)
    except SiteError as error:
        for problem in error.problems:
            err.print(str(problem), highlight=False, soft_wrap=True, markup=False)
        raise fail(f"{site} cannot be used") from None
    marks = {Finding.GOOD: "[green]✓[/]", Finding.WARNING: "[yellow]![/]", Finding.BAD: "[red]✗[/]"}
    bad = 0
    for found in examine(loaded):
        bad += found.finding is Finding.BAD
        out.print(
            f"{marks[found.finding]} {found.what}: {found.said}", highlight=False, soft_wrap=True
        )
        if found.remedy:
            command = f": {found.command}" if found.command else ""
            out.print(f"  {found.remedy}{command}", highlight=False, soft_wrap=True)
    if bad:
        raise fail(f"{bad} of these stop this site from working")
