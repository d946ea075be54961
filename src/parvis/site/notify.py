"""The shapes of ``notify``: who is told of alerts, by which channel, when, and who comes next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, Strict, model_validator

from parvis.site.fields import Language, Name, Shape, no_repeat, refused
from parvis.site.places import has_no_camera, is_metadata_service, place_of
from parvis.site.rules import Seconds, SeverityName, Watched, WatchHours, unknown_watched
from parvis.site.sources import SECRET, is_loopback
from parvis.values.alerts import AlertKind

_HOST = re.compile(r"^[A-Za-z0-9]([A-Za-z0-9.:_-]*[A-Za-z0-9])?$")
_ADDRESS = re.compile(r"^[^\s@<>\",;:]+@[^\s@<>\",;:]+$")

ToldFrom = Literal["watch", "warn", "alarm", "critical", "never"]
Port = Annotated[int, Strict(), Field(ge=1, le=65_535)]
Tls = Literal["starttls", "tls", "none"]


def is_no_destination(host: str) -> bool:
    """True for a host that nothing is ever sent to: metadata services, broadcast, link-local.

    The rule of cameras' addresses; this machine itself is allowed: a town's relay may run on it.
    """
    place = place_of(host)
    return is_metadata_service(host) or (place is not None and has_no_camera(place, loopback=True))


def _host(value: str) -> str:
    if not _HOST.fullmatch(value):
        raise refused("host", "this is not the name of a host", "write smtp.example.fr")
    return _allowed(value)


def _allowed(host: str) -> str:
    if is_no_destination(host):
        raise refused(
            "destination",
            "nothing is sent to this address: it is reserved, or gives out credentials",
            "write the address of the server that takes the messages",
        )
    return host


def _secret(value: str) -> str:
    if not SECRET.fullmatch(value):
        raise refused(
            "secret",
            "a secret does not stand in the file",
            "write ${NAME}, and give NAME a line in secrets.env beside the file",
        )
    return value


def _url(value: str) -> str:
    try:
        parts = urlsplit(SECRET.sub("x", value))
        sound = (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.username is None
            and (parts.port is None or parts.port > 0)
            and not SECRET.search(value.split("/")[2])
            and not any(ord(letter) <= 32 for letter in value)
        )
    except (ValueError, IndexError):
        sound = False
    if not sound:
        raise refused(
            "url",
            "this is not the address of a webhook",
            "write https://host/path, without user; a secret part of the path as ${NAME}",
        )
    host = _allowed(parts.hostname or "")
    if parts.scheme == "http" and not is_loopback(host):
        raise refused(
            "url", "alerts would cross the network in clear", "write https:// in place of http://"
        )
    return value


def _mailbox(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise refused("mailbox", "this is not an e-mail address", "write name@example.fr")
    return value


def _topic(value: str) -> str:
    if any(letter in "#+" or ord(letter) < 32 for letter in value) or value.startswith("$"):
        raise refused(
            "topic", "this is not a topic to publish to", "write parvis/alerts, without # + $"
        )
    return value


Host = Annotated[str, Field(max_length=253), AfterValidator(_host)]
SecretRef = Annotated[str, Field(max_length=100), AfterValidator(_secret)]
Url = Annotated[str, Field(max_length=2000), AfterValidator(_url)]
Mailbox = Annotated[str, Field(max_length=254), AfterValidator(_mailbox)]
Topic = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_topic)]


def _kept_secret(host: str, tls: str, password: str | None) -> None:
    if password is not None and tls == "none" and not is_loopback(host):
        raise refused(
            "tls", "the password would cross the network in clear", "use TLS, or no password"
        )


class EmailSettings(Shape):
    """A mail server that takes messages."""

    host: Host = Field(title="Host", description="The mail server's name.")
    port: Port = Field(default=587, title="Port", description="587 for starttls, 465 for tls.")
    tls: Tls = Field(
        default="starttls",
        title="TLS",
        description="starttls: the connection turns to TLS; tls: from its beginning; none: never.",
    )
    user: Annotated[str, Field(max_length=254)] | None = Field(
        default=None, title="User", description="For servers that ask for one."
    )
    password: SecretRef | None = Field(
        default=None, title="Password", description="As ${NAME}, kept in secrets.env."
    )
    sender: Mailbox = Field(alias="from", title="From", description="Who the mails come from.")
    to: Annotated[
        tuple[Mailbox, ...], Field(min_length=1, max_length=50), AfterValidator(no_repeat)
    ] = Field(title="To", description="Who is told.")

    @model_validator(mode="after")
    def _password_is_safe(self) -> Self:
        _kept_secret(self.host, self.tls, self.password)
        return self


class WebhookSettings(Shape):
    """A program that is told over HTTP, each request signed as Standard Webhooks says."""

    url: Url = Field(
        title="Address",
        description="https, or http on this machine; a secret part of the path as ${NAME}.",
    )
    secret: SecretRef = Field(
        title="Secret",
        description="As ${NAME}: whsec_ and 24 to 64 random bytes in base64, shared with it.",
    )


class MqttSettings(Shape):
    """A broker that passes messages on."""

    host: Host = Field(title="Host", description="The broker's name.")
    port: Port = Field(default=8883, title="Port", description="8883 with TLS, 1883 without.")
    tls: Literal["tls", "none"] = Field(
        default="tls", title="TLS", description="none: in clear, for a broker of this machine."
    )
    user: Annotated[str, Field(max_length=254)] | None = Field(
        default=None, title="User", description="For brokers that ask for one."
    )
    password: SecretRef | None = Field(
        default=None, title="Password", description="As ${NAME}, kept in secrets.env."
    )
    topic: Topic = Field(
        default="parvis/alerts", title="Topic", description="Where messages go; QoS 1, not kept."
    )

    @model_validator(mode="after")
    def _password_is_safe(self) -> Self:
        _kept_secret(self.host, self.tls, self.password)
        return self


class Quiet(Shape):
    """Hours in which only what is grave goes out. What is critical always does."""

    hours: Annotated[tuple[WatchHours, ...], Field(min_length=1, max_length=50)] = Field(
        title="Hours", description="When it is quiet, civil time."
    )
    below: SeverityName = Field(
        default="critical", title="Below", description="Messages under this severity are held back."
    )
    then: Literal["wait", "drop"] = Field(
        default="wait",
        title="Then",
        description="wait: they go when the quiet hours end; drop: they never do.",
    )


class Channel(Shape):
    """One way to tell somebody of alerts: exactly one of email, webhook and mqtt."""

    email: EmailSettings | None = Field(default=None, title="E-mail", description="By e-mail.")
    webhook: WebhookSettings | None = Field(
        default=None, title="Webhook", description="By a signed HTTP request."
    )
    mqtt: MqttSettings | None = Field(default=None, title="MQTT", description="By a broker.")
    severity: ToldFrom = Field(
        default="warn",
        title="Severity",
        description=(
            "From which severity on alerts are told: watch, warn, alarm or critical. never: only "
            "what another channel escalates to this one."
        ),
    )
    rules: Annotated[tuple[Name, ...], Field(max_length=500), AfterValidator(no_repeat)] = Field(
        default=(), title="Rules", description="Of which rules; without any, of all."
    )
    on: Annotated[tuple[Watched, ...], Field(max_length=500), AfterValidator(no_repeat)] = Field(
        default=(),
        title="On",
        description="camera, camera.zone, camera.line or place:name; without any, everywhere.",
    )
    quiet: Quiet | None = Field(
        default=None, title="Quiet hours", description="Without, messages go at any hour."
    )
    escalate_after_s: Seconds | None = Field(
        default=None,
        title="Escalate after",
        description="Seconds after which another channel is told, if nobody has taken the alert.",
    )
    escalate_to: Name | None = Field(
        default=None, title="Escalate to", description="That other channel."
    )
    follow_up: Annotated[tuple[Literal["over", "judged"], ...], AfterValidator(no_repeat)] = Field(
        default=("over", "judged"),
        title="Follow-up",
        description="Whoever was told of an alert is told when it is over, and when it is judged.",
    )
    per_minute: Annotated[int, Strict(), Field(ge=1, le=300)] = Field(
        default=20,
        title="Messages a minute",
        description="What is over it goes as one message that says how many there are.",
    )
    give_up_after_s: Annotated[float, Strict(), Field(ge=60, le=604_800)] = Field(
        default=14_400.0,
        title="Give up after",
        description="Seconds after which a message that could not be sent is dropped, and logged.",
    )
    language: Language | None = Field(
        default=None, title="Language", description="Of the messages; without one, the site's."
    )

    @model_validator(mode="after")
    def _is_one_way(self) -> Self:
        if [self.email, self.webhook, self.mqtt].count(None) != 2:
            raise refused(
                "channel",
                "a channel is one of email, webhook and mqtt",
                "write one of the three; for several, several channels",
            )
        if (self.escalate_after_s is None) != (self.escalate_to is None):
            raise refused(
                "escalation",
                "an escalation says after how long, and to whom",
                "write escalate_after_s and escalate_to, or neither",
            )
        return self

    @property
    def secrets(self) -> tuple[tuple[tuple[str, str], str], ...]:
        """What it keeps secret, as written: ((section, key), text)."""
        held = (
            (("email", "password"), self.email and self.email.password),
            (("webhook", "secret"), self.webhook and self.webhook.secret),
            (("webhook", "url"), self.webhook and self.webhook.url),
            (("mqtt", "password"), self.mqtt and self.mqtt.password),
        )
        return tuple((key, text) for key, text in held if text)


def unknown_told(
    channels: Mapping[str, Any],
    rules: Mapping[str, Any],
    cameras: Mapping[str, Any],
    places: Mapping[str, Any],
) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Yield what channels name and the site does not have, as written.

    Args:
        channels, rules, cameras, places: sections of the file as plain values.

    Yields:
        (key under ``notify``, message, remedy).
    """
    yield from unknown_watched(channels, cameras, places)
    known = sorted(rules) or [kind.value for kind in AlertKind]
    for name, channel in channels.items():
        if not isinstance(channel, dict):
            continue
        named = channel.get("rules")
        for at, rule in enumerate(named if isinstance(named, (list, tuple)) else ()):
            if isinstance(rule, str) and rule not in known:
                remedy = f"name one of the rules: {', '.join(known[:5])}"
                yield (name, "rules", at), f"there is no rule {rule!r}", remedy
        other = channel.get("escalate_to")
        if isinstance(other, str) and (other == name or other not in channels):
            others = ", ".join(sorted(set(channels) - {name})[:5]) or "none yet"
            yield (
                (name, "escalate_to"),
                f"there is no other channel {other!r}",
                f"name one of the other channels: {others}",
            )
