"""Facts → a document as HTML, and as PDF."""

import io
from datetime import date, datetime, time
from typing import Any

import segno

import parvis
from parvis.policy.space import Space
from parvis.reports.pdf import FONT, pdf_of
from parvis.server.classes import CLASS_WORDS
from parvis.server.documents.activity import Activity
from parvis.server.documents.facts import Facts, Kept
from parvis.server.documents.kinds import Kind
from parvis.server.documents.purposes import in_words
from parvis.server.documents.sayings import (
    CONFIRM,
    DUTIES,
    MEASURES,
    NEVER,
    NO,
    RISKS,
    YES,
    Question,
)
from parvis.server.i18n import Words
from parvis.server.pages import assets
from parvis.server.pages.frame import environment
from parvis.server.problems import T
from parvis.site.shapes import Camera

QR = "parvis:qr"
"""The address under which the sign names its QR code."""

SPACES: dict[Space, T] = {
    Space.PUBLIC_ROAD: T("public road"),
    Space.PUBLIC_VENUE: T("place open to the public"),
    Space.PRIVATE: T("private place"),
}
IN_MEMORY: dict[str, tuple[T, T]] = {
    "images": (T("Images"), T("the time of their analysis, in memory")),
    "tracks": (
        T("Positions with their running numbers"),
        T("seconds, a few minutes at most, in memory"),
    ),
}
_FRAME = T("Profile in force: {title}, data checked on {date}. Values leave once their stretch of "
           "{minutes} minutes is closed.")  # fmt: skip
_AT_ONCE = T("Profile in force: {title}, data checked on {date}. Values of the moment are shown.")
_CNIL = "CNIL, www.cnil.fr"


def html(kind: Kind, facts: Facts, words: Words, activity: Activity | None = None) -> str:
    """The document as HTML, with nothing that must be fetched but what :func:`pdf` hands in.

    Args:
        kind: which.
        facts: what it tells.
        words: the reader's language.
        activity: of a month, for the report on it.
    """
    told = told_of(facts, words) | {
        "title": words.shown(kind.title),
        "paper_size": kind.paper,
        "activity": None if activity is None else _told(activity, words),
    }
    return environment.get_template(f"documents/{kind.template}").render(told)


def told_of(facts: Facts, words: Words) -> dict[str, Any]:
    """What every document, and the public page, may say of a site: names of its template."""
    profile = facts.law.strictest
    return {
        "_": words._,
        "words": words,
        "facts": facts,
        "controller": facts.site.controller,
        "font": FONT,
        "version": parvis.__version__,
        "purposes": in_words(facts.purposes),
        "unassessed": in_words(facts.unassessed),
        "kept": [_kept(one, words) for one in facts.kept],
        "cameras": [_camera(facts, one, words) for one in facts.cameras.values()],
        "dated": lambda day: _dated(day, words),
        "recipients": recipients(facts),
        "measures": MEASURES,
        "risks": RISKS,
        "duties": DUTIES,
        "questions": (*NEVER, *_questions(facts)),
        "actions": _actions(facts),
        "frame_sentence": _frame(facts, words),
        "min_bin_min": words.number(profile.min_bin_s / 60),
        "min_cell": words.number(profile.min_cell),
        "dpo": _given(facts.site.controller.dpo, "controller.dpo", words),
        "complaint": facts.site.controller.complaint
        or (_CNIL if facts.french else _given(None, "controller.complaint", words)),
        "qr": QR if facts.public else None,
    }


def pdf(kind: Kind, facts: Facts, words: Words, activity: Activity | None = None) -> bytes:
    """The document as PDF.

    Raises:
        PdfUnavailableError: this machine cannot make PDF files.
    """
    resources = {FONT: assets.font_bytes()}
    if facts.public:
        drawn = io.BytesIO()
        segno.make(facts.public, error="m").save(drawn, kind="svg", border=2, scale=8)
        resources[QR] = drawn.getvalue()
    return pdf_of(html(kind, facts, words, activity), resources)


def recipients(facts: Facts) -> list[T | str]:
    """Who receives measures or alerts, by the accounts and channels that are configured."""
    known: list[T | str] = [
        T("People with an account of this site, each by their role and places."),
        *facts.site.controller.recipients,
    ]
    for name, channel in facts.site.notify.items():
        by = "e-mail" if channel.email else "webhook" if channel.webhook else "MQTT"
        known.append(T("Alerts by {by}, channel {name}.")(by=by, name=name))
    return known


