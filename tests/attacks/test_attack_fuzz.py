"""Every operation of the OpenAPI document, as every role, with requests that nobody would write.

What an operation takes is made up by Schemathesis from its own description: what fits it, and what
does not. Each made-up request is sent by everybody, with and without a known name in its path.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from server_world import BASE, Browser, World, live_state, make_world, minute
from test_server_authz import ALLOWED, PUBLIC

from parvis.policy.terms import Role
from parvis.server.app import api_alone

pytestmark = [pytest.mark.law(20), pytest.mark.law(21)]

# An answer that never ends by itself, and what would sign the attackers out.
_LEFT_OUT = {
    "GET /api/v1/live",
    "GET /api/v1/setup-sessions/{session_id}/events",
    "DELETE /api/v1/session",
    "DELETE /api/v1/session/browsers",
}
_SECRETS = ("sesame-very-secret", "metrics-token-of-the-tests", "$argon2", "Traceback")
_QUICK = settings(
    max_examples=3,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def _operations() -> list[Any]:
    described = schemathesis.openapi.from_dict(api_alone().openapi())
    found = [one.ok() for one in described.get_all_operations()]
    return [one for one in found if one.label not in _LEFT_OUT]


@dataclass(frozen=True)
class Town:
    """A site that measures, and a browser of everybody: None is a stranger."""

    world: World
    people: dict[Role | None, Browser]

    def sent(self, role: Role | None, case: Any) -> Any:
        """The answer to a made-up request; a session that ended meanwhile is opened anew."""
        browser = self.people[role]
        if role is not None and browser.get("/api/v1/session").json()["role"] is None:
            browser = self.people[role] = self.world.signed_in(role)
        asked = case.as_transport_kwargs(base_url=BASE)
        asked = {key: asked[key] for key in asked if key in ("json", "data", "params")}
        given = {key: value for key, value in asked.items() if value is not None}
        return browser.request(case.method, case.formatted_path, **given)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> Iterator[Town]:
    world = make_world(tmp_path_factory.mktemp("town"), "statistics", empty_store)
    world.store.record([minute(world.clock() - 1800 + 60 * n, port=12.0) for n in range(30)])
    world.hub.board.put(live_state())
    people: dict[Role | None, Browser] = {
        role: world.signed_in(role) for role in Role if role is not Role.PUBLIC
    }
    people[None] = world.browser()
    people[None].token()
    yield Town(world, people)
    world.store.close()


@pytest.mark.parametrize("operation", _operations(), ids=lambda one: one.label)
def test_no_request_is_a_fault_of_ours_or_tells_a_role_what_it_may_not_know(
    town: Town, operation: Any
) -> None:
    method, path = operation.label.split(" ", 1)
    allowed = ALLOWED.get((method, path), frozenset())
    known = {"path_parameters": {"name": "quai"}} if "{name}" in path else {}

    def send(case: Any) -> None:
        for role in town.people:
            answer = town.sent(role, case)
            assert answer.status_code != 500, (role, case, answer.text)
            assert not any(secret in answer.text for secret in _SECRETS), (role, case)
            if role not in allowed and (method, path) not in PUBLIC:
                assert answer.status_code >= 400, (role, case)
                assert answer.headers["content-type"] == "application/problem+json"

    _QUICK(given(operation.as_strategy())(send))()
    with suppress(Unsatisfiable):  # whoever takes nothing can be sent nothing that does not fit
        _QUICK(given(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))(send))()
    if known:
        _QUICK(given(operation.as_strategy(**known))(send))()
