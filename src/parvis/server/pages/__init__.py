"""The pages that people read."""

from fastapi import APIRouter

from parvis.server.pages import (
    access,
    accounts,
    acts,
    alerts,
    cameras,
    channels,
    checks,
    compliance,
    ground_editor,
    health,
    history,
    live,
    own_account,
    place,
    place_editor,
    public,
    rules,
    town_map,
)
from parvis.server.pages.problem import problem_page

__all__ = ["problem_page", "router"]

router = APIRouter(include_in_schema=False)
for part in (
    access,
    own_account,
    accounts,
    live,
    alerts,
    place,
    place_editor,
    town_map,
    history,
    cameras,
    ground_editor,
    checks,
    rules,
    channels,
    health,
    acts,
    compliance,
    public,
):
    router.include_router(part.router)
