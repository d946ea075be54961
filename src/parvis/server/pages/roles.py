"""Pages that only some roles may open."""

from parvis.policy.terms import Role
from parvis.server.pages.frame import View
from parvis.server.problems import ProblemError, T


def demand_role(here: View, *roles: Role) -> None:
    """Refuse who has none of these roles.

    Raises:
        ProblemError: 403.
    """
    if here.may(*roles):
        return
    raise ProblemError(
        403,
        "role",
        T("Your role does not allow this."),
        T("This needs the role: {roles}.")(roles=", ".join(role.value for role in roles)),
        T("Ask an administrator of the site."),
    )
