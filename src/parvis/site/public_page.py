"""The page that everybody may read without an account, and the open data beside it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, Strict

from parvis.site.fields import Shape


class PublicPage(Shape):
    """What is shown to whoever asks; off unless it is switched on here."""

    page: Annotated[bool, Strict()] = Field(
        default=False,
        title="Public page",
        description=(
            "Serves /public without an account: what is measured where, why, on what basis, for "
            "how long, how accurately, and how busy each place is at the last closed stretch."
        ),
    )
    open_data: Annotated[bool, Strict()] = Field(
        default=False,
        title="Open data",
        description=(
            "Beside the page, the published counts of each day by the hour, as CSV and JSON; "
            "needs the page. Small cells stay hidden."
        ),
    )
