"""The form of a channel: what it shows, and what a filled one asks for. No secret is ever shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData

from parvis.server.channelbook.edits import Draft, free_secret_name, is_reference, sound_channel
from parvis.server.hours_form import HoursRow, given_hours, hours_settings, shown_hours
from parvis.server.problems import ProblemError, T
from parvis.server.services import HubServices
from parvis.site import redact
from parvis.site.notify import Channel
from parvis.site.sources import secret_names

WAYS = ("email", "webhook", "mqtt")
_PORTS = {"email": "587", "mqtt": "8883"}
_TLS = {"email": "starttls", "mqtt": "tls"}
_MINUTE_S, _HOUR_S = 60.0, 3600.0


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the form, as text, so that what is wrong comes back as it was typed.

    Args:
        name: of the channel; empty for one that has none yet.
        by: email, webhook or mqtt.
        texts: single fields by name.
        rules, on, follow_up: what is ticked.
        quiet: hours.
        kept: names of the secrets that it has already, by field.
        typed: secrets that were typed, by field: taken, never shown again.
    """

    name: str
    by: str
    texts: Mapping[str, str]
    rules: frozenset[str]
    on: frozenset[str]
    follow_up: frozenset[str]
    quiet: tuple[HoursRow, ...]
    kept: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict, repr=False)


TEXTS = (
    "host", "port", "tls", "user", "from", "to", "topic", "url", "severity", "below", "then",
    "escalate_after", "escalate_to", "per_minute", "give_up_after", "language",
)  # fmt: skip
SECRETS = ("password", "secret", "key")
"""Of a mail server or broker; of a webhook; the end of a webhook's address."""


def blank(by: str) -> Filled:
    """The form of a channel that is to be."""
    texts = {
        "port": _PORTS.get(by, ""),
        "tls": _TLS.get(by, ""),
        "topic": "parvis/alerts",
        "severity": "warn",
        "below": "critical",
        "then": "wait",
        "per_minute": "20",
        "give_up_after": "4",
    }
    every = frozenset({"over", "judged"})
    return Filled("", by, texts, frozenset(), frozenset(), every, ())


def shown(name: str, said: Channel) -> Filled:
    """The form of a channel as it stands."""
    way = said.email or said.webhook or said.mqtt
    own: dict[str, Any] = way.model_dump(mode="json", by_alias=True) if way is not None else {}
    texts = {key: _plain(own.get(key)) for key in ("host", "port", "tls", "user", "from", "topic")}
    quiet = said.quiet
    texts |= {
        "to": "\n".join(said.email.to) if said.email is not None else "",
        "url": redact(said.webhook.url) if said.webhook is not None else "",
        "severity": said.severity,
        "below": quiet.below if quiet is not None else "critical",
        "then": quiet.then if quiet is not None else "wait",
        "escalate_after": _in(said.escalate_after_s, _MINUTE_S),
        "escalate_to": said.escalate_to or "",
        "per_minute": str(said.per_minute),
        "give_up_after": _in(said.give_up_after_s, _HOUR_S),
        "language": said.language or "",
    }
    held = {"password": own.get("password"), "secret": own.get("secret"), "key": own.get("url")}
    return Filled(
        name=name,
        by=way_of(said),
        texts=texts,
        rules=frozenset(said.rules),
        on=frozenset(said.on),
        follow_up=frozenset(said.follow_up),
        quiet=shown_hours(quiet.hours) if quiet is not None else (),
        kept={key: ", ".join(secret_names(text)) for key, text in held.items() if text},
    )


def given(name: str, by: str, form: FormData, held: Filled | None) -> Filled:
    """The form as somebody filled it."""

    def text(key: str) -> str:
        value = form.get(key, "")
        return value.strip() if isinstance(value, str) else ""

    def ticked(key: str) -> frozenset[str]:
        return frozenset(one for one in form.getlist(key) if isinstance(one, str))

    return Filled(
        name=name or text("name"),
        by=by,
        texts={key: text(key) for key in TEXTS},
        rules=ticked("rules"),
        on=ticked("on"),
        follow_up=ticked("follow_up"),
        quiet=given_hours(form, "quiet_"),
        kept=held.kept if held is not None else {},
        typed={key: text(key) for key in SECRETS if text(key)},
    )


