"""The certificate of a count check: made of what is handed in, in both languages, logged."""

import pypdfium2
import pytest
from server_world import World, entries
from test_server_checks import counted_along

from parvis.policy.terms import Role
from parvis.reports.pdf import pdf_of


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.law(24)
@pytest.mark.parametrize(
    ("language", "title", "told"),
    [
        ("fr", "Certificat de comptage de contrôle", "Parvis 36, personne 40"),
        ("en", "Count check certificate", "Parvis 36, person 40: −4"),
    ],
)
def test_the_certificate_says_what_was_found(
    demonstration: World, language: str, title: str, told: str
) -> None:
    browser = demonstration.signed_in(Role.TECHNICIAN)
    check_id = counted_along(demonstration, browser)
    browser.get(f"/api/v1/checks/{check_id}")
    browser.post(f"/api/v1/checks/{check_id}/signature", json={"name": "Claire Dupont"})
    browser.headers["accept-language"] = language
    answer = browser.get(f"/checks/{check_id}/certificate.pdf")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    text = " ".join(text_of(answer.content).split())
    for said in (title, told, "Claire Dupont", "Quai Nord", "omz-2004", check_id):
        assert said in text, text
    first, *others = pypdfium2.PdfDocument(answer.content)
    assert "Claire Dupont" in first.get_textpage().get_text_range(), "signed where the result is"
    assert others == [], "a short check is one sheet"
    check = demonstration.store.checks.get(check_id)
    assert check is not None and check.config_hash in text
    assert "&" not in text, "escaped for HTML where it is none"
    assert entries(demonstration)[-1].action == "check.certificate"


def test_a_certificate_waits_as_the_result_does(world: World) -> None:
    browser = world.signed_in(Role.TECHNICIAN)
    check_id = counted_along(world, browser)
    assert browser.get(f"/checks/{check_id}/certificate.pdf").status_code == 403
    viewer = world.signed_in(Role.VIEWER)
    assert viewer.get(f"/checks/{check_id}/certificate.pdf").status_code == 403


def test_a_paper_fetches_nothing_from_anywhere(tmp_path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("sesame", encoding="utf-8")
    html = f'<p>paper</p><img src="http://127.0.0.1:9/a.png"><object data="{secret.as_uri()}">'
    text = text_of(pdf_of(html, {}))
    assert "paper" in text and "sesame" not in text
