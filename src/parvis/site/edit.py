"""Edits of site.yaml by the screens: comments kept, no update lost, replaced at one stroke."""

from __future__ import annotations

import copy
import difflib
import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parvis.site.check import decode, judge, read_bytes
from parvis.site.document import read
from parvis.site.ground import Ground
from parvis.site.loading import LoadedSite, etag_of, loaded
from parvis.site.notify import Channel
from parvis.site.place import Place
from parvis.site.problems import Problem, SiteError
from parvis.site.redact import redact
from parvis.site.replacing import replace
from parvis.site.rules import RuleSettings
from parvis.site.sections import Identity
from parvis.site.shapes import Camera, Line, Site, Zone
from parvis.site.spelling import as_written, by_name, lists, sparse, with_hidden_addresses
from parvis.site.splice import CannotSpliceError, rewritten

__all__ = ["CannotSpliceError", "SiteDocument", "StaleDocumentError"]


class StaleDocumentError(RuntimeError):
    """The file changed since it was read: read it again, and edit that.

    Args:
        etag: the version that the file has now.
    """

    def __init__(self, etag: str) -> None:
        self.etag = etag
        super().__init__("site.yaml was changed by someone else in the meantime")


@dataclass(frozen=True, slots=True)
class SiteDocument:
    """One version of a site.yaml and the edits made to it; each edit gives a new document.

    ```python
    document = SiteDocument.open(path, etag=what_the_screen_saw)
    document = document.set_lines("quai", {"pont": Line(points=((0.1, 0.5), (0.9, 0.5)))})
    print(document.diff())
    document.save()
    ```

    Args:
        path: the file.
        original: its text when it was opened.
        text: its text with the edits.
        etag: the version that was opened.
    """

    path: Path
    original: str
    text: str
    etag: str

    @classmethod
    def open(cls, path: Path, etag: str | None = None) -> SiteDocument:
        """Read the file.

        Args:
            path: the site.yaml.
            etag: the version that the edit is meant for; any when None.

        Raises:
            StaleDocumentError: the file has another version.
            SiteError: it cannot be read, or has errors: those are mended by hand.
        """
        raw = read_bytes(path)
        if etag is not None and etag_of(raw) != etag:
            raise StaleDocumentError(etag_of(raw))
        text = decode(path, raw)
        document = cls(path, text, text, etag_of(raw))
        _ = document.site
        return document

    @property
    def site(self) -> Site:
        """What the text says, edits included.

        Raises:
            SiteError: the edits made it unsound.
        """
        site, problems = judge(self.path, self.text)
        if site is None:
            raise SiteError(problems)
        return site

    def problems(self) -> list[Problem]:
        """What is wrong with the text, edits included."""
        return judge(self.path, self.text)[1]

    def set_camera(self, name: str, camera: Camera | Mapping[str, Any]) -> SiteDocument:
        """Add a camera, or make the one of that name say ``camera``.

        An address that comes back as it was shown, with its secrets hidden, is left as it is. An
        unsound mapping is taken in as it is, and :meth:`problems` and :meth:`save` say why not.

        Raises:
            CannotSpliceError: the camera shares its settings with another through a YAML anchor.
        """
        return self.set_cameras({name: camera})

    def set_cameras(self, given: Mapping[str, Camera | Mapping[str, Any]]) -> SiteDocument:
        """Do :meth:`set_camera` for several at once.

        Raises:
            CannotSpliceError: see :meth:`set_camera`.
        """
        plain = self._plain()
        cameras = plain["cameras"] = dict(plain.get("cameras") or {})
        for name, camera in given.items():
            old = cameras.get(name)
            wanted = camera if isinstance(camera, Mapping) else camera.model_dump(mode="json")
            cameras[name] = as_written(old, with_hidden_addresses(wanted, old), Camera)
        return self._saying(plain)

    def remove_camera(self, name: str) -> SiteDocument:
        """Remove a camera and its settings; its past measures stay in the store.

        Raises:
            KeyError: no camera of that name.
        """
        return self._without("cameras", name)

    def set_lines(self, camera: str, lines: Mapping[str, Line | Mapping[str, Any]]) -> SiteDocument:
        """Give a camera these lines and no other.

        Raises:
            KeyError: no camera of that name.
        """
        return self._set_part(camera, "lines", by_name(lines))

    def set_zones(self, camera: str, zones: Mapping[str, Zone | Mapping[str, Any]]) -> SiteDocument:
        """Give a camera these zones and no other.

        Raises:
            KeyError: no camera of that name.
        """
        return self._set_part(camera, "zones", by_name(zones))

    def set_masks(self, camera: str, masks: Sequence[Sequence[Sequence[float]]]) -> SiteDocument:
        """Give a camera these masks and no other.

        Raises:
            KeyError: no camera of that name.
        """
        return self._set_part(camera, "masks", lists(masks))

    def set_ground(self, camera: str, ground: Ground | None) -> SiteDocument:
        """Give a camera this ground, or none.

        Raises:
            KeyError: no camera of that name.
        """
        written = None if ground is None else ground.model_dump(mode="json", exclude_defaults=True)
        return self._set_part(camera, "ground", written)

    def set_enabled(self, camera: str, *, enabled: bool) -> SiteDocument:
        """Start or stop a camera.

        Raises:
            KeyError: no camera of that name.
        """
        return self._set_part(camera, "enabled", enabled)

    def set_place(self, name: str, place: Place | Mapping[str, Any]) -> SiteDocument:
        """Add a place, or make the one of that name say ``place``.

        Raises:
            CannotSpliceError: it shares its settings with another through a YAML anchor.
        """
        held = (self._plain().get("places") or {}).get(name)
        given = place if isinstance(place, Mapping) else place.model_dump(mode="json")
        return self._with("places", {name: as_written(held, given, Place)})

    def remove_place(self, name: str) -> SiteDocument:
        """Remove a place; its past measures stay in the store.

        Raises:
            KeyError: no place of that name.
        """
        return self._without("places", name)

    def set_rules(self, given: Mapping[str, RuleSettings | Mapping[str, Any]]) -> SiteDocument:
        """Add rules, or make those of these names say what is given; the others stay.

        Raises:
            CannotSpliceError: a rule shares its settings with another through a YAML anchor.
        """
        rules = {}
        for name, rule in given.items():
            wanted = rule if isinstance(rule, Mapping) else sparse(rule)
            rules[name] = {"kind": wanted["kind"]} | lists(wanted)
        return self._with("rules", rules)

    def remove_rule(self, name: str) -> SiteDocument:
        """Remove a rule; its past alerts stay in the store.

        Raises:
            KeyError: no rule of that name.
        """
        return self._without("rules", name)

    def set_channel(self, name: str, channel: Channel) -> SiteDocument:
        """Add a channel of notifications, or make the one of that name say ``channel``.

        Raises:
            CannotSpliceError: it shares its settings with another through a YAML anchor.
        """
        return self._with("notify", {name: sparse(channel)})

    def remove_channel(self, name: str) -> SiteDocument:
        """Remove a channel of notifications.

        Raises:
            KeyError: no channel of that name.
        """
        return self._without("notify", name)

    def set_identity(self, identity: Identity | Mapping[str, Any]) -> SiteDocument:
        """Change the site's name, time zone or language."""
        plain = self._plain()
        given = identity if isinstance(identity, Mapping) else identity.model_dump(mode="json")
        return self._saying({**plain, "site": as_written(plain.get("site"), given, Identity)})

    def diff(self) -> str:
        """The edits as a unified diff, with secrets hidden; empty without any."""
        lines = difflib.unified_diff(
            self.original.splitlines(),
            self.text.splitlines(),
            "site.yaml",
            "site.yaml",
            lineterm="",
        )
        return "\n".join(redact(line) for line in lines)

    def save(self) -> LoadedSite:
        """Replace the file by the edited text, at one stroke, and return it loaded.

        Raises:
            StaleDocumentError: the file changed since it was opened; nothing is written.
            SiteError: the edits made it unsound; nothing is written.
            OSError: the folder does not allow it; the old file stands untouched.
        """
        raw = self.text.encode("utf-8")
        fresh = loaded(self.path, raw)
        target = self.path.resolve()
        with _alone_in(target.parent):
            current = etag_of(read_bytes(self.path))
            if current != self.etag:
                raise StaleDocumentError(current)
            if current != fresh.etag:
                replace(target, raw, like=target.stat())
        return fresh

    def _set_part(self, camera: str, key: str, value: Any) -> SiteDocument:
        cameras = self._plain().get("cameras") or {}
        return self.set_camera(camera, {**cameras[camera], key: value})

    def _with(self, section: str, given: Mapping[str, Any]) -> SiteDocument:
        plain = self._plain()
        return self._saying({**plain, section: {**(plain.get(section) or {}), **given}})

    def _without(self, section: str, name: str) -> SiteDocument:
        held = dict(self._plain().get(section) or {})
        del held[name]
        return self._saying({**self._plain(), section: held})

    def _plain(self) -> dict[str, Any]:
        plain = read(self.text).plain()
        assert isinstance(plain, dict), "an open document is a section"  # noqa: S101
        return copy.copy(plain)

    def _saying(self, plain: dict[str, Any]) -> SiteDocument:
        text = rewritten(read(self.text), plain)
        return SiteDocument(self.path, self.original, text, self.etag)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder against other savers of this machine."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
