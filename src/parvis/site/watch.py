"""Watching site.yaml: what changed, camera by camera; an unsound file changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from parvis.site.check import read_bytes
from parvis.site.loading import LoadedSite, etag_of, loaded
from parvis.site.problems import Problem, SiteError
from parvis.site.shapes import Camera, Site


class CameraChange(StrEnum):
    """What happened to a camera."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    RELABELLED = "relabelled"


@dataclass(frozen=True, slots=True)
class SiteChange:
    """The difference between two configurations, by what has to be done about it.

    Args:
        before, after: the two.
        added, removed: cameras to start and to stop.
        changed: cameras to reload, with the keys that changed (``lines`` alone needs no
            reconnection).
        relabelled: cameras whose words changed alone (labels, credit): nothing to reload.
        sections: other sections that changed: ``site``, ``policy``, ``server``, ``store``.
    """

    before: LoadedSite
    after: LoadedSite
    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    changed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    relabelled: frozenset[str] = frozenset()
    sections: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """False when only comments or the order of things changed."""
        return bool(self.added or self.removed or self.changed or self.relabelled or self.sections)

    @property
    def cameras(self) -> dict[str, CameraChange]:
        """Every camera concerned, by name; cameras that are not in it run on untouched."""
        return {
            **dict.fromkeys(self.added, CameraChange.ADDED),
            **dict.fromkeys(self.removed, CameraChange.REMOVED),
            **dict.fromkeys(self.changed, CameraChange.CHANGED),
            **dict.fromkeys(self.relabelled, CameraChange.RELABELLED),
        }


@dataclass(frozen=True, slots=True)
class SiteRejected:
    """The file changed and cannot be used: the old configuration stays.

    Args:
        problems: everything wrong with it.
    """

    problems: tuple[Problem, ...]


def compare(before: LoadedSite, after: LoadedSite) -> SiteChange:
    """What changed from one configuration to the other."""
    old, new = before.site.cameras, after.site.cameras
    keys = {name: _changed_keys(old[name], new[name]) for name in old.keys() & new.keys()}
    reworded = {name for name, what in keys.items() if what and runs_on(old[name], new[name])}
    return SiteChange(
        before,
        after,
        added=frozenset(new.keys() - old.keys()),
        removed=frozenset(old.keys() - new.keys()),
        changed={n: what for n, what in sorted(keys.items()) if what and n not in reworded},
        relabelled=frozenset(reworded),
        sections=frozenset(
            section
            for section in Site.model_fields
            if section != "cameras"
            and getattr(before.site, section) != getattr(after.site, section)
        ),
    )


def _changed_keys(old: Camera, new: Camera) -> frozenset[str]:
    return frozenset(key for key in Camera.model_fields if getattr(old, key) != getattr(new, key))


def runs_on(before: Camera, after: Camera) -> bool:
    """True when nothing changed but words: the camera need not be reloaded."""
    return before.without_words() == after.without_words()


class SiteWatch:
    """Watches one site.yaml by asking it, a look at a time; it starts no thread.

    Args:
        path: the file, loaded at once.
        kept: a copy of a version that was valid, to begin with instead; the first look finds
            what stands at ``path`` now.

    Raises:
        SiteError: the file cannot be used to begin with.
    """

    def __init__(self, path: Path, kept: Path | None = None) -> None:
        self._raw = read_bytes(kept or path)
        self._current = loaded(path, self._raw)
        self._path = path
        self._last_etag = self._current.etag
        self._signature: tuple[int, ...] = ()

    @property
    def current(self) -> LoadedSite:
        """The last configuration that could be used."""
        return self._current

    @property
    def raw(self) -> bytes:
        """The bytes of that configuration's file."""
        return self._raw

    def poll(self) -> SiteChange | SiteRejected | None:
        """Look at the file once.

        Returns:
            What changed (false when comments alone did); the problems of a file that cannot be
            used, once for each version of it; None when nothing new stands there.
        """
        signature = self._look()
        if signature and signature == self._signature:
            return None
        self._signature = ()
        try:
            raw = read_bytes(self._path)
            etag = etag_of(raw)
            if etag == self._last_etag:
                # Believed only when a second look finds the same: two writes may share a time.
                self._signature = signature
                return None
            self._last_etag = etag
            fresh = loaded(self._path, raw)
        except SiteError as error:
            return self._rejected(error)
        change = compare(self._current, fresh)
        self._current, self._raw = fresh, raw
        return change

    def _rejected(self, error: SiteError) -> SiteRejected | None:
        if not self._look():
            # Gone, perhaps for the blink of an editor's save: told once, until it is back.
            if self._last_etag == "":
                return None
            self._last_etag = ""
        return SiteRejected(tuple(error.problems))

    def _look(self) -> tuple[int, ...]:
        try:
            stat = self._path.stat()
        except OSError:
            return ()
        return (stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino)
