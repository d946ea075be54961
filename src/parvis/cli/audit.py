"""``parvis audit``: the trail of who looked at, exported or changed what."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parvis.cli.console import fail, out

if TYPE_CHECKING:
    from parvis.site import LoadedSite
    from parvis.store.audit_verify import Report

audit_app = typer.Typer(help="The trail of who looked at, exported or changed what.")


@audit_app.callback()
def audit() -> None:
    """The trail of who looked at, exported or changed what."""


@audit_app.command("verify")
def audit_verify(
    where: Annotated[
        str,
        typer.Argument(help="A site.yaml, a copy of its database (.db), or postgresql://…"),
    ],
    checkpoints: Annotated[
        Path | None,
        typer.Option(help="The file of checkpoints, or a copy of it that was kept elsewhere."),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option(help="A public key that may have signed, or its file; may be repeated."),
    ] = None,
) -> None:
    """Find any change, deletion, insertion, exchange or cut; status 1 when there is one.

    Works offline on a copy, and writes nothing.
    """
    from parvis.store import StoreError
    from parvis.store.audit_verify import reading_copy, verify

    try:
        keys = [_key(one) for one in key or ()]
        address, file, own = _places(where)
        with reading_copy(address) as connection:
            report = verify(connection, checkpoints or file, keys or own)
    except (StoreError, OSError, ValueError) as error:
        raise fail(str(error)) from None
    _tell(report, trusted=bool(keys))
    if report.faults:
        n = len(report.faults)
        raise fail(f"the trail is broken: {n} {'fault' if n == 1 else 'faults'}")


@audit_app.command("checkpoint")
def audit_checkpoint(
    site: Annotated[Path, typer.Argument(help="The site.yaml.", dir_okay=False)] = Path(
        "site.yaml"
    ),
) -> None:
    """Print the last checkpoint and the public key, to be kept on paper or elsewhere."""
    from parvis.fleet.layout import DataFolder
    from parvis.store.audit_seal import CHECKPOINTS, PUBLIC_KEY, fingerprint, read_checkpoints

    folder = DataFolder(_loaded(site).data_folder).audit
    known = [one for _, one in read_checkpoints(folder / CHECKPOINTS) if one is not None]
    if not known:
        raise fail("there is no checkpoint yet", "the first comes when the site starts")
    public = (folder / PUBLIC_KEY).read_text(encoding="ascii").strip()
    last = known[-1]
    for said, what in (
        ("site", last.site),
        ("at", _moment(last.at_s)),
        ("last entry", str(last.end.seq)),
        ("its hash", last.end.hash),
        ("public key", public),
        ("fingerprint", fingerprint(public)),
        ("all checkpoints", str(folder / CHECKPOINTS)),
    ):
        out.print(f"{said:16}{what}", highlight=False, soft_wrap=True, markup=False)


def _tell(report: "Report", *, trusted: bool) -> None:
    from parvis.store.audit_seal import fingerprint

    for fault in report.faults:
        out.print(f"[red]✗[/] {fault.said}", highlight=False, soft_wrap=True)
    span = f"entries {report.start.seq + 1} to {report.end.seq}" if report.count else "no entry"
    out.print(f"{report.count} verified: {span}", highlight=False)
    if report.start.seq:
        out.print(f"deleted in time before: entries 1 to {report.start.seq}", highlight=False)
    out.print(
        f"{report.checkpoints} checkpoints compared; the last entry they vouch for: "
        f"{report.proven_to or 'none'}",
        highlight=False,
        soft_wrap=True,
    )
    for one in report.keys:
        asks = "" if trusted else " (compare with the one you noted)"
        out.print(f"signed by {fingerprint(one)}{asks}", highlight=False, soft_wrap=True)
    if not report.faults:
        out.print("[green]✓[/] the chain is whole", highlight=False)


def _places(where: str) -> tuple[str, Path | None, Sequence[str]]:
    """The database, the checkpoints beside it and the site's own public key."""
    import os

    from parvis.fleet.layout import DataFolder
    from parvis.store.audit_seal import CHECKPOINTS, PUBLIC_KEY, public_key

    if Path(where).suffix not in (".yaml", ".yml"):
        beside = Path(where).parent / "audit" / CHECKPOINTS
        return where, beside if "://" not in where and beside.is_file() else None, ()
    loaded = _loaded(Path(where))
    folder = DataFolder(loaded.data_folder)
    kept = folder.audit / PUBLIC_KEY
    own = (public_key(kept.read_text(encoding="ascii")),) if kept.is_file() else ()
    return loaded.database(os.environ) or folder.database_url, folder.audit / CHECKPOINTS, own


def _loaded(site: Path) -> "LoadedSite":
    from parvis.site import SiteError, load

    try:
        return load(site)
    except SiteError as error:
        raise fail("; ".join(str(problem) for problem in error.problems)) from None


def _key(given: str) -> str:
    """A public key from its text, or from a file."""
    from parvis.store.audit_seal import public_key

    path = Path(given)
    return public_key(path.read_text(encoding="ascii") if path.is_file() else given)


def _moment(at_s: float) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
