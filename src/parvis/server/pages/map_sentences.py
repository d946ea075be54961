"""The first line of the map: the sentence that answers."""

from statistics import median

from parvis.server import counts as counting
from parvis.server.pages.check_words import signed
from parvis.server.pages.frame import View
from parvis.server.pages.map_request import Compared, Shown
from parvis.server.pages.map_sheet import Sheet
from parvis.server.town.levels import Level
from parvis.server.town.wording import level_said, source_said


def sentence(here: View, sheet: Sheet) -> str:
    """What the chosen layer says, in one sentence."""
    words, _ = here.words, here.words._
    asked = sheet.asked
    match asked.shown:
        case Shown.LEVELS:
            return _fullest(here, sheet)
        case Shown.FLOWS:
            if not any(one.per_hour for one in sheet.flows):
                unseen = [one for one in sheet.flows if one.per_hour is None]
                if unseen:
                    return counting.explained(unseen[0].count, words)
                return _("Nobody was counted across a line in this hour.")
            top = next(one for one in sheet.flows if one.per_hour)
            low, high = top.interval
            return _(
                "The strongest flow: {line}, {way}, {value} an hour ({interval}).",
                line=top.label,
                way=top.way,
                value=words.number(top.per_hour),
                interval=words.interval(low, high),
            )
        case Shown.DIFFERENCE if asked.compared is Compared.FLOWS:
            return _flows_changed(here, sheet)
        case Shown.DIFFERENCE:
            sure = [one for one in sheet.changed if one.sure]
            if not sheet.changed or all(one.difference is None for one in sheet.changed):
                return _("One of the two periods holds no measure: nothing to compare.")
            if not sure:
                return _("No difference is sure: each interval holds 0.")
            most = max(sure, key=lambda one: abs(one.difference or 0.0))
            return _(
                "The clearest difference: {place}, {value} people present on average.",
                place=most.state.place.label,
                value=("+" if (most.difference or 0) > 0 else "")
                + words.number(most.difference, 1),
            )
        case _:
            return _squares_said(here, sheet)


def _flows_changed(here: View, sheet: Sheet) -> str:
    words, _ = here.words, here.words._
    if all(one.difference is None for one in sheet.moved):
        return _("One of the two periods holds no measure: nothing to compare.")
    sure = [one for one in sheet.moved if one.sure]
    if not sure:
        return _("No difference is sure: each interval holds 0.")
    top = max(sure, key=lambda one: abs(one.difference or 0.0))
    low, high = top.interval
    return _(
        "The clearest difference: {line}, {way}, {value} an hour ({low} to {high}).",
        line=top.now.label,
        way=top.now.way,
        value=signed(top.difference or 0.0, words),
        low=words.lower(low),
        high=words.upper(high),
    )


def _squares_said(here: View, sheet: Sheet) -> str:
    words, _ = here.words, here.words._
    found = sheet.squares
    if found is not None and found.withheld is not None:
        return words.shown(found.withheld.reason)
    if not sheet.grounded:
        return _("No camera knows its ground yet: presence and speed need one.")
    if found is None or not found.cameras:
        return _("No square of the ground was measured in this hour.")
    top = max(found.cells, key=lambda cell: cell.value, default=None)
    if top is None:
        return _("Nobody was seen on the ground in this hour.")
    camera = here.site.cameras[top.camera].label
    if sheet.asked.shown is Shown.SPEED:
        middle = median(cell.value for cell in found.cells)
        return _(
            "Half of the squares have a mean velocity above {value} m/s.",
            value=words.number(middle, 1),
        )
    return _(
        "The densest square: {value} people a square metre, seen by {camera}.",
        value=words.number(top.value, 2),
        camera=camera,
    )


def _fullest(here: View, sheet: Sheet) -> str:
    words, _ = here.words, here.words._
    if not sheet.states:
        return _("No place is drawn yet.")
    told = [one for one in sheet.states if one.level is not None]
    if not told:
        return _("No place has a measure in this stretch.")
    rungs = list(Level)
    top = max(told, key=lambda one: (rungs.index(one.level or Level.CALM), one.people.value or 0))
    return _(
        "The fullest: {place}, {level}, {n} people ({interval}), {source}.",
        place=top.place.label,
        level=level_said(top.level, words).lower() if top.level else "",
        n=words.number(top.people.value),
        interval=words.interval(top.people.low, top.people.high),
        source=source_said(top, words),
    )