def _questions(facts: Facts) -> tuple[Question, ...]:
    spaces = {Space(one.space) for one in facts.cameras.values()}
    road = Space.PUBLIC_ROAD in spaces
    return (
        Question(
            T(
                "Is an output a safety component of road traffic or of critical infrastructure "
                "(annex III)?"
            ),
            CONFIRM,
            T(
                "Measures inform people who decide. If a sign or a signal of traffic is driven by "
                "them, high-risk duties may apply."
            )
            if road
            else T("No camera here looks at a public road."),
        ),
        Question(
            T("Are alerts made from the images of the moment?"),
            YES if facts.alerts_of_images else NO,
            T("The profile in force, or a recorded act, opens them; a person judges each.")
            if facts.alerts_of_images
            else T("The profile in force raises none."),
        ),
        Question(
            T("Are people told that the images are analysed?"),
            YES if facts.public else CONFIRM,
            T("A public page says what is measured; signs are put up.")
            if facts.public
            else T("Put up the signs, and switch the public page on."),
        ),
        Question(
            T("Do those who work with it know what it can and cannot do (art. 4)?"),
            CONFIRM,
            T("Every figure shows its interval; the training of people is organised outside."),
        ),
        Question(
            T("Is its accuracy known?"),
            YES if facts.checked else NO,
            T("Each line is checked by a person who counts along; see below.")
            if facts.checked
            else T("No count check was done yet."),
        ),
    )


def _actions(facts: Facts) -> list[T]:
    found = [T("Fill in {key} in site.yaml.")(key=key) for key in facts.missing]
    if not facts.checked and facts.cameras:
        found.append(T("Have a person check each counting line."))
    if any(not camera.masks for camera in facts.cameras.values()):
        found.append(T("Draw the masks of cameras that have none, or note that none is needed."))
    if facts.unassessed:
        found.append(T("Have this assessment signed for every purpose."))
    if any(one.verified_on is None for one in facts.articles):
        found.append(T("Have the texts that are marked confirmed by somebody who reads them."))
    if facts.public is None:
        found.append(T("Give the site its public address and switch the public page on."))
    return found


def _camera(facts: Facts, camera: Camera, words: Words) -> dict[str, str]:
    profile = facts.profile(camera)
    lines = words.ngettext("{n} line", "{n} lines", len(camera.lines))
    zones = words.ngettext("{n} zone", "{n} zones", len(camera.zones))
    masks = words.ngettext("{n} mask", "{n} masks", len(camera.masks))
    classes = (words._(CLASS_WORDS[one].text) if one in CLASS_WORDS else one
               for one in camera.classes)  # fmt: skip
    return {
        "label": camera.label,
        "space": words.shown(SPACES[Space(camera.space)]),
        "frame": words._("none: nothing is shown") if profile is None
        else words.shown(profile.title),
        "measures": f"{lines}, {zones}, {masks}",
        "model": camera.model,
        "classes": ", ".join(classes),
    }  # fmt: skip


def _kept(one: Kept, words: Words) -> dict[str, str]:
    if isinstance(one.what, str):
        what, span = IN_MEMORY[one.what]
        return {"what": words.shown(what), "span": words.shown(span)}
    return {
        "what": words.shown(one.what),
        "span": words.ngettext("{n} day", "{n} days", one.days or 0),
    }


def _frame(facts: Facts, words: Words) -> str:
    profile = facts.law.strictest
    told = {"title": words.shown(profile.title), "date": _dated(profile.dated, words)}
    if not profile.closed_bin_s:
        return words.shown(_AT_ONCE(**told))
    return words.shown(_FRAME(**told, minutes=words.number(profile.closed_bin_s / 60)))


def _dated(day: date, words: Words) -> str:
    return words.date(datetime.combine(day, time(12), words.zone).timestamp())


def _given(value: str | None, key: str, words: Words) -> str:
    return value or words._("[to be completed: {key}]", key=key)


def _told(found: Activity, words: Words) -> dict[str, Any]:
    said = words.ngettext(
        "From {first} to {last}: {n} alert, {judged} judged by a person.",
        "From {first} to {last}: {n} alerts, {judged} judged by a person.",
        found.raised,
        first=words.date(found.from_s),
        last=words.date(found.to_s - 1),
        judged=words.number(found.judged),
    )
    return {
        "sentence": said,
        "alerts": found.alerts,
        "deeds": found.deeds,
        "outages": found.outages,
        "deleted": found.deleted,
    }
