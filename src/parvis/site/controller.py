"""Who answers for the site: what signs, notices and registers say of the controller."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from parvis.site.fields import Shape, Text, no_repeat

_Texts = Annotated[tuple[Text, ...], Field(max_length=20), AfterValidator(no_repeat)]


class Controller(Shape):
    """The controller, as the documents name it; they mark what is not written as a gap."""

    name: Text | None = Field(
        default=None,
        title="Name",
        description="The authority or company that decides why and how the cameras are analysed.",
    )
    address: Text | None = Field(
        default=None, title="Address", description="Its postal address, in one line."
    )
    contact: Text | None = Field(
        default=None,
        title="Contact",
        description="How to reach it: a telephone number, an address, a page.",
    )
    dpo: Text | None = Field(
        default=None,
        title="Data-protection officer",
        description="How to reach the data-protection officer; rights are exercised there.",
    )
    complaint: Text | None = Field(
        default=None,
        title="Complaints",
        description=(
            "The supervisory authority that takes complaints; without it, the CNIL where the law "
            "in force is French."
        ),
    )
    purposes: _Texts = Field(
        default=(),
        title="Purposes",
        description="What the measures serve, a sentence each, as the town decided it.",
    )
    basis: Text | None = Field(
        default=None,
        title="Legal basis",
        description="On what the processing rests, as the controller and its officer settled it.",
    )
    decision: Text | None = Field(
        default=None,
        title="Decision",
        description="The deliberation or order that decided it, with its date.",
    )
    recipients: _Texts = Field(
        default=(),
        title="Recipients",
        description="Who receives measures or alerts outside of the accounts of this site.",
    )
    processors: _Texts = Field(
        default=(),
        title="Processors",
        description="Companies that install, run or maintain the system for the controller.",
    )
