"""What is wrong with a file, said so that a person can put it right."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from parvis.site.redact import redact


class Severity(StrEnum):
    """Whether a problem stops the file from being used."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one place. No part of it ever holds a secret.

    Args:
        file: the file it is in.
        line, column: where, from 1; 0 when it concerns the whole file.
        key: the key path, for example ``cameras.quai.rate``; empty for the whole file.
        message: what is wrong.
        remedy: what to do about it.
        severity: a warning lets the file be used.
    """

    file: Path
    line: int
    column: int
    key: str
    message: str
    remedy: str
    severity: Severity = Severity.ERROR

    def __post_init__(self) -> None:
        for part in ("key", "message", "remedy"):
            object.__setattr__(self, part, redact(getattr(self, part)))

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else str(self.file)
        mark = "" if self.severity is Severity.ERROR else "warning: "
        key = f"{self.key}: " if self.key else ""
        stop = "" if self.remedy.endswith("?") else "."
        return (
            f"{place}: {mark}{key}{self.message}. {self.remedy[:1].upper()}{self.remedy[1:]}{stop}"
        )


@dataclass(frozen=True, slots=True)
class Remark:
    """What a room above this one has to say about sound shapes.

    Args:
        key: key path, for example ``("cameras", "quai", "ground", "points", 2)``.
        message: what is wrong.
        remedy: what to do about it.
        severity: a warning lets the file be used.
    """

    key: tuple[str | int, ...]
    message: str
    remedy: str
    severity: Severity = Severity.ERROR


def errors(problems: Sequence[Problem]) -> list[Problem]:
    """Only those that stop the file from being used."""
    return [problem for problem in problems if problem.severity is Severity.ERROR]


class SiteError(ValueError):
    """The configuration cannot be used; ``problems`` says everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in problems))