def draft(hub: HubServices, filled: Filled, held: Channel | None) -> Draft:
    """The channel that a filled form asks for, and the secrets that were typed in it.

    Raises:
        ProblemError: 422 with what is wrong.
    """
    texts = filled.texts
    secrets: dict[str, str] = {}
    wanted: dict[str, Any] = {
        filled.by: _way(hub, filled, held, secrets),
        "severity": texts["severity"],
        "rules": _in_order(filled.rules, held.rules if held else ()),
        "on": _in_order(filled.on, held.on if held else ()),
        "quiet": _quiet(filled),
        "escalate_to": texts["escalate_to"] or None,
        "follow_up": [one for one in ("over", "judged") if one in filled.follow_up],
        "language": texts["language"] or None,
    }
    held_after = held.escalate_after_s if held else None
    wanted["escalate_after_s"] = _seconds(texts["escalate_after"], _MINUTE_S, held_after)
    if not texts["escalate_to"]:
        wanted["escalate_after_s"] = None
    give_up_s = _seconds(texts["give_up_after"], _HOUR_S, held.give_up_after_s if held else None)
    wanted |= {} if give_up_s is None else {"give_up_after_s": give_up_s}
    wanted |= {"per_minute": _whole(texts["per_minute"])} if texts["per_minute"] else {}
    return Draft(sound_channel(wanted, held), secrets)


def way_of(channel: Channel) -> str:
    """``email``, ``webhook`` or ``mqtt``."""
    return next(way for way in WAYS if getattr(channel, way) is not None)


def _way(
    hub: HubServices, filled: Filled, held: Channel | None, secrets: dict[str, str]
) -> dict[str, Any]:
    """The section of the way itself; secrets that were typed are put aside under their names."""
    texts = filled.texts
    before = getattr(held, filled.by) if held is not None else None

    def secret(key: str, part: str, text: str | None) -> str | None:
        typed = filled.typed.get(key, "")
        if not typed or is_reference(typed):
            return typed or text
        name = free_secret_name(hub, filled.name or "channel", part, text)
        secrets[name] = typed
        return f"${{{name}}}"

    if filled.by == "webhook":
        url = texts["url"]
        shown_as = redact(before.url) if before is not None else None
        url = before.url if before is not None and url == shown_as else url
        if "key" in filled.typed:
            within = next(iter(secret_names(url)), None)
            end = secret("key", "KEY", f"${{{within}}}" if within else None) or ""
            url = url.replace(f"${{{within}}}", end) if within else f"{url.rstrip('/')}/{end}"
        kept = before.secret if before is not None else None
        return {"url": url, "secret": secret("secret", "SECRET", kept)}
    own: dict[str, Any] = {"host": texts["host"], "tls": texts["tls"]}
    own |= {"port": _whole(texts["port"])} if texts["port"] else {}
    if texts["user"]:  # a password without a user is none
        kept = before.password if before is not None else None
        own |= {"user": texts["user"], "password": secret("password", "PASSWORD", kept)}
    if filled.by == "mqtt":
        return own | {"topic": texts["topic"]}
    to = dict.fromkeys(filter(None, texts["to"].replace(",", "\n").split()))
    return own | {"from": texts["from"], "to": list(to)}


def _quiet(filled: Filled) -> dict[str, Any] | None:
    hours = hours_settings(filled.quiet)
    if not hours:
        return None
    return {"hours": hours, "below": filled.texts["below"], "then": filled.texts["then"]}


def _in_order(ticked: frozenset[str], held: tuple[str, ...]) -> list[str]:
    kept = [one for one in held if one in ticked]
    return [*kept, *sorted(ticked - set(kept))]


def _plain(value: object) -> str:
    return "" if value is None else str(value)


def _in(seconds: float | None, unit_s: float) -> str:
    return "" if seconds is None else f"{seconds / unit_s:g}"


def _seconds(text: str, unit_s: float, held_s: float | None) -> float | None:
    """A length of time in seconds; one that is as it was shown stays as the file has it."""
    if not text:
        return None
    if text == _in(held_s, unit_s):
        return held_s
    try:
        return round(float(text.replace(",", ".")) * unit_s, 3)
    except ValueError:
        raise _no_number(text) from None


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise _no_number(text) from None


def _no_number(text: str) -> ProblemError:
    return ProblemError(
        422,
        "channel",
        T("The channel cannot be saved like this."),
        T("“{text}” is no number.")(text=text[:20]),
        T("Write it in figures."),
    )
