"""Sections of site.yaml beside the cameras: the town, its legal frame, the server, the store."""

from __future__ import annotations

import difflib
from typing import Annotated

from pydantic import Field, Strict, ValidationInfo, field_validator

from parvis.site.fields import (
    PACKAGED_PROFILES,
    BindAddress,
    Days,
    HolidayPlace,
    Language,
    ModeName,
    Network,
    Profile,
    PublicUrl,
    Shape,
    Text,
    TimeZone,
    refused,
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
    holidays: HolidayPlace = Field(
        default="FR",
        title="Public holidays",
        description=(
            "Where their calendar holds: a country, and where needed its part, for example FR, "
            "FR-57, FR-67 or FR-68 (Moselle, Alsace: two days more), FR-974 (La Réunion). A "
            "holiday is expected to be like a Sunday."
        ),
    )
    language: Language = Field(
        default="fr",
        title="Language",
        description="The language of pages and files when a person has not chosen one.",
    )


class PolicyChoice(Shape):
    """The legal frame that the site runs under."""

    folder: Text | None = Field(
        default=None,
        title="Folder of profiles",
        description=(
            "Where the town's own profiles lie, as NAME.yaml; a relative path starts from the "
            "folder of site.yaml."
        ),
    )

    profile: Profile = Field(
        default="statistics",
        title="Profile",
        description=(
            "statistics: no value before its quarter of an hour is closed, no moving dot outside "
            "a set-up session. operational: what a recorded act opens, statistics for the rest. "
            "Both follow French law, each camera by its space. demonstration: everything on, for "
            "recorded clips only. Or one legal frame for the whole site: fr-public-road, "
            "fr-public-venue, fr-private, eu; or a profile of the town's own: the path of its "
            "file, or its name in folder."
        ),
    )
    mode: ModeName | None = Field(
        default=None,
        title="Mode",
        description=(
            "Which mode of a legal frame or of an own profile is in force; without it, the first "
            "of its file. Not beside a profile that is a mode itself."
        ),
    )

    @field_validator("profile")
    @classmethod
    def _packaged_or_a_file(cls, value: str, info: ValidationInfo) -> str:
        known = value in PACKAGED_PROFILES or value.endswith((".yaml", ".yml"))
        if not known and not info.data.get("folder"):
            close = difflib.get_close_matches(value, PACKAGED_PROFILES, n=1, cutoff=0.6)
            guess = f"did you mean {close[0]}? Write" if close else "write"
            raise refused(
                "profile",
                "there is no such profile",
                f"{guess} one of {', '.join(PACKAGED_PROFILES)}; or the path of your own file, "
                "ending in .yaml; or the folder of your own under policy.folder",
            )
        return value

    @property
    def file(self) -> str | None:
        """The path of the town's own profile, as it is written; None for a packaged one."""
        if self.profile.endswith((".yaml", ".yml")):
            return self.profile
        if self.profile in PACKAGED_PROFILES or self.folder is None:
            return None
        return f"{self.folder}/{self.profile}.yaml"


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
    hour_retention_days: Days = Field(
        default=3653,
        title="Days of hours",
        description=(
            "How long measures of one hour are kept, and with them days, which are their sums, the "
            "count checks that show their error and the corrections that explain them."
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
