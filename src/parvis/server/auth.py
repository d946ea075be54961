"""Who is asking, and whether this role may: the dependencies every route declares.

    @router.get("/things")
    def things(user: CurrentUser) -> ...: any signed-in person

    @router.post("/things", dependencies=[Depends(require(Role.TECHNICIAN))])

``request.state.user`` is set by the session middleware; pages may read it with ``signed_in``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from parvis.policy.terms import Role
from parvis.server.problems import ProblemError, T
from parvis.server.scopes import scope_of

__all__ = [
    "CurrentUser",
    "Role",
    "User",
    "csrf_token",
    "current_user",
    "may",
    "require",
    "signed_in",
]


@dataclass(frozen=True, slots=True)
class User:
    """A signed-in person.

    Args:
        id: the account's id in the store.
        name: the name they sign in with.
        role: what they may do.
        language: ``fr`` or ``en``; None follows the site.
        places: the places that they see; None for the whole site.
        scopes: what the token that they came with may do; None for a person at a screen.
    """

    id: int
    name: str
    role: Role
    language: str | None = None
    places: tuple[str, ...] | None = None
    scopes: frozenset[str] | None = None


def signed_in(request: Request) -> User | None:
    """The signed-in person, or None."""
    user: User | None = getattr(request.state, "user", None)
    return user


def current_user(request: Request) -> User:
    """The signed-in person.

    Raises:
        ProblemError: 401 when nobody is signed in, 403 when they came with a token that does not
            reach this route.
    """
    user = signed_in(request)
    if user is None:
        raise ProblemError(
            401,
            "not-signed-in",
            T("You are not signed in."),
            remedy=T("Sign in, then try again."),
        )
    if user.scopes is not None:
        _check_scope(request, user.scopes)
    return user


def _check_scope(request: Request, held: frozenset[str]) -> None:
    tags = frozenset(str(tag) for tag in getattr(request.scope.get("route"), "tags", ()))
    needed = scope_of(request.method, tags)
    if needed is None or needed.value not in held:
        raise ProblemError(
            403,
            "scope",
            T("This token does not allow this."),
            T("This needs the scope: {scope}.")(scope=needed.value)
            if needed
            else T("No token opens this: it is for people."),
            T("Make a token with that scope, if your role has it."),
        )


CurrentUser = Annotated[User, Depends(current_user)]


def may(user: User | None, *roles: Role) -> bool:
    """Whether this person holds one of the roles; the administrator holds the technician's."""
    return user is not None and holds(user.role, *roles)


def holds(role: Role, *roles: Role) -> bool:
    """Whether a role is one of these; the administrator holds the technician's."""
    if role is Role.ADMINISTRATOR and Role.TECHNICIAN in roles:
        return True
    return role in roles


def require(*roles: Role) -> Callable[[User], User]:
    """A dependency that lets only these roles pass and returns the person.

    Raises (when called):
        ProblemError: 401 when nobody is signed in, 403 when the role does not suffice.
    """

    def check(user: CurrentUser) -> User:
        if not may(user, *roles):
            raise ProblemError(
                403,
                "role",
                T("Your role does not allow this."),
                T("This needs the role: {roles}.")(roles=", ".join(roles)),
                T("Ask an administrator of the site."),
            )
        return user

    # The permission matrix is read from here: parvis.server.permissions.
    check.roles = frozenset(role for role in Role if holds(role, *roles))  # type: ignore[attr-defined]
    return check


def csrf_token(request: Request) -> str:
    """The token that a form carries in its hidden field ``csrf`` and fetch in ``X-CSRF-Token``."""
    make: Callable[[], str] = request.state.csrf_token
    return make()
