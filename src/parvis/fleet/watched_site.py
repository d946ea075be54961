"""The site in force, as the hub keeps it while its file changes."""

import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path

from parvis.site import LoadedSite
from parvis.site.edit import SiteDocument
from parvis.site.watch import SiteChange, SiteWatch

_REMEMBERED = 16
"""Versions saved by screens; more do not come between two looks."""


class WatchedSite:
    """The site in force, read anew when its file changes.

    A version with another time zone is not taken: the store cuts its hours in the zone it was
    opened with, and nothing may mix the two. The supervisor starts the hub again with it.

    Args:
        path: site.yaml.
        kept: a copy of its last valid version, to begin with.
        forget: told of the cameras that are no longer in it.
    """

    def __init__(self, path: Path, kept: Path | None, forget: Callable[[str], None]) -> None:
        self._watch = SiteWatch(path, kept)
        self._held = self._watch.current
        self._forget = forget
        self._looking = threading.Lock()
        self._saved_here: deque[str] = deque(maxlen=_REMEMBERED)
        self._found: list[SiteChange] = []
        self.by_hand: deque[SiteChange] = deque()
        """Changes found in the file that no screen saved, to be told to the audit trail."""

    def loaded(self) -> LoadedSite:
        """The configuration in force (the last one that was valid)."""
        return self._held

    def document(self) -> SiteDocument:
        """Open the file for an edit that keeps its comments; blocking."""
        return SiteDocument.open(self._held.path)

    def take(self, loaded: LoadedSite) -> None:
        """Put a version in force that a screen just saved: look at the file now."""
        self._saved_here.append(loaded.etag)
        if loaded.etag != self._held.etag:
            self.poll()

    def poll(self) -> None:
        """Look at the file once."""
        with self._looking:
            self._poll()

    def _poll(self) -> None:
        # A screen says what it saved a moment after it wrote the file: whose a change is, is known
        # at the next look only.
        self.by_hand += [one for one in self._found if one.after.etag not in self._saved_here]
        change = self._watch.poll()
        self._found = [change] if isinstance(change, SiteChange) else []
        before, fresh = self._held, self._watch.current
        if fresh.site.site.timezone != before.site.site.timezone:
            return
        self._held = fresh
        for name in before.site.cameras.keys() - fresh.site.cameras.keys():
            self._forget(name)
