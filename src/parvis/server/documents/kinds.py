"""The documents there are: name, title, template, size of paper, who may make them."""

from dataclasses import dataclass

from parvis.policy.terms import Role
from parvis.server.problems import T

_PROVERS = (Role.DPO, Role.ADMINISTRATOR)
POSTERS = (Role.DPO, Role.ADMINISTRATOR, Role.TECHNICIAN)
"""Who may make one of them at least: signs are put up by technicians."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document.

    Args:
        name: in addresses and files.
        title: for people.
        about: what it is for, one sentence.
        template: under ``templates/documents``.
        paper: ``A4`` or ``A3``.
        roles: who may make it.
    """

    name: str
    title: T
    about: T
    template: str
    paper: str = "A4"
    roles: tuple[Role, ...] = _PROVERS


KINDS: dict[str, Kind] = {
    one.name: one
    for one in (
        Kind(
            "sign-a4",
            T("Sign, A4"),
            T("To be put up where people pass."),
            "sign.html",
            roles=POSTERS,
        ),
        Kind(
            "sign-a3",
            T("Sign, A3"),
            T("The same for a square or a wide street."),
            "sign.html",
            "A3",
            POSTERS,
        ),
        Kind(
            "notice",
            T("Notice to the public"),
            T("All that the sign has no room for."),
            "notice.html",
        ),
        Kind(
            "dpia",
            T("Impact assessment (draft)"),
            T("On the outline of the CNIL; ratings and opinions stay to people."),
            "dpia.html",
        ),
        Kind(
            "register",
            T("Entry of the register of processing"),
            T("Article 30 of the GDPR."),
            "register.html",
        ),
        Kind(
            "processor",
            T("Annex to a processor's contract"),
            T("Article 28 of the GDPR."),
            "processor.html",
        ),
        Kind(
            "ai-act",
            T("AI Act: self-assessment"),
            T("What the configuration answers, for a person to confirm."),
            "ai-act.html",
        ),
        Kind(
            "activity",
            T("Monthly activity report"),
            T("For the prefecture or the council: the last whole month."),
            "activity.html",
        ),
    )
}

ALGORITHM = "algorithm-register"
"""The entry of an algorithm register is JSON, not paper."""
