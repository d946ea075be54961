"""What people type is text: on pages, in files for spreadsheets, in logs and in mails."""

import csv
import html
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from server_world import NOON_S, World, minute
from test_server_authz import routes

from parvis.policy.terms import Role
from parvis.publish.carriers.email import mail_of
from parvis.publish.letter import Letter
from parvis.site import load
from parvis.site.notify import EmailSettings

pytestmark = pytest.mark.law(21)

MARKUP = "<img src=x onerror=alert(1)>"
LABELS = [
    MARKUP,
    '"><script>alert(1)</script>',
    "'-alert(1)-'",
    "{{ 7 * 191 }}${7*191}#{7*191}<%= 7*191 %>{% set x = 7*191 %}{{ x }}",
    "%(name)s {name} %s {0.__class__}",
    "]]><!--",
    "javascript:alert(1)",
]
_EVALUATED = "1337"
FORMULAS = ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "  =1", "＝1", '"=1', "x;=1+1", "x\r\n=1"]


def _pages(world: World) -> dict[str, str]:
    """Every page and answer that is read with GET, as the administrator."""
    browser = world.signed_in(Role.ADMINISTRATOR)
    found = {}
    for method, path in sorted(routes(world.app)):
        if method == "GET" and "live" not in path and "events" not in path:
            address = path.replace("{name}", "quai").replace("{camera}", "quai")
            answer = browser.get(address, headers={"accept": "text/html"})
            assert answer.status_code < 500, path
            if answer.headers.get("content-type", "").startswith(("text/html", "image/svg")):
                found[path] = answer.text
    return found


@pytest.mark.parametrize("label", LABELS)
def test_no_label_is_markup_or_a_template(world: World, label: str) -> None:
    browser = world.signed_in(Role.ADMINISTRATOR)
    browser.headers["if-match"] = f'"{world.site.held.etag}"'
    shapes = {
        "lines": {"pont": {"points": [[0.1, 0.5], [0.9, 0.5]], "directions": [label, label]}},
        "zones": {},
    }
    answer = browser.put("/api/v1/cameras/quai/shapes", json=shapes)
    assert answer.status_code in (200, 422), answer.text
    text = world.path.read_text(encoding="utf-8")
    quoted = label.replace("'", "''")
    for name in ("label: Quai Nord", "label: Gare"):
        text = text.replace(name, f"label: '{quoted}'")
    text = text.replace("name: Ville d'exemple", f"name: '{quoted}'")
    world.path.write_text(text, encoding="utf-8")
    world.site.take(load(world.path))
    order = {"camera": "quai", "reason": f"abc {label}"}
    assert browser.post("/api/v1/stop", json=order).status_code == 200
    pages = _pages(world)
    assert len(pages) > 10
    assert any(label in html.unescape(page) for page in pages.values()), "it is shown, as text"
    for path, page in pages.items():
        assert MARKUP not in page, path
        assert "<script>alert" not in page, path
        assert _EVALUATED not in page, path
        assert not re.search(r"href=[\"']?javascript:", page), path
        assert not re.search(r"<script[^>]*>[^<]*alert\(1\)", page), path


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_any_table_is_a_formula(world: World, formula: str) -> None:
    browser = world.signed_in(Role.ADMINISTRATOR)
    order = {"camera": "quai", "reason": f"{formula} abc"}
    assert browser.post("/api/v1/stop", json=order).status_code == 200
    at_s = NOON_S - 86_400
    world.store.record([minute(at_s + 60 * n, port=30.0) for n in range(60)])
    tables = ["/compliance/journal.csv", "/history.csv"]
    tables += ["/api/v1/map/cells?format=csv", "/api/v1/map/flows?format=csv"]
    read = 0
    for address in tables:
        answer = browser.get(address)
        if not answer.headers["content-type"].startswith("text/csv"):
            continue
        for row in csv.reader(io.StringIO(answer.text)):
            for cell in row:
                # Excel's French cut: every part is a cell of its own.
                for part in re.split(r"[;\t\r\n]", cell):
                    bare = part.lstrip(" \"'\ufeff\0") if not part.startswith("'") else ""
                    assert not bare.startswith(tuple("=+@＝")), (address, cell)
                read += 1
    assert read > 20


def test_a_log_line_is_one_line_and_colours_nothing(tmp_path: Path) -> None:
    """In a process of its own: the logs are set up once a process."""
    said = "\\n2026-11-25 [info] forged\\r\\x1b[31mred\\x1b]0;title\\x07"
    code = (
        "from parvis.fleet.logs import set_up_logs; import structlog; set_up_logs();"
        f"structlog.get_logger('x').warning('refused', host='{said}')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert len(done.stderr.strip().splitlines()) == 1
    assert "\x1b" not in done.stderr
    assert "\r" not in done.stderr


def test_a_mail_has_no_header_that_a_label_wrote() -> None:
    settings = EmailSettings.model_validate(
        {"host": "127.0.0.1", "from": "parvis@example.fr", "to": ["ana@example.fr"]}
    )
    for subject in ("Quai\r\nBcc: eve@evil.example", "Quai\nX: y", "Quai\r\n\r\nbody"):
        letter = Letter("a-1/p", "a-1/p", subject, (MARKUP,), payload={"id": "a-1"})
        try:
            mail = mail_of(letter, settings, "fr").as_bytes()
        except ValueError:
            continue  # refused by the mail library
        assert b"\nBcc:" not in mail
        assert MARKUP.encode() not in mail.partition(b"text/html")[2]
    plain = Letter("a-1/p", "a-1/p", "Quai", (MARKUP,), payload={"id": "a-1"})
    part = mail_of(plain, settings, "fr").get_body(("html",))
    assert part is not None
    assert MARKUP not in part.get_content()
