"""A part of *Conformité*: what it gathers, and the template that draws it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from parvis.server.pages.compliance.asked import Asked
from parvis.server.pages.frame import View


class Part(Protocol):
    """What a section gathered; its template knows it as ``part``."""

    @property
    def sentence(self) -> str:
        """What it says in the page's first line; may be empty."""
        ...


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page.

    Args:
        key: its anchor.
        template: file under ``templates/``.
        gather: reads what it shows, of the search of the page; blocking, in a thread of its own.
    """

    key: str
    template: str
    gather: Callable[[View, Asked], Part]
