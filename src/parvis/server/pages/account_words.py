"""What the pages of accounts say of roles, browsers and ends."""

from parvis.policy.terms import Role
from parvis.server.i18n import Words
from parvis.server.problems import ProblemError, T

ROLE_WORDS = {
    Role.VIEWER: T("Viewer"),
    Role.ANALYST: T("Analyst"),
    Role.OPERATOR: T("Operator"),
    Role.TECHNICIAN: T("Technician"),
    Role.ADMINISTRATOR: T("Administrator"),
    Role.DPO: T("Data-protection officer"),
}
ROLE_SAYS = {
    Role.VIEWER: T("published figures; elected officials"),
    Role.ANALYST: T("all figures"),
    Role.OPERATOR: T("alerts"),
    Role.TECHNICIAN: T("cameras and rules"),
    Role.ADMINISTRATOR: T("accounts, and what technicians do"),
    Role.DPO: T("log and documents, to read"),
}

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def agent_said(agent: str, words: Words) -> str:
    """A browser in a few words, from what it says that it is."""
    found = [
        next((name for mark, name in kind if mark in agent), "") for kind in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(filter(None, found)) or words._("A program")


def problem_said(problem: ProblemError | None, words: Words) -> list[str]:
    """A problem, line by line: what, why, what to do."""
    if problem is None:
        return []
    lines = (problem.what, problem.why, problem.remedy)
    return [words.shown(line) for line in lines if line is not None]
