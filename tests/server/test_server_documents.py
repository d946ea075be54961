"""The documents are filled from what runs, say what nobody filled in, and fetch nothing."""

import io
import json
import time
from pathlib import Path

import pypdfium2
import pytest
from server_world import World, entries

from parvis.policy.terms import Role
from parvis.server.documents.kinds import KINDS
from parvis.server.documents.purposes import purposes_of


def text_of(body: bytes) -> tuple[str, list[tuple[float, float]]]:
    """The words of a PDF, and the size of its pages in millimetres."""
    paper = pypdfium2.PdfDocument(io.BytesIO(body))
    words = "\n".join(page.get_textpage().get_text_range() for page in paper)
    sizes = [(round(w / 72 * 25.4), round(h / 72 * 25.4)) for w, h in (p.get_size() for p in paper)]
    return words, sizes


@pytest.mark.law(25)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_document_states_its_date_its_hash_and_its_gaps(world: World, language: str) -> None:
    loaded = world.hub.site.loaded()
    http = world.signed_in(Role.DPO)
    http.cookies.set("parvis_language", language)
    for kind in KINDS.values():
        answer = http.get(f"/compliance/documents/{kind.name}/paper.pdf")
        assert answer.status_code == 200, answer.text
        words, sizes = text_of(answer.content)
        wide, high = {"A4": (210, 297), "A3": (297, 420)}[kind.paper]
        assert set(sizes) == {(wide, high)}
        assert loaded.hash[:16] in words
        assert loaded.site.site.name in words
        if "sign" in kind.name:
            assert len(sizes) == 1, "a sign is one sheet"
        if kind.name not in ("activity", "ai-act"):
            assert "controller.name" in words, "what nobody filled in is named"


@pytest.mark.law(17)
def test_the_sign_says_who_why_how_long_and_where_to_complain(world: World) -> None:
    http = world.signed_in(Role.TECHNICIAN)
    http.cookies.set("parvis_language", "fr")
    words, _ = text_of(http.get("/compliance/documents/sign-a4/paper.pdf").content)
    flat = " ".join(words.replace("\u00a0", " ").split())
    for said in ("un algorithme", "analyse les images", "Vos droits", "CNIL", "Combien de temps"):
        assert said in flat, said


@pytest.mark.law(18)
def test_the_entry_of_an_algorithm_register_invents_nothing(world: World) -> None:
    http = world.signed_in(Role.DPO)
    entry = json.loads(http.get("/compliance/documents/algorithm-register.json").content)
    assert entry["organisation"] is None and "controller.name" in entry["to_be_completed"]
    assert entry["configuration_hash"] == world.hub.site.loaded().hash
    assert entry["data"]["sources"] == len(world.hub.site.loaded().site.cameras)
    assert entry["impact_assessment"] is None


@pytest.mark.law(5)
def test_another_purpose_asks_for_another_version_of_the_assessment(world: World) -> None:
    http = world.signed_in(Role.DPO)
    page = http.get("/compliance").text
    assert "A new version" in page or "Une nouvelle version" in page
    assert (
        http.post("/compliance/assessment", data={"why": "  ", "csrf": http.token()}).status_code
        == 422
    )
    form = {"why": "Seen with the DPO.", "csrf": http.token()}
    signed = http.post("/compliance/assessment", data=form, follow_redirects=False)
    assert signed.headers["location"].startswith("/compliance")
    page = http.get("/compliance").text
    assert "A new version" not in page and "Une nouvelle version" not in page
    last = world.store.assessments.last()
    law = world.hub.gate().law
    site = world.hub.site.loaded().site
    assert last is not None and last.version == 1 and last.signed_by == "dpo-1"
    assert not last.lacks(purposes_of(site, law))
    told = site.controller.model_copy(update={"purposes": ("Adapter les horaires.",)})
    wider = site.model_copy(update={"controller": told})
    assert last.lacks(purposes_of(wider, law)) == ("Adapter les horaires.",)
    signed_entries = [one for one in entries(world) if one.action == "assessment.sign"]
    assert [one.why for one in signed_entries] == ["Seen with the DPO."]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST, Role.OPERATOR])
def test_documents_are_for_those_who_prove(world: World, role: Role) -> None:
    http = world.signed_in(role)
    for kind in KINDS.values():
        assert http.get(f"/compliance/documents/{kind.name}/page.html").status_code == 403
    assert http.get("/compliance/documents/algorithm-register.json").status_code == 403
    assert (
        http.post("/compliance/assessment", data={"why": "x", "csrf": http.token()}).status_code
        == 403
    )


def test_the_same_facts_give_the_same_paper(world: World) -> None:
    http = world.signed_in(Role.DPO)
    first = http.get("/compliance/documents/sign-a4/paper.pdf").content
    time.sleep(1.1)
    assert http.get("/compliance/documents/sign-a4/paper.pdf").content == first


def test_a_document_as_a_page_runs_nothing_and_fetches_nothing(world: World) -> None:
    http = world.signed_in(Role.DPO)
    answer = http.get("/compliance/documents/dpia/page.html")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "<script" not in answer.text


def test_the_command_writes_them_all(tmp_path: Path) -> None:
    import subprocess
    import sys

    site = tmp_path / "site.yaml"
    site.write_text("site: {name: Exemple}\ncontroller: {name: Ville d'exemple}\n", "utf-8")
    command = [sys.executable, "-m", "parvis", "documents", str(site), "--out", str(tmp_path / "o")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=170)
    assert done.returncode == 0, done.stderr
    made = {path.name for path in (tmp_path / "o").iterdir()}
    assert {f"{name}.fr.pdf" for name in KINDS} | {"algorithm-register.fr.json"} <= made
    assert "controller.dpo" in done.stdout
