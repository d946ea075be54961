"""*Page publique*: what is measured, why, and how busy it is; without an account or a script."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from parvis.server.i18n import choose_language
from parvis.server.problems import ProblemError, T
from parvis.server.public import page
from parvis.server.public.address import PATH
from parvis.server.services import HubServices, services

router = APIRouter()


@router.get(PATH)
async def public_page(
    request: Request,
    language: Annotated[str | None, Query(max_length=2)] = None,
) -> Response:
    """The page; the same for everybody, so that any cache may keep it."""
    hub = services(request)
    demand_public_page(hub)
    chosen = choose_language(
        language,
        request.headers.get("accept-language"),
        hub.site.loaded().site.site.language,
    )
    board: page.PublicBoard = request.app.state.public_board
    drawn = await asyncio.to_thread(board.drawn, chosen)
    tag = f'"{drawn.tag}"'
    headers = {
        "ETag": tag,
        "Cache-Control": f"public, max-age={drawn.max_age_s(hub.clock())}",
        "Vary": "Accept-Language",
        "Content-Language": chosen,
        "Content-Security-Policy": page.content_policy(),
    }
    if _known(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(drawn.body, headers=headers, media_type="text/html; charset=utf-8")


def demand_public_page(hub: HubServices) -> None:
    """Refuse what belongs to the public page while site.yaml does not switch it on.

    Raises:
        ProblemError: 404.
    """
    if not hub.site.loaded().site.public.page:
        raise ProblemError(
            404,
            "no-public-page",
            T("This site has no public page."),
            remedy=T("Whoever runs it switches it on in site.yaml: public.page."),
        )


def _known(asked: str, tag: str) -> bool:
    """Whether a cache holds this very page (RFC 9110, If-None-Match: weak comparison)."""
    held = {one.strip().removeprefix("W/") for one in asked.split(",")}
    return tag in held or "*" in held
