"""Sections of site.yaml beside the cameras: the town, its legal frame, the server, the store."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, Strict

from parvis.site.fields import (
    BindAddress,
    Days,
    Language,
    Network,
    Profile,
    PublicUrl,
    Shape,
    Text,
    TimeZone,
)


class Identity(Shape):
    """The town's installation."""

    name: Text = Field(title="Name", description="The site's name, shown on every page.")
    timezone: TimeZone = Field(
        default="Europe/Paris",
        title="Time zone",
        description=(
            "The civil time that cuts quarters, hours and days; a name of the IANA list. A running "
            "site that is given another one starts its processes again, within seconds."
        ),
    )
    language: Language = Field(
        default="fr",
        title="Language",
        description="The language of pages and files when a person has not chosen one.",
    )


class PolicyChoice(Shape):
    """The legal frame that the site runs under."""

    profile: Profile = Field(
        default="statistics",
        title="Profile",
        description=(
            "statistics: no value before its quarter of an hour is closed, no moving dot outside "
            "a set-up session. demonstration: everything on, for recorded clips only."
        ),
    )


class ServerSettings(Shape):
    """Where the pages and the API are served."""

    bind: BindAddress = Field(
        default="127.0.0.1",
        title="Bind address",
        description=(
            "The IP address that the server listens on. Keep 127.0.0.1 behind a reverse proxy "
            "that adds TLS."
        ),
    )
    port: Annotated[int, Strict()] = Field(
        default=8080,
        ge=0,
        le=65535,
        title="Port",
        description="The TCP port that the server listens on; 0 takes a free one and prints it.",
    )
    public_url: PublicUrl | None = Field(
        default=None,
        title="Public address",
        description="The address that people type, as served by the reverse proxy, over https.",
    )
    trusted_proxies: tuple[Network, ...] = Field(
        default=(),
        max_length=50,
        title="Trusted proxies",
        description=(
            "Addresses or networks of reverse proxies whose X-Forwarded-* headers are believed."
        ),
    )


class StoreSettings(Shape):
    """Where measures rest, and for how long."""

    url: Annotated[str, Field(max_length=2000)] | None = Field(
        default=None,
        title="Database address",
        description=(
            "An SQLAlchemy address, for example "
            "postgresql+psycopg://parvis:${DB_PASSWORD}@localhost/parvis. "
            "Without one, SQLite in the data folder."
        ),
    )
    data_dir: Text = Field(
        default="data",
        title="Data folder",
        description=(
            "The folder of the database and the spool; a relative path starts from the folder of "
            "site.yaml."
        ),
    )
    minute_retention_days: Days = Field(
        default=92,
        title="Days of minutes",
        description=(
            "How long measures of one minute are kept, and with them those of 15 minutes, which "
            "are their sums; hours and days stay."
        ),
    )
    quarter_retention_days: Days = Field(
        default=1096,
        title="Days of quarters",
        description=(
            "How long speeds, squares and journeys on the ground are kept, by quarters of an hour."
        ),
    )
    alert_retention_days: Days = Field(
        default=366,
        title="Days of alerts",
        description=(
            "How long alerts are kept once they are over, with their history, verdicts and dots."
        ),
    )
    audit_retention_days: Annotated[int, Strict(), Field(ge=183, le=36500)] = Field(
        default=366,
        title="Days of the log",
        description="How long the log of looks, exports and changes is kept; six months at least.",
    )
