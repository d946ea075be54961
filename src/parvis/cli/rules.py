"""``parvis rules``: what rules find, before anybody is disturbed."""

import json
import math
from pathlib import Path
from typing import Annotated

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
    from parvis.fleet.rule_scores import scored, told
    from parvis.fleet.rule_suite import SuiteError

    try:
        scores, faults = scored(suite)
    except SuiteError as error:
        raise fail(str(error), error.remedy) from None
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


def _figure(value: float, unit: str, digits: int) -> str:
    return "–" if math.isnan(value) else f"{value:.{digits}f}{unit}"
