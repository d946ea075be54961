"""``parvis documents``: signs, notices, registers and assessments of a site, into a folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parvis.cli.console import SitePath, fail, out

if TYPE_CHECKING:
    from parvis.site import LoadedSite
    from parvis.store import Store


def documents(
    site: SitePath = Path("site.yaml"),
    folder: Annotated[Path, typer.Option("--out", help="Where to; created.")] = Path("documents"),
    language: Annotated[str, typer.Option(help="fr or en; else the site's.")] = "",
    kind: Annotated[list[str] | None, typer.Option(help="Only these; repeat it.")] = None,
) -> None:
    """Make a site's documents: sign, notice, impact assessment, registers, monthly report.

    Each as PDF and as a page, with its date and the hash of the configuration; what nobody has
    filled in is marked, and named here.
    """
    import json
    import time
    from zoneinfo import ZoneInfo

    from parvis.reports.pdf import PdfUnavailableError
    from parvis.server.documents import paper
    from parvis.server.documents.activity import activity
    from parvis.server.documents.algorithm_register import entry
    from parvis.server.documents.facts import gathered
    from parvis.server.documents.kinds import ALGORITHM, KINDS
    from parvis.server.documents.month import last_month
    from parvis.server.i18n import LANGUAGES, Words
    from parvis.server.law import act_of, law_in
    from parvis.site import SiteError, load

    if unknown := sorted(set(kind or ()) - {*KINDS, ALGORITHM}):
        raise fail(f"no such document: {unknown[0]}", f"write {', '.join([*KINDS, ALGORITHM])}")
    try:
        loaded = load(site)
    except SiteError as error:
        raise fail("; ".join(str(problem) for problem in error.problems)) from None
    chosen = language or loaded.site.site.language
    if chosen not in LANGUAGES:
        raise fail(f"no such language: {chosen}", f"write {' or '.join(LANGUAGES)}")
    zone = ZoneInfo(loaded.site.site.timezone)
    words, now_s = Words(chosen, zone), time.time()
    with _store(loaded) as store:
        facts = gathered(
            loaded,
            store,
            law_in(loaded.site.policy, loaded.folder),
            [act_of(one) for one in store.instruments.present()],
            now_s=now_s,
        )
        span = last_month(now_s, zone)
        tallies = store.alerts.tallies(*span, span[1])
        month = activity(loaded.site, store, tallies, span)
    folder.mkdir(parents=True, exist_ok=True)
    wanted = set(kind or (*KINDS, ALGORITHM))
    try:
        for one in KINDS.values():
            if one.name in wanted:
                told = month if one.name == "activity" else None
                (folder / f"{one.name}.{chosen}.html").write_text(
                    paper.html(one, facts, words, told), encoding="utf-8"
                )
                (folder / f"{one.name}.{chosen}.pdf").write_bytes(
                    paper.pdf(one, facts, words, told)
                )
                out.print(f"{folder / one.name}.{chosen}.pdf", highlight=False, soft_wrap=True)
    except PdfUnavailableError as error:
        raise fail("this machine cannot make PDF files", str(error)) from None
    if ALGORITHM in wanted:
        text = json.dumps(entry(facts, words), ensure_ascii=False, indent=2)
        path = folder / f"{ALGORITHM}.{chosen}.json"
        path.write_text(f"{text}\n", encoding="utf-8")
        out.print(str(path), highlight=False, soft_wrap=True)
    if facts.missing:
        out.print(f"to be filled in, in {site}: {', '.join(facts.missing)}", soft_wrap=True)


def _store(loaded: "LoadedSite") -> "Store":
    """The site's store, from its first use on."""
    import os
    from zoneinfo import ZoneInfo

    from parvis.fleet.layout import DataFolder
    from parvis.store import Store

    folder = DataFolder(loaded.data_folder)
    address = loaded.database(os.environ) or folder.database_url
    return Store(address, ZoneInfo(loaded.site.site.timezone))
