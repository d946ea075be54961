"""Every page in a real browser: nothing is asked of anybody else, nothing is refused."""

import re
from typing import Any

import pytest
from fastapi.routing import APIRoute
from looking import OpenPage
from town import Town

from parvis.server import pages

pytestmark = [pytest.mark.machine, pytest.mark.law(10)]

KNOWN = {"name": "marche", "line": "traversee", "number": "new"}
_WATCH = """
window.refusals = [];
document.addEventListener('securitypolicyviolation',
  (event) => window.refusals.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


def addresses() -> list[str]:
    """Every page there is, its parts filled in; one that does not exist is a page as well."""
    found = []

    def walk(routes: list[Any]) -> None:
        for one in routes:
            if isinstance(one, APIRoute):
                kind = getattr(one.response_class, "__name__", "")
                if "GET" in one.methods and "HTML" in kind:
                    found.append(re.sub(r"\{(\w+)\}", lambda m: KNOWN.get(m[1], "none"), one.path))
            elif hasattr(one, "original_router"):
                walk(one.original_router.routes)

    walk(list(pages.router.routes))
    return found


def test_no_page_asks_anything_of_anybody_else(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    page.add_init_script(_WATCH)
    asked: list[str] = []
    said: list[str] = []
    policies: dict[str, str] = {}
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(f"{page.url} {message.text}"))
    known = addresses()
    assert len(known) > 15 and {"/", "/map", "/compliance", "/login"} <= set(known)
    refused = {}
    for address in known:
        answer = page.goto(town.url + address)
        assert answer is not None and answer.status < 500, address
        policies[address] = answer.headers.get("content-security-policy", "")
        page.wait_for_timeout(300)
        refused[address] = page.evaluate("window.refusals")
    assert {one: what for one, what in refused.items() if what} == {}
    assert [one for one in said if "Content Security Policy" in one] == []
    own = (town.url, f"blob:{town.url}", "data:")
    assert [url for url in asked if not url.startswith(own)] == []
    for address, policy in policies.items():
        assert "default-src 'self'" in policy and "object-src 'none'" in policy, address
        assert "http" not in policy and "unsafe" not in policy and "*" not in policy, address


def test_what_the_policy_refuses_is_seen_by_this_test(town: Town, open_page: OpenPage) -> None:
    page = open_page(1280)
    page.add_init_script(_WATCH)
    page.goto(f"{town.url}/health")
    page.evaluate(
        "new Promise((done) => { const one = new Image(); one.onerror = done;"
        " one.src = 'http://192.0.2.1/x.png'; })"
    )
    assert page.evaluate("window.refusals") == ["img-src http://192.0.2.1/x.png"]
