"""The form by which an administrator holds a kind of data."""

from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import Depends, Form
from pydantic import ValidationError

from parvis.server.api.holds import HoldIn
from parvis.server.errors import invalid_request
from parvis.server.pages.frame import View, view

Text = Annotated[str, Form(max_length=300)]


def hold_form(
    *,
    here: Annotated[View, Depends(view)],
    kind: Text,
    authority: Text,
    reason: Text,
    until: Annotated[date, Form()],
    first: Annotated[str, Form(max_length=10)] = "",
) -> HoldIn:
    """What the form says: civil days, the last one included."""

    def midnight(day: date) -> float:
        return datetime.combine(day, time(), here.words.zone).timestamp()

    try:
        return HoldIn(
            kind=kind,
            authority=authority,
            reason=reason,
            from_s=midnight(date.fromisoformat(first)) if first else 0.0,
            until_s=midnight(until + timedelta(1)),
        )
    except ValidationError as error:
        raise invalid_request(list(error.errors(include_url=False, include_input=False))) from None


HoldFormHere = Annotated[HoldIn, Depends(hold_form)]
