"""Changes of site.yaml from a screen: sound, not lost, without a password in the file; blocking."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from parvis.server.errors import invalid_request
from parvis.server.problems import ProblemError, T
from parvis.server.services import HubServices
from parvis.site import LoadedSite, SiteError, redact
from parvis.site.edit import CannotSpliceError, SiteDocument, StaleDocumentError
from parvis.site.keeping import keep_secret, known_secrets, secret_name, without_secrets
from parvis.site.shapes import Camera
from parvis.site.sources import SourceError, source_kind

Edit = Callable[[SiteDocument], SiteDocument]


@dataclass(frozen=True, slots=True)
class SavedEdit:
    """A change that was written.

    Args:
        loaded: the site as it stands now.
        before: version of the file that was changed.
        difference: SHA-256 of the unified diff that the screen shows, secrets hidden.
    """

    loaded: LoadedSite
    before: str
    difference: str

    @property
    def etag(self) -> str:
        """The file's version now."""
        return self.loaded.etag

    @property
    def facts(self) -> dict[str, str]:
        """What the audit trail keeps of it."""
        return {
            "etag": self.loaded.etag,
            "before": self.before,
            "difference": self.difference,
            "configuration_hash": self.loaded.hash,
        }


def wanted_version(if_match: str | None) -> str:
    """The version of the file that a change is meant for.

    Raises:
        ProblemError: 428 without one.
    """
    tag = (if_match or "").strip()
    if len(tag) > 2 and tag.startswith('"') and tag.endswith('"'):
        return tag[1:-1]
    raise ProblemError(
        428,
        "no-version",
        T("The change does not say which version it is of."),
        T("Without it, someone else's change could be lost."),
        T("Send If-Match with the ETag that came with what you change."),
    )


def drafted(given: dict[str, Any], held: Camera | None) -> Camera:
    """The camera that a screen describes; an address that comes back redacted is the held one.

    Raises:
        ProblemError: 422 with every field that is wrong.
    """
    said = dict(given)
    for key in ("source", "sub_source"):
        kept = getattr(held, key) if held is not None else None
        if kept is not None and said.get(key) == redact(kept):
            said[key] = kept
    try:
        return Camera.model_validate(said)
    except ValidationError as error:
        raise invalid_request(list(error.errors(include_url=False, include_input=False))) from None


def address_meant(shown: str, held: Camera | None) -> str:
    """The address that a screen means; one that comes back redacted is the held one.

    Raises:
        ProblemError: 422 for what is no address.
    """
    for kept in (held.source, held.sub_source) if held is not None else ():
        if kept is not None and shown == redact(kept):
            return kept
    try:
        source_kind(shown)
    except SourceError as error:
        raise invalid_request(
            [{"loc": ("source",), "msg": error.message, "ctx": {"remedy": error.remedy}}]
        ) from None
    return shown


def saved(hub: HubServices, version: str | None, edit: Edit) -> SavedEdit:
    """Edit the file, save it, and put it in force.

    Args:
        hub: the services.
        version: the file's version that the edit is meant for; any when None.
        edit: the edit.

    Raises:
        ProblemError: 412 when the file changed meanwhile, 422 when the result would be unsound,
            409 when the file is written in a way that a screen cannot edit.
    """
    path = hub.site.loaded().path
    try:
        held = SiteDocument.open(path, version)
        document = edit(held)
        difference = hashlib.sha256(document.diff().encode()).hexdigest()
        fresh = document.save()
    except StaleDocumentError as error:
        raise ProblemError(
            412,
            "stale",
            T("The settings were changed by someone else."),
            T("What you see is no longer what the file says."),
            T("Load them again, then make your change anew."),
            headers={"ETag": f'"{error.etag}"'},
        ) from error
    except SiteError as error:
        raise _unsound(error) from error
    except CannotSpliceError as error:
        raise ProblemError(
            409,
            "by-hand",
            T("A screen cannot make this change."),
            T("{reason}")(reason=redact(str(error))),
            T("Change site.yaml by hand."),
        ) from error
    except PermissionError as error:
        raise ProblemError(
            500,
            "read-only",
            T("The settings could not be written."),
            T("Parvis may not write in the folder of site.yaml."),
            T("Give the folder to the account that runs Parvis."),
        ) from error
    hub.site.take(fresh)
    return SavedEdit(fresh, held.etag, difference)


def difference(hub: HubServices, edit: Edit) -> str:
    """What an edit would change in the file, as a unified diff with secrets hidden.

    Raises:
        ProblemError: as :func:`saved`, save 412.
    """
    try:
        document = edit(SiteDocument.open(hub.site.loaded().path))
        _ = document.site
        return document.diff()
    except SiteError as error:
        raise _unsound(error) from error
    except CannotSpliceError as error:
        raise ProblemError(
            409, "by-hand", T("A screen cannot make this change."), remedy=T("Change it by hand.")
        ) from error


def with_kept_passwords(hub: HubServices, name: str, camera: Camera) -> Camera:
    """The camera with the secrets of its addresses moved to the secrets file."""
    loaded = hub.site.loaded()
    changes: dict[str, str] = {}
    secrets: dict[str, str] = {}
    for key, prefix in (("source", ""), ("sub_source", "SUB_")):
        address = getattr(camera, key)
        if address is None:
            continue
        # Of one address, known names and those given before are taken.
        taken = set(known_secrets(loaded.folder, hub.environ)) | set(secrets)

        def free(part: str, prefix: str = prefix, taken: set[str] = taken) -> str:
            given = secret_name(name, f"{prefix}{part}", taken)
            taken.add(given)
            return given

        changes[key], found = without_secrets(address, free)
        secrets |= found
    for secret, value in secrets.items():
        keep_secret(loaded.folder, hub.environ, secret, value)
    return camera.model_copy(update=changes)


def _unsound(error: SiteError) -> ProblemError:
    return ProblemError(
        422,
        "unsound",
        T("The settings would not be sound."),
        T("{reason}")(reason=error.problems[0].message),
        T("{remedy}")(remedy=error.problems[0].remedy),
        details={
            "errors": [
                {"key": one.key, "message": one.message, "remedy": one.remedy}
                for one in error.problems
            ]
        },
    )
