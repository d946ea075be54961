"""What stands around every page: language, theme, mode, the rail, who is signed in."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import parvis
from parvis.policy.gate import Gate, Output, OutputKind
from parvis.policy.space import Mode
from parvis.policy.terms import Role
from parvis.server import stoppable
from parvis.server.auth import User, csrf_token, may, signed_in
from parvis.server.errors import language_of
from parvis.server.i18n import LANGUAGES, Words
from parvis.server.judging import READERS
from parvis.server.pages import assets
from parvis.server.problems import ProblemError, T
from parvis.server.services import HubServices, services
from parvis.server.shown_alerts import ShownAlerts, shown_alerts
from parvis.server.ways_out import WaysOut
from parvis.site.shapes import Site
from parvis.store.alerts import Tray

TEMPLATES = Path(__file__).parent.parent / "templates"
STOPPERS = (Role.OPERATOR, Role.TECHNICIAN, Role.ADMINISTRATOR, Role.DPO)
"""Who may stop everything; the API asks the same."""
READ_COMPLIANCE = (Role.DPO, Role.ADMINISTRATOR)
"""Who reads the journal and the proofs."""
THEMES = ("auto", "light", "dark")
environment = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the rail: its name, address, icon, and how many things wait there."""

    key: str
    label: str
    href: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Pages of the rail under one heading."""

    label: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class View:
    """One request of one reader, with all that a view model asks.

    Args:
        request: the request.
        services: what the server stands on.
        site: the configuration in force.
        gate: the policy in force.
        user: who reads; None before signing in.
        words: their language and the site's civil time.
        now_s: the moment of the request.
    """

    request: Request
    services: HubServices
    site: Site
    gate: Gate
    user: User | None
    words: Words
    now_s: float

    @property
    def role(self) -> Role:
        """The role that the gate is asked under."""
        return Role(self.user.role) if self.user else Role.PUBLIC

    @property
    def live(self) -> bool:
        """True where the profile lets values of this moment be shown to this reader."""
        output = Output(OutputKind.LIVE_STATE, newest_s=self.now_s + 1.0)
        return self.gate.decide(output, self.role, self.now_s).allowed

    @property
    def ways(self) -> WaysOut:
        """The gate, asked for this reader."""
        extent = self.services.extent
        return WaysOut(self.gate, self.role, self.site.cameras, self.now_s, extent)

    @cached_property
    def alerts(self) -> ShownAlerts:
        """The alerts that the profile shows to this reader; asked of the store once a request."""
        return shown_alerts(self.services, self.ways)

    def may(self, *roles: Role) -> bool:
        """Whether the reader holds one of these roles."""
        return may(self.user, *roles)


def view(request: Request) -> View:
    """Gather what a page needs to know of a request; use as a FastAPI dependency."""
    found = services(request)
    site = found.site.loaded().site
    return View(
        request=request,
        services=found,
        site=site,
        gate=found.gate(),
        user=signed_in(request),
        words=Words(language_of(request), ZoneInfo(site.site.timezone)),
        now_s=found.clock(),
    )


def rail(view: View) -> tuple[Group, ...]:
    """The pages this reader may open. What a role may not use is absent."""
    _ = view.words._
    first = _("Live") if view.live else _("Situation")
    groups = [
        Group(
            _("Observe"),
            (
                Entry("live", first, "/"),
                Entry("map", _("Map"), "/map"),
                Entry("history", _("History"), "/history"),
            ),
        )
    ]
    if may_read_alerts(view):
        waiting = view.alerts.count(Tray.INBOX)
        groups.append(Group(_("Act"), (Entry("alerts", _("Alerts"), "/alerts", waiting),)))
    if view.gate.decide(Output(OutputKind.HEALTH), view.role, view.now_s).allowed:
        rules = (Entry("rules", _("Rules"), "/rules"),) if may_read_alerts(view) else ()
        groups.append(
            Group(
                _("Set up"),
                (
                    Entry("cameras", _("Cameras"), "/cameras"),
                    *rules,
                    Entry("health", _("System health"), "/health"),
                ),
            )
        )
    if view.may(*READ_COMPLIANCE):
        entries = (
            Entry("compliance", _("Compliance"), "/compliance"),
            Entry("acts", _("Acts"), "/compliance/acts"),
        )
        groups.append(Group(_("Prove"), entries))
    if view.may(Role.ADMINISTRATOR):
        groups.append(Group(_("Administer"), (Entry("accounts", _("Accounts"), "/accounts"),)))
    return tuple(groups)


TABS = ("live", "map", "alerts", "history")
"""Pages of the tabs at a phone's foot; the others stand behind *More*."""


def may_read_alerts(view: View) -> bool:
    """Whether the inbox is this reader's: alerts name no person, but they are no public news."""
    output = Output(OutputKind.ALERTS)
    return view.may(*READERS) and view.gate.decide(output, view.role, view.now_s).allowed


