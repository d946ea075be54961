"""The reason that a person gives for what they order: kept in the log, so it must say something."""

from typing import Annotated

from pydantic import AfterValidator, Field

from parvis.site.fields import refused

SHORTEST = 3


def _said(text: str) -> str:
    # As Python strips: the gate does, and takes more letters for blank than pydantic would.
    said = text.strip()
    if len(said) < SHORTEST or not any(letter.isalnum() for letter in said):
        raise refused("reason", f"a reason has at least {SHORTEST} letters", "say why, in words")
    return said


Reason = Annotated[
    str,
    Field(min_length=SHORTEST, max_length=300, description="Kept in the log."),
    AfterValidator(_said),
]
"""A reason without the blanks around it."""
