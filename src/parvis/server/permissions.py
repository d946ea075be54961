"""Who may do what: the permission matrix, read from what the routes themselves declare.

A route of the API declares its roles with :func:`parvis.server.auth.require`, or that a signed-in
person is enough with ``current_user``; what declares neither is open to everyone. What the policy
gate then lets out of a route depends on the profile and is no part of this page.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from parvis.policy.terms import Role
from parvis.server.auth import current_user
from parvis.server.scopes import scope_of

API = "/api/v1"

_HEAD = """\
# Who may do what

<!-- Written by `parvis permissions` from the routes' own declarations; do not edit. -->

Every route of the API, the roles that it opens to, and the scope by which an API token reaches it
(a token never does more than its owner). ● opens; a blank is refused with 403. What the policy
gate lets out of an open route depends on the profile in force: see
[Lawful by construction](../en/lawful.md).
An account limited to places sees nothing of other places, whatever its role.

"""


@dataclass(frozen=True, slots=True)
class Permission:
    """A route and who may use it.

    Args:
        method, path: of the route.
        roles: that it opens to; None for everyone, signed in or not.
        scope: by which a token reaches it; empty for none.
        summary: what it does.
    """

    method: str
    path: str
    roles: frozenset[Role] | None
    scope: str
    summary: str


def permissions(app: FastAPI) -> list[Permission]:
    """Every route of the API, by path."""
    found = [
        Permission(method, path, _roles(route.dependant), _scope(method, route), _summary(route))
        for route, path in _routes(list(app.routes), "")
        if path.startswith(API)
        for method in route.methods or ()
        if method != "HEAD"
    ]
    return sorted(found, key=lambda one: (one.path, one.method))


def matrix(app: FastAPI) -> str:
    """The page of the documentation, in Markdown."""
    roles = [role for role in Role if role is not Role.PUBLIC]
    rows = [
        "| route | does | everyone | " + " | ".join(roles) + " | scope |",
        "| --- | --- | " + " | ".join(":-:" for _ in range(len(roles) + 1)) + " | --- |",
    ]
    for one in permissions(app):
        marks = ["●" if one.roles is None else ""]
        marks += ["●" if one.roles is None or role in one.roles else "" for role in roles]
        path = one.path.removeprefix(API)
        scope = f"`{one.scope}`" if one.scope else ""
        cells = [f"`{one.method} {path}`", one.summary, *marks, scope]
        rows.append("| " + " | ".join(cells) + " |")
    return _HEAD + "\n".join(rows) + "\n"


def _routes(items: list[Any], prefix: str) -> Iterator[tuple[APIRoute, str]]:
    """Every route with its whole path, however deep its router stands."""
    for item in items:
        if isinstance(item, APIRoute):
            yield item, prefix + item.path
        elif hasattr(item, "original_router"):
            yield from _routes(item.original_router.routes, prefix + item.include_context.prefix)


def _roles(dependant: Dependant) -> frozenset[Role] | None:
    """The roles that pass every dependency; None where none asks who it is."""
    found: frozenset[Role] | None = None
    for one in _calls(dependant):
        roles = getattr(one, "roles", None)
        if one is current_user:
            roles = frozenset(Role) - {Role.PUBLIC}
        if roles is not None:
            found = roles if found is None else found & roles
    return found


def _calls(dependant: Dependant) -> Iterator[Any]:
    for one in dependant.dependencies:
        yield one.call
        yield from _calls(one)


def _scope(method: str, route: APIRoute) -> str:
    return scope_of(method, frozenset(map(str, route.tags))) or ""


def _summary(route: APIRoute) -> str:
    return (route.summary or (route.description or "").split("\n")[0]).rstrip(".")
