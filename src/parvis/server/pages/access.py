"""The door: signing in, the first administrator; and the switches of language and theme."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from parvis.server.forms import local_path, message_of
from parvis.server.i18n import LANGUAGES
from parvis.server.pages.frame import THEMES, View, render, view
from parvis.server.passwords import MIN_LENGTH

router = APIRouter()

YEAR_S = 365 * 86400

Here = Annotated[View, Depends(view)]
Code = Annotated[str | None, Query(max_length=40)]


@router.get("/login", response_class=HTMLResponse)
def sign_in(
    here: Here,
    next: Annotated[str, Query(max_length=500)] = "/",
    error: Code = None,
    wait: Annotated[int | None, Query(ge=0)] = None,
) -> Response:
    """The form to sign in."""
    if here.user is not None:
        return RedirectResponse(local_path(next), 303)
    message = message_of(error)
    text = here.words.shown(message) if message else ""
    if wait is not None:
        later = here.words._("Try again in {time}.", time=here.words.duration(wait))
        text = f"{text} {later}"
    return render(
        here,
        "login.html",
        next=local_path(next),
        wrong=text,
        single=here.site.accounts.single_sign_on,
        status=401 if error else 200,
    )


@router.get("/setup/admin", response_class=HTMLResponse)
def first_administrator(
    here: Here, token: Annotated[str, Query(max_length=200)] = "", error: Code = None
) -> Response:
    """The form that the one-time link opens."""
    message = message_of(error)
    return render(
        here,
        "first_admin.html",
        token=token,
        least=MIN_LENGTH,
        wrong=here.words.shown(message) if message else "",
    )


@router.get("/preferences")
def prefer(
    here: Here,
    back: Annotated[str, Query(max_length=1000)] = "/",
    language: Annotated[str | None, Query(max_length=5)] = None,
    theme: Annotated[str | None, Query(max_length=5)] = None,
) -> Response:
    """Remember a language or a theme in this browser, and go back."""
    response = RedirectResponse(local_path(back), 303)
    secure = here.request.url.scheme == "https"
    for name, wished, known in (
        ("parvis_language", language, LANGUAGES),
        ("parvis_theme", theme, THEMES),
    ):
        if wished in known:
            response.set_cookie(
                name, str(wished), max_age=YEAR_S, secure=secure, httponly=True, samesite="lax"
            )
    return response
