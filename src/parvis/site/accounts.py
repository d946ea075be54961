"""The shapes of ``accounts``: who owes a second factor, and who signs people in elsewhere."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from parvis.site.fields import Name, Shape, Text, no_repeat, refused
from parvis.site.notify import SecretRef, Url

AccountRole = Literal["viewer", "analyst", "operator", "technician", "administrator", "dpo"]
"""What an account may be."""

LimitedRole = Literal["viewer", "analyst", "operator"]
"""Roles that may cover a part of the site; the others set up, administer or audit all of it."""

ClaimName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_:/.-]{1,100}$")]
PlaceNames = Annotated[tuple[Name, ...], Field(min_length=1), AfterValidator(no_repeat)]
ClaimValue = Annotated[str, Field(min_length=1, max_length=200)]
Scope = Annotated[str, Field(pattern=r"^[!#-\[\]-~]{1,100}$")]


class SingleSignOn(Shape):
    """A provider of identity (OpenID Connect) by which people sign in."""

    label: Text = Field(title="Label", description="What stands on the button of the sign-in page.")
    issuer: Url = Field(
        title="Issuer",
        description="Its address as it names itself; over https, unless on this machine.",
    )
    client_id: Text = Field(title="Client", description="How it knows Parvis.")
    client_secret: SecretRef = Field(
        title="Client secret", description="As ${NAME}, with a line in secrets.env."
    )
    scopes: Annotated[tuple[Scope, ...], Field(max_length=20), AfterValidator(no_repeat)] = Field(
        default=("openid", "profile"),
        title="Scopes",
        description="What is asked for; openid is always among them.",
    )
    name_claim: ClaimName = Field(
        default="preferred_username",
        title="Name claim",
        description="The claim that names the person in the log; without it, their subject.",
    )
    role_claim: ClaimName = Field(
        default="groups",
        title="Role claim",
        description="The claim, a text or a list of texts, from which roles follow.",
    )
    roles: Annotated[dict[ClaimValue, AccountRole], Field(min_length=1, max_length=200)] = Field(
        title="Roles",
        description=(
            "Value of the role claim → role. Who bears none of these values is refused; of "
            "several, the first in this list counts."
        ),
    )
    places: Annotated[dict[ClaimValue, PlaceNames], Field(max_length=200)] = Field(
        default_factory=dict,
        title="Places",
        description=(
            "Value of the role claim → places; who bears such a value sees these places only. "
            "For viewers, analysts and operators."
        ),
    )


class AccountSettings(Shape):
    """How people sign in."""

    second_factor: Annotated[tuple[AccountRole, ...], AfterValidator(no_repeat)] = Field(
        default=(),
        title="Second factor",
        description=(
            "Roles that must give a code of their own device (TOTP) beside the password; others "
            "may. Who has none yet sets it up at the next sign-in."
        ),
    )
    single_sign_on: SingleSignOn | None = Field(
        default=None,
        title="Single sign-on",
        description="Without it, people sign in with a password of this site.",
    )
    passwords: Annotated[tuple[AccountRole, ...], AfterValidator(no_repeat)] = Field(
        default=("viewer", "analyst", "operator", "technician", "administrator", "dpo"),
        title="Passwords",
        description=(
            "Roles that may sign in with a password of this site. Keep administrator: it opens "
            "when the provider of identity does not answer."
        ),
    )

    @model_validator(mode="after")
    def _a_way_in(self) -> Self:
        if self.single_sign_on is None and len(self.passwords) < 6:
            raise refused(
                "passwords",
                "some people could not sign in at all",
                "add single_sign_on, or leave passwords out",
            )
        if "administrator" not in self.passwords:
            raise refused(
                "passwords",
                "nobody could administer the site when the provider does not answer",
                "add administrator",
            )
        return self
