"""From a problem to a response: JSON for programs, a page for people, in the reader's language."""

import traceback
from collections.abc import Callable
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from parvis.server.auth import signed_in
from parvis.server.i18n import catalogue, choose_language
from parvis.server.problems import ProblemError, T
from parvis.server.services import services
from parvis.site import redact
from parvis.store import StoreUnavailableError

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"

ProblemPage = Callable[[Request, ProblemError], Response]

_STATUS_TITLES = {
    400: T("The request could not be understood."),
    404: T("There is nothing at this address."),
    405: T("This address does not take that method."),
}


def language_of(request: Request) -> str:
    """The language this reader is answered in."""
    user = signed_in(request)
    return choose_language(
        (user.language if user else None) or request.cookies.get("parvis_language"),
        request.headers.get("accept-language"),
        services(request).site.loaded().site.site.language,
    )


def wants_page(request: Request) -> bool:
    """True when a person's browser asks for a page, not a program for data."""
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get(
        "accept", ""
    )


def respond(request: Request, problem: ProblemError) -> Response:
    """The response that tells this problem to this reader; server faults go to the log as well."""
    if problem.status >= 500:
        log.error("request failed", code=problem.code, reference=problem.reference)
    page: ProblemPage | None = request.app.state.problem_page
    if page is not None and wants_page(request):
        response = page(request, problem)
    else:
        language = language_of(request)
        document = problem.document(catalogue(language).gettext, language)
        response = JSONResponse(document, problem.status, media_type=MEDIA_TYPE)
    response.headers.update(problem.headers)
    response.headers["Cache-Control"] = "no-store"
    return response


def unexpected(request: Request, error: Exception) -> Response:
    """The response to a fault of ours: a reference, and the trace in the log only."""
    if isinstance(error, StoreUnavailableError):
        return respond(request, _no_store(error))
    problem = ProblemError(
        500,
        "fault",
        T("Something went wrong in Parvis."),
        remedy=T("Try again; if it lasts, give the reference to whoever runs the site."),
    )
    # Not exc_info: a renderer may print the local variables, and a password may be among them.
    trace = redact("".join(traceback.format_exception(error)))
    log.error("unexpected error", reference=problem.reference, path=request.url.path, trace=trace)
    return respond(request, problem)


def _no_store(error: StoreUnavailableError) -> ProblemError:
    log.error("store unavailable", reason=redact(str(error)))
    return ProblemError(
        503,
        "store",
        T("The database does not answer."),
        T("It cannot be reached, is full, or is locked."),
        T("Try again; if it lasts, see the health of the system."),
        headers={"Retry-After": "5"},
    )


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)  # noqa: S101  # the registration below says so
    return respond(request, error)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    title = _STATUS_TITLES.get(error.status_code, T("The request was refused."))
    problem = ProblemError(
        error.status_code, f"http-{error.status_code}", title, headers=dict(error.headers or {})
    )
    return respond(request, problem)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    return respond(request, invalid_request(list(error.errors())))


def invalid_request(errors: list[Any]) -> ProblemError:
    """The problem of a request whose fields are wrong. Refused values are never repeated."""
    fields = [
        {
            "key": ".".join(str(part) for part in found["loc"]),
            "message": found["msg"],
            "remedy": str((found.get("ctx") or {}).get("remedy", "")),
        }
        for found in errors
    ]
    return ProblemError(
        422,
        "invalid",
        T("Some fields are not right."),
        remedy=T("Correct the fields named and send them again."),
        details={"errors": fields},
    )


def install(app: FastAPI, page: ProblemPage | None) -> None:
    """Make the application answer every error as a problem.

    Args:
        app: the application.
        page: draws the page of a problem for a person; None answers JSON to everyone.
    """
    app.state.problem_page = page
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
