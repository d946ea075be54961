"""``parvis rules``: what rules find, before anybody is disturbed."""

import json
import math
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import numpy as np
import typer
from rich.box import SIMPLE
from rich.table import Table

from parvis.cli.console import fail, out

rules_app = typer.Typer(help="The rules that raise alerts.")


@rules_app.command("score")
def rules_score(
    suite: Annotated[
        Path, typer.Option(help="A folder of NAME.csv with NAME.truth.json.", file_okay=False)
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Name the events missed and the false alarms.")
    ] = False,
) -> None:
    """Score every rule on scenarios whose truth is known."""
    from parvis.fleet.failures import MODEL_FAILURES, SOURCE_FAILURES
    from parvis.fleet.rule_scores import scored, told
    from parvis.fleet.rule_suite import SuiteError

    try:
        scores, faults = scored(suite)
    except SuiteError as error:
        raise fail(str(error), error.remedy) from None
    except (*MODEL_FAILURES, *SOURCE_FAILURES) as error:
        raise fail(str(error)) from None
    if as_json:
        out.print_json(json.dumps([told(one) for one in scores]))
        return
    table = Table("rule", "positives", "negatives", "recall", "false an hour", "delay", box=SIMPLE)
    for one in scores:
        table.add_row(
            one.kind.value + (" (experimental)" if one.experimental else ""),
            f"{one.found}/{one.positives}",
            f"{one.quiet}/{one.negatives}",
            _figure(100 * one.recall, " %", 1),
            _figure(one.false_per_hour, "", 2),
            _figure(one.delay_s, " s", 1),
        )
    out.print(table)
    out.print(
        "positives: events found of all; negatives: scenarios without an event that stayed quiet, "
        "of all; delay: median beyond the rule's own duration.",
        soft_wrap=True,
    )
    if verbose:
        for fault in faults:
            out.print(fault, highlight=False, soft_wrap=True, markup=False)


@rules_app.command("replay")
def rules_replay(
    rule: Annotated[str, typer.Option(help="The rule's name.")],
    start: Annotated[str | None, typer.Option("--from", help="From when, ISO 8601.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="Until when, ISO 8601.")] = None,
    site: Annotated[Path, typer.Option(help="The site.yaml.")] = Path("site.yaml"),
    level: Annotated[
        float | None, typer.Option(help="Another lowest level, to try; the others in proportion.")
    ] = None,
    video: Annotated[
        Path | None, typer.Option(help="A recording, in the place of what is stored.")
    ] = None,
    camera: Annotated[str | None, typer.Option(help="Whose recording it is.")] = None,
) -> None:
    """Say when a rule would have fired: on the minutes that the site has stored, or on a video."""
    from parvis.alerts.from_site import RuleRefusedError
    from parvis.fleet.failures import MODEL_FAILURES, SOURCE_FAILURES
    from parvis.fleet.rule_replay import ReplayRequestError
    from parvis.fleet.rule_suite import SuiteError
    from parvis.site import SiteError
    from parvis.store import StoreUnavailableError

    try:
        if video is not None:
            _on_video(site, camera, video, rule)
        elif start is None or end is None:
            raise fail("from when to when?", "Give --from and --to, or --video")
        else:
            _on_store(site, rule, start, end, level)
    except SiteError as error:
        raise fail("; ".join(str(problem) for problem in error.problems)) from None
    except (ReplayRequestError, SuiteError) as error:
        raise fail(str(error), error.remedy) from None
    except (StoreUnavailableError, RuleRefusedError, *MODEL_FAILURES, *SOURCE_FAILURES) as error:
        raise fail(str(error)) from None


def _on_video(site: Path, camera: str | None, video: Path, rule: str) -> None:
    from parvis.alerts.amounts import quantity_of
    from parvis.alerts.scenario import alerts_of
    from parvis.fleet.rule_recordings import played, recording_of

    trial, changes = played(recording_of(site, camera, video, rule))
    alerts = alerts_of(changes, trial.rules)
    out.print(f"{rule} would have fired {len(alerts)} times", highlight=False)
    if alerts:
        table = Table("from s", "to s", "where", "severity", "last value", box=SIMPLE)
        for one in alerts:
            until = "still" if one.over_s is None else f"{one.over_s:.1f}"
            value = f"{one.value:.2f} {quantity_of(one.kind, one.indicator).unit}"
            table.add_row(f"{one.raised_s:.1f}", until, one.subject.key, one.peak.label, value)
        out.print(table)


def _on_store(site: Path, rule: str, start: str, end: str, level: float | None) -> None:
    from parvis.fleet.rule_replay import ReplayRequest, replay

    found = replay(ReplayRequest(site, rule, start, end, level))
    table = Table("from", "to", "where", "severity", "worst", box=SIMPLE)
    for one in found.played:
        for firing in one.firings:
            table.add_row(
                _clock(firing.raised_s, found.zone),
                "still" if firing.over_s is None else _clock(firing.over_s, found.zone),
                one.watched.subject.key,
                firing.peak.label,
                f"{firing.value:.2f} {found.unit}",
            )
    times = sum(len(one.firings) for one in found.played)
    out.print(f"{rule} would have fired {times} times", highlight=False)
    if times:
        out.print(table)
    out.print("  ".join(f"from {bound:g}: {n}" for bound, n in found.slider), highlight=False)
    unseen = sum(int(np.isnan(one.minutes.values).sum()) for one in found.played)
    if unseen:
        out.print(f"Of {unseen} minutes nothing is stored: gaps, not calm.", highlight=False)


def _clock(time_s: float, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(time_s, zone).isoformat(" ", "minutes")


def _figure(value: float, unit: str, digits: int) -> str:
    return "–" if math.isnan(value) else f"{value:.{digits}f}{unit}"
