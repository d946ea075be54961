"""A sentence for a person, written in English and said in the reader's language when shown."""

from collections.abc import Callable
from dataclasses import dataclass

Translate = Callable[[str], str]
"""Turns an English message into the reader's language."""


@dataclass(frozen=True)
class T:
    """A message to be translated when it is shown; ``T`` is also the keyword for extraction.

    Args:
        text: the English message, with named ``{fields}``.
        fields: what stands in the fields; never a secret.
    """

    text: str
    fields: tuple[tuple[str, object], ...] = ()

    def __call__(self, **fields: object) -> "T":
        """The same message with its fields filled in."""
        return T(self.text, tuple(fields.items()))

    def __str__(self) -> str:
        """In English, as commands and logs say it."""
        return self.shown(str)

    def shown(self, translate: Translate) -> str:
        """The message in the reader's language."""
        return translate(self.text).format(**dict(self.fields))
