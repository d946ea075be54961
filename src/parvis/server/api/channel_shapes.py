"""Channels of notifications as the API says them: never with a secret."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from parvis.server.api.shapes import Answer
from parvis.server.channelbook.edits import written
from parvis.site.notify import Channel

Way = Literal["email", "webhook", "mqtt"]


class ChannelOut(Answer):
    """One channel. Times are seconds since the epoch, null for never."""

    name: str
    by: Way
    waiting: int = Field(description="Messages that are due and have not gone yet.")
    oldest_s: float | None = Field(description="Since when the first of them could have gone.")
    held: int = Field(
        description="Messages that wait for their time: quiet hours, an escalation, an end."
    )
    sent_s: float | None = Field(description="The last success.")
    failed_s: float | None = Field(description="The last failure.")
    failures: int = Field(description="How many in a row, now; 0 when the last try succeeded.")
    failure: str = Field(description="What the last failure said, in English, without secrets.")
    sent_day: int = Field(description="Messages sent in the last 24 hours.")
    dropped_day: int = Field(description="Messages dropped in the last 24 hours.")


class ChannelsOut(Answer):
    """The channels of the site; empty when it tells nobody."""

    channels: tuple[ChannelOut, ...]


class ChannelSheet(Answer):
    """One channel with all that can be changed of it."""

    name: str
    by: Way
    settings: dict[str, Any] = Field(
        description="As site.yaml writes it: secrets as ${NAME}, addresses hidden where needed."
    )


class ChannelIn(BaseModel):
    """A channel with the keys of site.yaml."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={
            "example": {
                "channel": {
                    "webhook": {"url": "https://hooks.example.fr/parvis", "secret": "${HOOK}"},
                    "severity": "alarm",
                },
                "secrets": {"HOOK": "whsec_…"},
            }
        },
    )

    channel: dict[str, Any] = Field(description="As in site.yaml, see `parvis schema`.")
    secrets: dict[str, str] = Field(
        default_factory=dict,
        max_length=4,
        description=(
            "Values of the ${NAME} that the channel names: they go to the secrets file, and no "
            "answer ever holds them."
        ),
    )


class TrialOut(Answer):
    """What came of a test message, in the reader's language."""

    taken: bool = Field(description="The receiver has taken it.")
    id: str = Field(description="Of the message; empty where it was not taken.")
    reason: str = Field(description="What failed, without secrets; empty where nothing did.")
    remedy: str = Field(description="What to do.")


def sheet_out(name: str, channel: Channel) -> ChannelSheet:
    """A channel with its settings."""
    return ChannelSheet(name=name, by=way_out(channel), settings=written(channel))


def way_out(channel: Channel) -> Way:
    """By which way it tells."""
    if channel.email is not None:
        return "email"
    return "webhook" if channel.webhook is not None else "mqtt"