def said_problem(view: View, problem: ProblemError | None) -> list[str]:
    """A refusal in the reader's language, line by line, with every field that is wrong."""
    if problem is None:
        return []
    told: dict[str, Any] = problem.document(view.words.translate, language_of(view.request))
    lines = [told["title"], told.get("detail", ""), told.get("remedy", "")]
    for wrong in told.get("errors", ()):
        lines.append(" ".join(filter(None, (wrong.get("message"), wrong.get("remedy")))))
    return [view.words.shown(line) for line in lines if line]


def orders(view: View) -> tuple[str, ...]:
    """The orders this reader may give for the whole site: ``stop``, ``start``, or none."""
    found = []
    if view.may(*STOPPERS) and view.site.cameras:
        found.append("stop")
    if view.may(Role.TECHNICIAN) and _held(view):
        found.append("start")
    return tuple(found)


def _held(view: View) -> tuple[stoppable.Group, ...]:
    """What is stopped of what this reader answers for."""
    whole = view.user is not None and view.user.places is None
    stops = view.services.control.in_force()
    return stoppable.held(view.site, view.words, stops, whole=whole)


def _stoppable(view: View) -> dict[str, tuple[stoppable.Group, ...]]:
    """What each order may be about, in groups."""
    if not orders(view):
        return {}
    whole = view.user is not None and view.user.places is None
    return {
        "stop": stoppable.groups(view.site, view.words, whole=whole),
        "start": _held(view),
    }


def mode_said(mode: Mode, words: Words) -> str:
    """The mode in force, in the words that stand on every screen."""
    match mode:
        case Mode.DEMONSTRATION:
            return words._("Demonstration: replayed clip")
        case Mode.OPERATIONAL:
            return words._("Operational mode")
        case Mode.STATISTICS:
            return words._("Statistics mode")


SCRIPT_WORDS = {
    "live": T("Connected, last measure {age} ago"),
    "waiting": T("Connecting…"),
    "stale": T("Nothing new for {age}"),
    "lost": T("Connection lost {age} ago: no figure is current"),
    "none": T("—"),
    "ago": T("{age} ago"),
    "loading": T("Loading…"),
    "failed": T("The server did not answer. The figures shown are those of {time}."),
    "unreachable": T("The server cannot be reached. Check the network, then try again."),
    "stop-done": T("Stopped after {time}: nothing of it is read, kept, raised or sent any more."),
    "stop-counting": T("Stopping… {time}"),
    "start-counting": T("Starting… {time}"),
    "stop-pending": T("The order is given and stands, but the workers have not confirmed it yet."),
    "start-done": T("The order is given: it starts again."),
    "view-accepted": T("Noted. Counting goes on within seconds."),
    "order-reason": T("Write a reason of three letters or more."),
    "updated": T("{people} people present, {passages} crossings since midnight."),
}
"""Messages that scripts show; each page may add its own."""


def script_words(view: View, messages: dict[str, T]) -> dict[str, str]:
    """Those messages in the reader's language, their ``{fields}`` left for the script to fill."""
    return {key: view.words._(message.text) for key, message in messages.items()}


def render(
    view: View,
    template: str,
    *,
    page: str = "",
    scripts: tuple[str, ...] = (),
    messages: dict[str, T] | None = None,
    status: int = 200,
    **context: Any,
) -> HTMLResponse:
    """Draw a page.

    Args:
        view: the request.
        template: file under ``templates/``.
        page: key of the rail's entry that is current.
        scripts: entries of the web build the page needs beside ``main``.
        messages: what those scripts say, beside :data:`SCRIPT_WORDS`.
        status: HTTP status.
        context: further names for the template.
    """
    chosen = view.request.cookies.get("parvis_theme", "auto")
    text = environment.get_template(template).render(
        view=view,
        words=view.words,
        _=view.words._,
        ngettext=view.words.ngettext,
        site=view.site,
        user=view.user,
        page=page,
        rail=rail(view) if view.user else (),
        tabs=TABS,
        mode=mode_said(view.gate.law.mode, view.words),
        orders=orders(view),
        stoppable=_stoppable(view),
        theme=chosen if chosen in THEMES else "auto",
        languages=LANGUAGES,
        bundles=[assets.bundle(name) for name in ("main", *scripts)],
        font=assets.font(),
        csrf=csrf_token(view.request) if hasattr(view.request.state, "csrf_token") else "",
        say=script_words(view, SCRIPT_WORDS | (messages or {})),
        version=parvis.__version__,
        here=str(view.request.url.path)
        + (f"?{view.request.url.query}" if view.request.url.query else ""),
        **context,
    )
    response = HTMLResponse(text, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = view.words.language
    return response
