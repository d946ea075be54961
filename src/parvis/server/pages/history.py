"""*Historique*: what happened, against when?"""

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from parvis.policy.terms import OutputKind
from parvis.server import counts as counting
from parvis.server import csv_text
from parvis.server.auth import CurrentUser
from parvis.server.classes import CLASS_WORDS, GROUPS, class_word
from parvis.server.pages.frame import render
from parvis.server.pages.history_asked import MOST_LINES, AskedHere, Here
from parvis.server.pages.history_lines import gather
from parvis.server.pages.selection import (
    ANY,
)
from parvis.server.pages.states import ways_of
from parvis.server.problems import T
from parvis.server.trail import note
from parvis.values.civil import Bin

router = APIRouter()

CORRECTED = ("corrected", "correction_version", "correction_since")

MESSAGES = {
    "gap": T("gap"),
    "cursor": T("{time}: {values}"),
    "range": T("{value} ({low} to {high})"),
    "no-value": T("no value"),
    "summer": T("summer"),
    "winter": T("winter"),
    "compared": T("compared"),
    "corrected": T("corrected {value} ({version})"),
}


@router.get("/history", response_class=HTMLResponse)
async def page(
    here: Here, user: CurrentUser, asked: AskedHere, add: str = "", span: str = ""
) -> Response:
    """The chart, its table, and the forms that change what is asked."""
    if add or span:
        return RedirectResponse(f"/history?{asked.query()}", 303)
    history = await asyncio.to_thread(gather, here, asked)
    return render(
        here,
        "history.html",
        page="history",
        scripts=("history",),
        messages=MESSAGES,
        h=history,
        asked=asked,
        counting=counting,
        presets=(
            ("today", here.words._("Today")),
            ("7", here.words._("7 days")),
            ("28", here.words._("28 days")),
            ("92", here.words._("3 months")),
            ("365", here.words._("1 year")),
        ),
        bins=(
            (Bin.QUARTER, here.words._("15 min")),
            (Bin.HOUR, here.words._("Hour")),
            (Bin.DAY, here.words._("Day")),
        ),
        most=MOST_LINES,
        classes=[(ANY, here.words._("all classes"))]
        + [
            (key, here.words._(group.label.text))
            for key, group in zip(("people", "bikes", "vehicles"), GROUPS, strict=True)
        ]
        + [(name, class_word(name, here.words)) for name in CLASS_WORDS],
    )


@router.get("/history.csv")
async def table(request: Request, here: Here, user: CurrentUser, asked: AskedHere) -> Response:
    """The same values as the page, as a file. An export is written to the log."""
    ways_of(here).demand(OutputKind.EXPORT, newest_s=0.0)
    history = await asyncio.to_thread(gather, here, asked, OutputKind.EXPORT)
    await note(request, "export", ",".join(line.selection.key for line in history.lines))
    text = csv_text.table(
        ("start", "end", "series", "value", "low", "high", "seen", "status", *CORRECTED),
        (
            (
                here.words.local(count.start_s).isoformat(),
                here.words.local(count.end_s).isoformat(),
                line.selection.key,
                count.value,
                count.low,
                count.high,
                count.seen,
                count.mark,
                *((None, None, None) if one is None else (one.value, one.versions, one.dates)),
            )
            for line in history.lines
            for count, one in zip(line.counts, line.corrected, strict=True)
        ),
    )
    name = f"parvis-{asked.first_day}-{asked.last_day}-{asked.length.value}.csv"
    return Response(
        text,
        media_type=csv_text.MEDIA_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
