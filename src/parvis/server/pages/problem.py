"""The page of an error: what happened, why, what to do, and the reference for whoever helps."""

from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from parvis.policy.terms import Wording
from parvis.server.i18n import Words
from parvis.server.pages.frame import render, view
from parvis.server.problems import ProblemError


def problem_page(request: Request, problem: ProblemError) -> Response:
    """Draw a problem for a person; somebody who is not signed in is sent to the door."""
    if problem.status == 401 and request.method == "GET":
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?{urlencode({'next': path})}", 303)
    here = view(request)
    words = here.words
    return render(
        here,
        "problem.html",
        what=words.shown(problem.what),
        why=_why(problem, words),
        remedy=words.shown(problem.remedy) if problem.remedy else "",
        reference=problem.reference,
        problem_status=problem.status,
        status=problem.status,
    )


def _why(problem: ProblemError, words: Words) -> str:
    """The reason, in the law's own words where it is the law's."""
    if isinstance(problem.why, Wording):
        return problem.why.said(words.language)
    return words.shown(problem.why) if problem.why else ""
