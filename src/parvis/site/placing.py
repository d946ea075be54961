"""Problems put at their place in the text."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from parvis.site.document import Document, Key
from parvis.site.problems import Problem, Remark, Severity


@dataclass(frozen=True, slots=True)
class Placer:
    """Puts problems of one file at the lines of its keys."""

    path: Path
    document: Document

    def error(self, key: Sequence[Key], message: str, remedy: str) -> Problem:
        """A problem that stops the file from being used, at the longest known part of ``key``."""
        return self._at(key, message, remedy, Severity.ERROR)

    def warning(self, key: Sequence[Key], message: str, remedy: str) -> Problem:
        """A problem that lets the file be used, at the longest known part of ``key``."""
        return self._at(key, message, remedy, Severity.WARNING)

    def remark(self, remark: Remark) -> Problem:
        """What another room says, at the longest known part of its key."""
        return self._at(remark.key, remark.message, remark.remedy, remark.severity)

    def _at(self, key: Sequence[Key], message: str, remedy: str, severity: Severity) -> Problem:
        found = self.document.find(key)
        line, column = (found[0].line, found[0].column) if found else (0, 0)
        name = ".".join(map(str, key))
        return Problem(self.path, line, column, name, message, remedy, severity)
