"""Edits of the channels of site.yaml: comments kept, secrets in the secrets file only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from parvis.server.errors import invalid_request
from parvis.server.problems import ProblemError, T
from parvis.server.services import HubServices
from parvis.server.site_edits import SavedEdit, saved
from parvis.site import redact
from parvis.site.edit import SiteDocument
from parvis.site.keeping import keep_secret, known_secrets, secret_name
from parvis.site.notify import Channel
from parvis.site.shapes import Site
from parvis.site.sources import SECRET, secret_names

NEW = "new"
"""In place of the name in the address of a channel that is to be: no channel is called so."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A channel that somebody wants, and the secrets that they typed for it.

    Args:
        channel: as site.yaml would have it, ``${NAME}`` in the place of each secret.
        secrets: values by name; they go to the secrets file and are shown nowhere.
    """

    channel: Channel
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


def held_channel(site: Site, name: str) -> Channel:
    """The channel of that name.

    Raises:
        ProblemError: 404 without one.
    """
    held = site.notify.get(name)
    if held is None:
        raise no_channel()
    return held


def sound_channel(said: Mapping[str, Any], held: Channel | None) -> Channel:
    """Settings as site.yaml writes them, judged; an address that comes back hidden is the held one.

    Raises:
        ProblemError: 422 with what is wrong.
    """
    given = dict(said)
    webhook = given.get("webhook")
    kept = held.webhook.url if held is not None and held.webhook is not None else None
    if isinstance(webhook, Mapping) and kept is not None and webhook.get("url") == redact(kept):
        given["webhook"] = {**webhook, "url": kept}
    try:
        return Channel.model_validate(given)
    except ValidationError as error:
        raise invalid_request(list(error.errors(include_url=False, include_input=False))) from None


def written(channel: Channel) -> dict[str, Any]:
    """Settings as site.yaml writes them, what is as by default left out, addresses hidden."""
    said = channel.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    if channel.webhook is not None:
        said["webhook"]["url"] = redact(channel.webhook.url)
    return said


def free_secret_name(hub: HubServices, channel: str, part: str, held: str | None) -> str:
    """The name under which a secret of a channel is kept.

    The one it has, unless the environment gives that its value or somebody else uses it too; then
    a new one.

    Args:
        channel: its name.
        part: what kind of secret: ``PASSWORD``, ``SECRET`` or ``KEY``.
        held: the text that holds the present one, as ``${NAME}``; None for none.
    """
    loaded = hub.site.loaded()
    text = loaded.path.read_text(encoding="utf-8")
    for name in secret_names(held) if held else ():
        if name not in hub.environ and text.count(f"${{{name}}}") == 1:
            return name
    return secret_name(channel, part, known_secrets(loaded.folder, hub.environ))


def demand_own(draft: Draft) -> None:
    """Let pass secrets that the channel itself names.

    Raises:
        ProblemError: 422 for another: no channel overwrites what a camera keeps.
    """
    named = {name for _, text in draft.channel.secrets for name in secret_names(text)}
    if not set(draft.secrets) <= named:
        raise ProblemError(
            422,
            "secret",
            T("A secret is given that the channel does not name."),
            T("Only what stands as ${{NAME}} in its settings can be given a value here."),
            T("Write ${{NAME}} where the secret belongs."),
        )


def save_channel(hub: HubServices, version: str | None, name: str, draft: Draft) -> SavedEdit:
    """Write a channel, its secrets first: they are kept once the new file is known to be sound.

    Raises:
        ProblemError: as :func:`parvis.server.site_edits.saved`.
    """
    loaded = hub.site.loaded()

    def edit(document: SiteDocument) -> SiteDocument:
        fresh = document.set_channel(name, draft.channel)
        _ = fresh.site
        for secret, value in draft.secrets.items():
            keep_secret(loaded.folder, hub.environ, secret, value)
        return fresh

    try:
        return saved(hub, version, edit)
    except ValueError:
        raise ProblemError(
            422,
            "secret",
            T("The secret cannot be kept."),
            T("A secret is one line."),
            T("Type it again."),
        ) from None


def drop_channel(hub: HubServices, version: str | None, name: str) -> SavedEdit:
    """Remove a channel; what waits in it goes nowhere any more.

    Raises:
        ProblemError: 404 without one, else as :func:`parvis.server.site_edits.saved`.
    """

    def edit(document: SiteDocument) -> SiteDocument:
        held_channel(document.site, name)
        return document.remove_channel(name)

    return saved(hub, version, edit)


def is_reference(text: str) -> bool:
    """Whether somebody typed ``${NAME}`` in the place of a secret."""
    return SECRET.fullmatch(text) is not None


def no_channel() -> ProblemError:
    """The problem that there is no channel of that name."""
    return ProblemError(
        404,
        "no-channel",
        T("There is no channel of that name."),
        T("It is not declared in site.yaml."),
        T("Go back to the list."),
    )
